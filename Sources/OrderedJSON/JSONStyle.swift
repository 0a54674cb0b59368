/// How JSON is written; every style is one that Python's `json.dumps` can write, byte for byte.
public struct JSONStyle: Sendable, Hashable {
    /// Between two items or members on one line; with ``indent`` a line end follows it.
    public var itemSeparator: String
    /// Between a key and its value.
    public var keySeparator: String
    /// Spaces per level when every item stands on its own line; nil writes one line.
    public var indent: Int?
    /// Whether everything beyond ASCII is written as `\uXXXX`.
    public var ensureASCII: Bool

    /// No white space: `{"a":1}`.
    public static let compact = JSONStyle(itemSeparator: ",", keySeparator: ":")
    /// As `json.dumps(value, ensure_ascii=False)` writes: `{"a": 1}`.
    public static let python = JSONStyle(itemSeparator: ", ", keySeparator: ": ")
    /// As `json.dumps(value)` writes, all ASCII.
    public static let pythonASCII = JSONStyle(itemSeparator: ", ", keySeparator: ": ", ensureASCII: true)

    /// As `json.dumps(value, indent=spaces, ensure_ascii=False)` writes.
    public static func pythonIndented(_ spaces: Int) -> JSONStyle {
        JSONStyle(itemSeparator: ",", keySeparator: ": ", indent: spaces)
    }

    /// A style.
    public init(itemSeparator: String, keySeparator: String, indent: Int? = nil, ensureASCII: Bool = false) {
        self.itemSeparator = itemSeparator
        self.keySeparator = keySeparator
        self.indent = indent
        self.ensureASCII = ensureASCII
    }
}
