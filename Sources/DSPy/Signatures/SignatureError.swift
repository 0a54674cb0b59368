/// A signature string that DSPy refuses.
public struct SignatureError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The Python exception that DSPy raises.
    public enum Kind: String, Sendable, Hashable {
        /// Not Python syntax.
        case syntax = "SyntaxError"
        /// Understood, but not allowed.
        case value = "ValueError"
        /// A wrong use of a type, or of a name that DSPy needs itself.
        case type = "TypeError"
        /// A field name that pydantic refuses.
        case name = "PydanticUserError"
        /// A type that pydantic has no schema for.
        case schema = "PydanticSchemaGenerationError"
    }

    /// The Python exception that DSPy raises.
    public var kind: Kind
    /// What was found and what was expected.
    public var message: String
    /// Where in the string: Unicode scalars from 0.
    public var range: Range<Int>
    /// A name that was probably meant.
    public var suggestion: String?

    init(_ kind: Kind, _ message: String, at range: Range<Int>, suggestion: String? = nil) {
        self.kind = kind
        self.message = message
        self.range = range
        self.suggestion = suggestion
    }

    /// The message, with the suggestion if there is one.
    public var description: String {
        suggestion.map { "\(message); did you mean `\($0)`?" } ?? message
    }
}
