/// One JSON value, with everything a Python reader would keep: key order, ints apart from floats, ints of any size.
///
/// Strings are compared by their UTF-8 bytes, as Python compares code points; Swift's own `==` would find `"é"` equal
/// to `"e\u{301}"`.
public enum JSON: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without fraction or exponent that fits 64 bits.
    case int(Int)
    /// A number without fraction or exponent beyond 64 bits: its canonical digits, with `-` in front when negative.
    case bigInt(String)
    /// A number with a fraction or an exponent.
    case double(Double)
    /// A string.
    case string(String)
    /// An array.
    case array([JSON])
    /// An object, in the order of its keys.
    case object(JSONObject)
}

extension JSON: Hashable {
    /// Whether both values are the same JSON: same kinds, same order of keys, strings equal byte by byte.
    public static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.array(let a), .array(let b)): areEqual(a, b)
        case (.object(let a), .object(let b)): a == b
        default: areEqualScalars(left, right)
        }
    }

    private static func areEqualScalars(_ left: JSON, _ right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.bigInt(let a), .bigInt(let b)): a == b
        case (.double(let a), .double(let b)): a == b || (a.isNaN && b.isNaN)
        case (.string(let a), .string(let b)): a.hasSameBytes(as: b)
        default: false
        }
    }

    // A loop rather than Array's own `==`: deep values take less stack.
    private static func areEqual(_ left: [JSON], _ right: [JSON]) -> Bool {
        guard left.count == right.count else { return false }
        for place in left.indices where left[place] != right[place] { return false }
        return true
    }

    /// Feeds the value into a hasher, consistent with `==`.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .int(let value): hasher.combine(value)
        case .bigInt(let digits): hasher.combine(digits)
        case .double(let value): hasher.combine(value.isNaN ? 0 : value)
        case .string(let text): for byte in text.utf8 { hasher.combine(byte) }
        case .array(let items): hasher.combine(items)
        case .object(let object): hasher.combine(object)
        }
    }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// `null`.
    public init(nilLiteral: ()) { self = .null }
    /// A boolean.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An int.
    public init(integerLiteral value: Int) { self = .int(value) }
    /// A float.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An array.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// An object in the order written.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(JSONObject(elements.map { (key: $0.0, value: $0.1) }))
    }
}

extension JSON {
    /// The text of a string value, else nil.
    public var string: String? { if case .string(let text) = self { text } else { nil } }
    /// The items of an array value, else nil.
    public var array: [JSON]? { if case .array(let items) = self { items } else { nil } }
    /// The members of an object value, else nil.
    public var object: JSONObject? { if case .object(let object) = self { object } else { nil } }
    /// The value of a 64-bit int, else nil.
    public var int: Int? { if case .int(let value) = self { value } else { nil } }
    /// The value of a boolean, else nil.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// A number as a float, else nil.
    public var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .bigInt(let digits): Double(digits)
        case .double(let value): value
        default: nil
        }
    }
    /// Whether this is `null`.
    public var isNull: Bool { if case .null = self { true } else { false } }
    /// The member of an object, or nil when there is none or this is no object.
    public subscript(key: String) -> JSON? { object?[key] }
    /// What kind of value this is, in JSON's words (`an object`, `a string`), for messages.
    public var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .int, .bigInt: "an integer"
        case .double: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension String {
    /// Whether both strings hold the same UTF-8 bytes (Python's notion of equal, not Swift's canonical equivalence).
    @inlinable
    public func hasSameBytes(as other: String) -> Bool {
        utf8.count == other.utf8.count && hasSameBytes(asLongAs: other)
    }

    @usableFromInline
    func hasSameBytes(asLongAs other: String) -> Bool {
        let fast = utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { right in
                UnsafeRawBufferPointer(left).hasSameBytes(as: UnsafeRawBufferPointer(right))
            }
        }
        return fast.flatMap { $0 } ?? utf8.elementsEqual(other.utf8)
    }
}

extension UnsafeRawBufferPointer {
    /// Whether as many bytes are the same, eight at a time.
    fileprivate func hasSameBytes(as other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        var place = 0
        while place + 8 <= count {
            let (left, right) = (
                loadUnaligned(fromByteOffset: place, as: UInt64.self),
                other.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            )
            if left != right { return false }
            place += 8
        }
        while place < count {
            if self[place] != other[place] { return false }
            place += 1
        }
        return true
    }
}
