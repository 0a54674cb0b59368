import OrderedJSON

/// A named enum: members with a name and a value each, as Python's `enum.Enum`.
public struct EnumType: Sendable, Hashable {
    /// One member.
    public struct Member: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Its value.
        public var value: Value

        /// A member.
        public init(name: String, value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// The class name.
    public var name: String
    /// The docstring, if any.
    public var doc: String?
    /// The members in order.
    public var members: [Member]

    /// An enum.
    public init(name: String, doc: String? = nil, members: [Member]) {
        self.name = name
        self.doc = doc
        self.members = members
    }

    /// The member as a value.
    func value(of member: Member) -> Value {
        .enumCase(EnumCase(type: name, name: member.name, value: member.value))
    }

    /// The member that an answer means: by its value first, then by its name.
    ///
    /// - Source: dspy/adapters/utils.py (3.4.1), `find_enum_member`.
    func member(meantBy identifier: Value) -> Member? {
        if let member = members.first(where: { $0.value.equalsInPython(identifier) }) { return member }
        guard case .string(let name) = identifier else { return nil }
        return members.first { $0.name.hasSameBytes(as: name) }
    }
}
