/// Takes the pieces of an answer; who writes waits while the client is behind.
package struct AnswerWriter: Sendable {
    let pipe: AnswerPipe

    /// Takes a piece, and waits while many others are on their way.
    ///
    /// - Throws: `CancellationError` once nobody reads any more, and for a task that is cancelled while it waits.
    package func write(_ bytes: [UInt8]) async throws { try await pipe.send(bytes) }

    /// Notes for the log what went wrong after the head: a code.
    package func note(_ code: String) { pipe.note = code }

    /// Answers something else, as long as nothing was written.
    ///
    /// - Returns: False when the head is on its way; what is wrong has to be said in the body then.
    package func refuse(_ answer: Answer) -> Bool { pipe.replace(with: answer) }

    /// A writer without a connection, and what was written to it: for tests.
    ///
    /// - Parameter begun: Is called with the first piece.
    package static func collecting(
        begun: @escaping @Sendable () -> Void = {}, _ body: (AnswerWriter) async -> Void
    ) async -> (replaced: Answer?, bytes: [UInt8]) {
        let pipe = AnswerPipe(bound: .max, attend: begun)
        await body(AnswerWriter(pipe: pipe))
        return (pipe.replacement, pipe.drained)
    }
}
