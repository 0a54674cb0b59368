/// A word on what the program does.
///
/// - Source: dspy/streaming/messages.py (3.4.1), `StatusMessage`.
public struct StatusMessage: Sendable, Hashable {
    /// The message.
    public var message: String

    /// A message.
    public init(_ message: String) { self.message = message }
}
