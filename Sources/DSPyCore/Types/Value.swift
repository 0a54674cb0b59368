public import OrderedJSON

/// One value as a DSPy program in Python holds it: what goes into a field, and what comes out of one.
///
/// Only the rare and large cases are boxed: most values are texts and numbers, and there are many of them.
/// JSON is not enough: prompts show Python's `str` and `repr`, and an `int` is not a `float`, a tuple not a list.
public enum Value: Sendable {
    /// `None`.
    case null
    /// `True` or `False`.
    case bool(Bool)
    /// An int that fits 64 bits.
    case int(Int)
    /// An int beyond 64 bits: its digits, with `-` in front when negative.
    case bigInt(String)
    /// A float.
    case float(Double)
    /// A complex number.
    case complex(real: Double, imaginary: Double)
    /// A str.
    case string(String)
    /// Bytes.
    case bytes([UInt8])
    /// A list.
    case list([Value])
    /// A tuple.
    case tuple([Value])
    /// A set, in the order its items came in.
    case set([Value])
    /// A frozenset, in the order its items came in.
    case frozenSet([Value])
    /// A dict.
    case dict(ValueDict)
    /// A `datetime.date`.
    indirect case date(CivilDate)
    /// A `datetime.datetime`.
    indirect case dateTime(CivilDateTime)
    /// A `datetime.time`.
    indirect case time(CivilTime)
    /// A `datetime.timedelta`.
    indirect case duration(CivilDuration)
    /// A `decimal.Decimal`, as Python prints it.
    case decimal(String)
    /// A `uuid.UUID`, lower case with dashes.
    case uuid(String)
    /// A `pathlib.Path`.
    case path(String)
    /// A member of a named enum.
    indirect case enumCase(EnumCase)
    /// An instance of a named record (a pydantic model).
    indirect case record(Record)
    /// A value of one of DSPy's own types (`dspy.Image`, `dspy.History`, …).
    indirect case custom(CustomValue)
    /// A whole prediction, as a later step of a program may take it for an input.
    indirect case prediction(Prediction)
}

/// One member of an enum type.
public struct EnumCase: Sendable, Hashable {
    /// The enum's class name.
    public var type: String
    /// The member's name.
    public var name: String
    /// The member's value.
    public var value: Value

    /// A member.
    public init(type: String, name: String, value: Value) {
        self.type = type
        self.name = name
        self.value = value
    }
}

/// An instance of a record type: its fields in the order of the type.
public struct Record: Sendable, Hashable {
    /// The record's class name.
    public var type: String
    /// Its fields, all of them, in the order of the type.
    public var fields: ValueDict

    /// An instance.
    public init(type: String, fields: ValueDict) {
        self.type = type
        self.fields = fields
    }
}

extension Value {
    /// The Python value that `json.loads` would make of this JSON.
    public init(_ json: JSON) {
        switch json {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .bigInt(let digits): self = .bigInt(digits)
        case .double(let value): self = .float(value)
        case .string(let text): self = .string(text)
        case .array(let items): self = .list(items.map { Value($0) })
        case .object(let object):
            self = .dict(ValueDict(unique: object.members.map { (.string($0.key), Value($0.value)) }))
        }
    }
}

extension Value: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral
{
    /// A str.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An int.
    public init(integerLiteral value: Int) { self = .int(value) }
    /// A bool.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A float.
    public init(floatLiteral value: Double) { self = .float(value) }
    /// A list.
    public init(arrayLiteral elements: Value...) { self = .list(elements) }
}

extension Value: Hashable {
    /// Whether both are the same value of the same Python type; for Python's `==` see `equalsInPython`.
    public static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.bigInt(let a), .bigInt(let b)): a == b
        case (.float(let a), .float(let b)): a == b || (a.isNaN && b.isNaN)
        case (.complex(let a, let b), .complex(let c, let d)): a == c && b == d
        case (.string(let a), .string(let b)): a.hasSameBytes(as: b)
        case (.bytes(let a), .bytes(let b)): a == b
        case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)): a == b
        case (.set(let a), .set(let b)), (.frozenSet(let a), .frozenSet(let b)): Set(a) == Set(b)
        case (.dict(let a), .dict(let b)): a == b
        case (.date(let a), .date(let b)): a == b
        case (.dateTime(let a), .dateTime(let b)): a == b
        case (.time(let a), .time(let b)): a == b
        case (.duration(let a), .duration(let b)): a == b
        case (.decimal(let a), .decimal(let b)), (.uuid(let a), .uuid(let b)), (.path(let a), .path(let b)):
            a.hasSameBytes(as: b)
        case (.enumCase(let a), .enumCase(let b)): a == b
        case (.record(let a), .record(let b)): a == b
        case (.custom(let a), .custom(let b)): a == b
        case (.prediction(let a), .prediction(let b)): a.fields == b.fields
        default: false
        }
    }

    /// Feeds the value into a hasher, consistent with `==`.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .int(let value): hasher.combine(value)
        case .bigInt(let digits): hasher.combine(digits)
        case .float(let value): hasher.combine(value.isNaN ? 0 : value)
        case .complex(let real, let imaginary): hasher.combine(real + imaginary)
        case .string(let text), .decimal(let text), .uuid(let text), .path(let text):
            for byte in text.utf8 { hasher.combine(byte) }
        case .bytes(let bytes): hasher.combine(bytes)
        case .list(let items), .tuple(let items): hasher.combine(items)
        case .set(let items), .frozenSet(let items): hasher.combine(items.count)
        case .dict(let members): hasher.combine(members.count)
        case .date(let date): hasher.combine(date)
        case .dateTime(let moment): hasher.combine(moment)
        case .time(let time): hasher.combine(time)
        case .duration(let duration): hasher.combine(duration)
        case .enumCase(let member): hasher.combine(member.name)
        case .record(let record): hasher.combine(record.fields.count)
        case .custom: hasher.combine(1)
        case .prediction: hasher.combine(2)
        }
    }
}
