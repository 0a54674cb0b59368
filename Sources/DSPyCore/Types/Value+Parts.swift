/// What a value holds: `answer["score"]?.int`, `answer["tags"]?.list`.
///
/// Each is nil for a value of another type; nothing is converted, except that `number` gives ints as floats.
extension Value {
    /// Whether this is `None`.
    public var isNull: Bool { if case .null = self { true } else { false } }
    /// The value of a bool, else nil.
    public var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    /// The value of an int that fits 64 bits, else nil.
    public var int: Int? { if case .int(let value) = self { value } else { nil } }
    /// An int or a float as a float, else nil; a bool is neither.
    public var number: Double? {
        switch self {
        case .int, .bigInt, .float: numeric
        default: nil
        }
    }
    /// The text of a str, else nil.
    public var string: String? { if case .string(let text) = self { text } else { nil } }
    /// The items of a list, else nil.
    public var list: [Value]? { if case .list(let items) = self { items } else { nil } }
    /// The members of a dict, else nil.
    public var dict: ValueDict? { if case .dict(let members) = self { members } else { nil } }
    /// An instance of a record type, else nil.
    public var record: Record? { if case .record(let record) = self { record } else { nil } }
    /// A whole prediction, else nil.
    public var prediction: Prediction? { if case .prediction(let prediction) = self { prediction } else { nil } }
}

extension Value: CustomStringConvertible {
    /// Python's `str(value)`: what `print` shows there.
    public var description: String { pythonString }
}
