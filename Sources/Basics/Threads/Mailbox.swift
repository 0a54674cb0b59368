import Synchronization

/// Messages from a thread that must not wait to one task that does; any number of them, where `StreamChannel` is bounded.
package final class Mailbox<Message: Sendable>: Sendable {
    private struct State {
        var messages: [Message] = []
        var end: (any Error)?
        var reader: CheckedContinuation<Message, any Error>?
    }

    private let state = Mutex(State())

    /// An empty one.
    package init() {}

    /// Adds a message.
    package func put(_ message: Message) {
        let reader = state.withLock { state -> CheckedContinuation<Message, any Error>? in
            guard let reader = state.reader else {
                state.messages.append(message)
                return nil
            }
            state.reader = nil
            return reader
        }
        reader?.resume(returning: message)
    }

    /// Says that nothing more will come; what is there can still be taken.
    package func finish(_ error: any Error) {
        let reader = state.withLock { state in
            state.end = state.end ?? error
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(throwing: error)
    }

    /// Takes the next message, and waits for it.
    ///
    /// - Throws: The error of the end, or `CancellationError`.
    package func next() async throws -> Message {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome = state.withLock { state -> Result<Message, any Error>? in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if !state.messages.isEmpty { return .success(state.messages.removeFirst()) }
                    if let end = state.end { return .failure(end) }
                    state.reader = continuation
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let reader = state.withLock { state in
                defer { state.reader = nil }
                return state.reader
            }
            reader?.resume(throwing: CancellationError())
        }
    }
}
