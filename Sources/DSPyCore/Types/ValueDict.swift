import OrderedJSON

/// A Python dict: members in the order they were first set, any hashable value as key.
public struct ValueDict: Sendable {
    /// One member.
    public typealias Member = (key: Value, value: Value)

    /// The members in order.
    ///
    /// Keys are unique by Python's `==`.
    public private(set) var members: [Member] = []

    /// A dict without members.
    public init() {}

    /// A dict of members whose keys are known to differ.
    package init(unique members: [Member]) { self.members = members }

    /// A dict of fields by name; of a name that stands twice the last value counts.
    public init(_ fields: [(String, Value)]) {
        for (name, value) in fields { self[name] = value }
    }

    /// The value of a str key.
    ///
    /// Setting nil removes the member; setting a new key appends it.
    public subscript(key: String) -> Value? {
        get { position(of: key).map { members[$0].value } }
        set { set(position(of: key), key: .string(key), to: newValue) }
    }

    /// The value of any key, found by Python's `==`.
    public subscript(key: Value) -> Value? {
        get { position(of: key).map { members[$0].value } }
        set { set(position(of: key), key: key, to: newValue) }
    }

    /// How many members there are.
    public var count: Int { members.count }
    /// Whether there is no member.
    public var isEmpty: Bool { members.isEmpty }
    /// The str keys in order.
    public var names: [String] { members.compactMap(\.key.string) }
    /// Whether the str key is there.
    public func contains(_ key: String) -> Bool { position(of: key) != nil }

    private func position(of key: String) -> Int? {
        members.firstIndex {
            guard case .string(let text) = $0.key else { return false }
            return text.hasSameBytes(as: key)
        }
    }

    private func position(of key: Value) -> Int? {
        if case .string(let text) = key { return position(of: text) }
        return members.firstIndex { $0.key.equalsInPython(key) }
    }

    private mutating func set(_ place: Int?, key: Value, to value: Value?) {
        switch (place, value) {
        case (let place?, let value?): members[place].value = value
        case (let place?, nil): members.remove(at: place)
        case (nil, let value?): members.append((key, value))
        case (nil, nil): break
        }
    }
}

extension ValueDict: Hashable {
    /// Whether both hold equal members, in any order, as Python compares dicts.
    public static func == (left: ValueDict, right: ValueDict) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.key] == $0.value }
    }

    /// Feeds the dict into a hasher, consistent with `==`.
    public func hash(into hasher: inout Hasher) { hasher.combine(members.count) }
}

extension ValueDict: Sequence, ExpressibleByDictionaryLiteral {
    /// Walks the members in order.
    public func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }
    /// A dict of fields by name, in the order written.
    public init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}
