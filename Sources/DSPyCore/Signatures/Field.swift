import OrderedJSON

/// One input or output field of a signature.
public struct Field: Sendable, Hashable {
    /// Which side of the arrow.
    public enum Kind: String, Sendable, Hashable {
        /// Left of the arrow.
        case input
        /// Right of the arrow.
        case output
    }

    /// Its name, a Python identifier.
    public var name: String
    /// Which side of the arrow.
    public var kind: Kind
    /// Its type.
    public var type: FieldType
    /// What the model is told of it; `${name}` when nothing was said, which prompts leave out.
    public var description: String
    /// `Question:`; only saved state shows it.
    public var prefix: String
    /// The value it takes when it is missing, if there is one.
    public var defaultValue: Value?
    /// Bounds that the prompt names; values are not held to them.
    public var constraints: Constraints
    /// Whether an input stood without a type, so that any value suits it.
    public var isTypeUndefined: Bool

    /// A field; by default described by nothing but its name.
    public init(
        name: String, kind: Kind, type: FieldType = .string, description: String? = nil, prefix: String? = nil,
        defaultValue: Value? = nil, constraints: Constraints = Constraints(), isTypeUndefined: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.type = type
        self.description = description ?? "${\(name)}"
        self.prefix = prefix ?? Self.inferredPrefix(of: name) + ":"
        self.defaultValue = defaultValue
        self.constraints = constraints
        self.isTypeUndefined = isTypeUndefined
    }

    /// The description as a prompt shows it: nothing for the default.
    var shownDescription: String { description.hasSameBytes(as: "${\(name)}") ? "" : description }

    /// `snake_case` and `camelCase2` as words: `Snake Case`, `Camel Case 2`; acronyms stay.
    ///
    /// - Source: dspy/signatures/signature.py (3.4.1), `infer_prefix`.
    static func inferredPrefix(of name: String) -> String {
        let camel = separated(Array(name.unicodeScalars), Self.startsCapitalisedWord)
        let capitals = separated(camel) { text, place in
            (isLower(text[place - 1]) || isDigit(text[place - 1])) && isUpper(text[place])
        }
        let letterDigit = separated(capitals) { text, place in isLetter(text[place - 1]) && isDigit(text[place]) }
        let digitLetter = separated(letterDigit) { text, place in isDigit(text[place - 1]) && isLetter(text[place]) }
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: digitLetter)
        return PythonString.split(String(scalars), at: "_").map(titled).joined(separator: " ")
    }

    /// Puts `_` before every place where a rule holds.
    private static func separated(
        _ text: [Unicode.Scalar], _ rule: ([Unicode.Scalar], Int) -> Bool
    ) -> [Unicode.Scalar] {
        var separated: [Unicode.Scalar] = []
        for place in text.indices {
            if place > 0, rule(text, place) { separated.append("_") }
            separated.append(text[place])
        }
        return separated
    }

    /// `(.)([A-Z][a-z]+)`: any letter, then a capital with a small letter behind.
    private static func startsCapitalisedWord(_ text: [Unicode.Scalar], _ place: Int) -> Bool {
        isUpper(text[place]) && place + 1 < text.count && isLower(text[place + 1])
    }

    private static func isUpper(_ scalar: Unicode.Scalar) -> Bool { ("A"..."Z").contains(scalar) }
    private static func isLower(_ scalar: Unicode.Scalar) -> Bool { ("a"..."z").contains(scalar) }
    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool { isUpper(scalar) || isLower(scalar) }
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.numericType == .decimal }

    /// Python's `capitalize`, but a word all in capitals stays.
    private static func titled(_ word: String) -> String {
        let scalars = word.unicodeScalars
        let isAllUpper =
            scalars.contains { $0.properties.isUppercase }
            && !scalars.contains { $0.properties.isLowercase || $0.properties.generalCategory == .titlecaseLetter }
        guard !isAllUpper, let first = scalars.first else { return word }
        return first.properties.titlecaseMapping + String(scalars.dropFirst()).lowercased()
    }
}
