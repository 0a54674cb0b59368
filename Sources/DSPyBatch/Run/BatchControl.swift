import Synchronization

/// Lets others stop a running batch: let rows in flight finish, or end at once.
package final class BatchControl: Sendable {
    /// How a batch goes on.
    package enum Request: Int, Sendable, Comparable {
        /// As it is.
        case goOn
        /// Starts nothing new; what runs may finish.
        case drain
        /// Cancels what runs.
        case abort

        /// Whether the left request stops less than the right one.
        package static func < (left: Request, right: Request) -> Bool { left.rawValue < right.rawValue }
    }

    private struct State {
        var request = Request.goOn
        var seen = Request.goOn
        var waiting: CheckedContinuation<Void, Never>?
        var isCancelled = false
    }

    private let state = Mutex(State())

    /// A batch that goes on.
    package init() {}

    /// Asks for more than was asked before; asking for less changes nothing.
    package func ask(_ request: Request) {
        let waiting = state.withLock { state in
            guard request > state.request else { return nil as CheckedContinuation<Void, Never>? }
            state.request = request
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    /// What was asked.
    package var request: Request { state.withLock { $0.request } }

    /// Waits until more is asked than was seen, or the task is cancelled.
    func change() async -> Request {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.request > state.seen || state.isCancelled { return true }
                    state.waiting = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                state.isCancelled = true
                defer { state.waiting = nil }
                return state.waiting
            }
            waiting?.resume()
        }
        return state.withLock { state in
            state.seen = state.request
            return state.request
        }
    }
}
