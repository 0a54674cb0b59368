/// What a reader takes beyond RFC 8259.
public struct JSONReadingOptions: Sendable, Hashable {
    /// Whether `// …` and `/* … */` may stand where white space may; a byte order mark may then open the text as well.
    public var allowsComments: Bool
    /// Whether a comma may stand before `]` and `}`.
    public var allowsTrailingCommas: Bool
    /// Whether `NaN`, `Infinity` and `-Infinity` are numbers, as in Python's `json.loads`.
    public var allowsNonFinite: Bool
    /// How many arrays and objects may be open at once.
    public var maximumDepth: Int
    /// How many digits an int may have; Python refuses more than 4300.
    var maximumIntegerDigits = Int.max

    /// RFC 8259, nothing else.
    public static let strict = JSONReadingOptions()
    /// JSON with comments and trailing commas, as editors write configuration.
    public static let jsonc = JSONReadingOptions(allowsComments: true, allowsTrailingCommas: true)
    /// What Python's `json.loads` takes.
    public static let python: JSONReadingOptions = {
        var options = JSONReadingOptions(allowsNonFinite: true)
        options.maximumIntegerDigits = 4300
        return options
    }()

    /// Options; without arguments RFC 8259 up to 512 levels deep.
    public init(
        allowsComments: Bool = false, allowsTrailingCommas: Bool = false, allowsNonFinite: Bool = false,
        maximumDepth: Int = 512
    ) {
        self.allowsComments = allowsComments
        self.allowsTrailingCommas = allowsTrailingCommas
        self.allowsNonFinite = allowsNonFinite
        self.maximumDepth = maximumDepth
    }
}
