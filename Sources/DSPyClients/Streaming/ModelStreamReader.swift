package import Basics
package import DSPyCore

/// Turns the events of one streamed answer into what it tells, and the whole answer in the end.
package protocol ModelStreamReader: Sendable {
    /// Takes an event; says what it tells.
    ///
    /// - Throws: `LMError` for an error that the provider sends, or `bad_reply` for what is not the protocol.
    mutating func take(_ event: ServerSentEvent) throws(LMError) -> [LMStreamEvent]

    /// Whether the provider said that the answer is complete; nothing that follows voids it.
    var isComplete: Bool { get }

    /// Whether the provider said that nothing follows at all.
    var isOver: Bool { get }

    /// The whole answer.
    ///
    /// - Throws: `LMError` (`transport`) when the stream broke off before its end.
    mutating func finish() throws(LMError) -> LMResponse
}
