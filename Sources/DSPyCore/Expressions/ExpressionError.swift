/// An expression that cannot be read or evaluated.
public struct ExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was found and what was expected.
    public var message: String
    /// Where in the expression: Unicode scalars from 0.
    public var range: Range<Int>

    init(_ message: String, at range: Range<Int>) {
        self.message = message
        self.range = range
    }

    /// The message.
    public var description: String { message }
}
