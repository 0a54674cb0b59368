import Synchronization

/// Ends what goes on for a request: its client left, its time is over, the server ends.
package final class StopSwitch: Sendable {
    /// Why.
    package enum Reason: Sendable, Hashable {
        /// Nobody waits for the answer any more.
        case left
        /// The request has taken too long.
        case deadline
        /// The server ends.
        case shuttingDown
    }

    private struct State {
        var reason: Reason?
        var cancel: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// A switch that nobody has turned.
    package init() {}

    /// Why the run was ended; nil when it was not.
    package var reason: Reason? { state.withLock { $0.reason } }

    /// Ends the run; the first reason stays, but for a client that leaves.
    package func stop(_ reason: Reason) {
        let cancel = state.withLock { state in
            if state.reason == nil || reason == .left { state.reason = reason }
            return state.cancel
        }
        cancel?()
    }

    /// Runs something as a task that ends early when the switch is turned; one at a time.
    ///
    /// Who calls is not cancelled and can still say what happened.
    package func run<Outcome: Sendable>(
        _ operation: @escaping @Sendable () async throws -> Outcome
    ) async throws -> Outcome {
        let task = Task { try await operation() }
        let isStopped = state.withLock { state in
            state.cancel = { task.cancel() }
            return state.reason != nil
        }
        defer { state.withLock { $0.cancel = nil } }
        if isStopped { task.cancel() }
        return try await task.value
    }
}
