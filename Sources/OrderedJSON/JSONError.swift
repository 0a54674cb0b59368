/// Why a text is not JSON, and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault; names are stable.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The text stops inside a value, or is empty.
        case unexpectedEnd = "unexpected_end"
        /// A character that cannot stand at its place.
        case unexpectedCharacter = "unexpected_character"
        /// Something follows the value.
        case trailingContent = "trailing_content"
        /// A comma before `]` or `}`.
        case trailingComma = "trailing_comma"
        /// A number that JSON does not write that way.
        case invalidNumber = "invalid_number"
        /// An integer of more digits than the reader allows.
        case numberTooLong = "number_too_long"
        /// A backslash with something behind it that is no escape.
        case invalidEscape = "invalid_escape"
        /// A raw control character inside a string.
        case controlCharacter = "control_character"
        /// Bytes that are not UTF-8.
        case invalidUTF8 = "invalid_utf8"
        /// A byte order mark before the value.
        case byteOrderMark = "byte_order_mark"
        /// More open arrays and objects than the reader allows.
        case tooDeep = "too_deep"
    }

    /// The kind of fault.
    public var code: Code
    /// What was found and what was expected, in one lower-case clause.
    public var message: String
    /// The place of the fault.
    public var position: TextPosition

    /// An error.
    public init(code: Code, message: String, position: TextPosition) {
        self.code = code
        self.message = message
        self.position = position
    }

    /// `line:column: message`.
    public var description: String { "\(position): \(message)" }
}
