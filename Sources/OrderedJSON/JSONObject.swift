/// The members of a JSON object in their order; a key stands once, and setting it again keeps its place, as in Python.
public struct JSONObject: Sendable {
    /// One member.
    public typealias Member = (key: String, value: JSON)

    /// The members in order, each key once.
    public private(set) var members: [Member] = []
    /// Where each key stands; only kept for objects large enough that a scan would be slow.
    private var index: [ByteKey: Int]?

    private static let indexedFrom = 16

    /// An object without members.
    public init() {}

    /// An object of members in order; of a key that stands twice the last value counts, at the first one's place.
    public init(_ members: [Member]) {
        if members.isEmpty { return }
        guard !adopt(members) else { return }
        self.members.reserveCapacity(members.count)
        for (key, value) in members { self[key] = value }
    }

    /// An object of members whose keys are known to differ.
    package init(unique members: [Member]) {
        self.members = members
        reindex()
    }

    /// Takes members over as they are when no key stands twice, which is nearly always.
    private mutating func adopt(_ members: [Member]) -> Bool {
        if members.count < Self.indexedFrom {
            let isUnique = members.withUnsafeBufferPointer { members in
                for place in members.indices {
                    for earlier in 0..<place where members[earlier].key.hasSameBytes(as: members[place].key) {
                        return false
                    }
                }
                return true
            }
            guard isUnique else { return false }
        } else {
            var fresh: [ByteKey: Int] = [:]
            fresh.reserveCapacity(members.count)
            for place in members.indices {
                guard fresh.updateValue(place, forKey: ByteKey(members[place].key)) == nil else { return false }
            }
            index = fresh
        }
        self.members = members
        return true
    }

    /// The keys in order.
    public var keys: [String] { members.map(\.key) }
    /// The values in order.
    public var values: [JSON] { members.map(\.value) }
    /// How many members there are.
    public var count: Int { members.count }
    /// Whether there is no member.
    public var isEmpty: Bool { members.isEmpty }

    /// The value of a key.
    ///
    /// Setting nil removes the member; setting a new key appends it.
    public subscript(key: String) -> JSON? {
        get { position(of: key).map { members[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let place?, let value?):
                members[place].value = value
            case (let place?, nil):
                members.remove(at: place)
                index = nil
                reindex()
            case (nil, let value?):
                members.append((key, value))
                if index != nil { index?[ByteKey(key)] = members.count - 1 } else { reindex() }
            case (nil, nil):
                break
            }
        }
    }

    /// Whether the key is there.
    public func contains(_ key: String) -> Bool { position(of: key) != nil }

    private func position(of key: String) -> Int? {
        if let index { return index[ByteKey(key)] }
        return members.withUnsafeBufferPointer { members in
            for place in members.indices where members[place].key.hasSameBytes(as: key) { return place }
            return nil
        }
    }

    private mutating func reindex() {
        guard members.count >= Self.indexedFrom else { return }
        var fresh: [ByteKey: Int] = [:]
        fresh.reserveCapacity(members.count * 2)
        for (place, member) in members.enumerated() { fresh[ByteKey(member.key)] = place }
        index = fresh
    }
}

extension JSONObject: Hashable {
    /// Whether both hold the same members in the same order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.members.count == right.members.count else { return false }
        for place in left.members.indices {
            guard left.members[place].key.hasSameBytes(as: right.members[place].key),
                left.members[place].value == right.members[place].value
            else { return false }
        }
        return true
    }

    /// Feeds the members into a hasher, consistent with `==`.
    public func hash(into hasher: inout Hasher) {
        for member in members {
            hasher.combine(JSON.string(member.key))
            hasher.combine(member.value)
        }
    }
}

extension JSONObject: Sequence, ExpressibleByDictionaryLiteral {
    /// Walks the members in order.
    public func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }
    /// An object in the order written.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self.init(elements.isEmpty ? [] : elements.map { (key: $0.0, value: $0.1) })
    }
}

/// A string as a dictionary key that is equal by bytes.
private struct ByteKey: Hashable, Sendable {
    let text: String
    init(_ text: String) { self.text = text }
    static func == (left: ByteKey, right: ByteKey) -> Bool { left.text.hasSameBytes(as: right.text) }
    func hash(into hasher: inout Hasher) {
        var copy = text
        copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension JSONObject {
    /// A copy in which the members of another object replace those of the same key, and new ones follow.
    package func overridden(by other: JSONObject) -> JSONObject {
        var copy = self
        for (key, value) in other { copy[key] = value }
        return copy
    }
}
