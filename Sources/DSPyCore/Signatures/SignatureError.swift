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

    /// When DSPy notices: an error of a later stage yields to an earlier one anywhere in the signature.
    enum Stage: Int, Sendable, Hashable, Comparable {
        /// While the sides are read from left to right.
        case reading
        /// When all fields are known and each must have a type.
        case fields
        /// When pydantic makes the class.
        case model

        static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
    }

    /// The Python exception that DSPy raises.
    public var kind: Kind
    /// When DSPy notices.
    var stage: Stage
    /// What was found and what was expected.
    public var message: String
    /// Where in the string: Unicode scalars from 0.
    public var range: Range<Int>
    /// A name that was probably meant.
    public var suggestion: String?

    init(
        _ kind: Kind, _ message: String, at range: Range<Int>, suggestion: String? = nil, stage: Stage? = nil
    ) {
        self.kind = kind
        self.stage = stage ?? (kind == .schema || kind == .name ? .model : .reading)
        self.message = message
        self.range = range
        self.suggestion = suggestion
    }

    /// The message, with the suggestion if there is one.
    public var description: String {
        suggestion.map { "\(message); did you mean `\($0)`?" } ?? message
    }
}
