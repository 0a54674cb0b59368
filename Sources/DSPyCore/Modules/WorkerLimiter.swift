import Synchronization

/// Lets a bounded number of operations run at once; the others wait in the order they came.
public final class WorkerLimiter: Sendable {
    private struct State {
        var running = 0
        var nextID = 0
        var waiting: [(id: Int, limit: Int, resume: CheckedContinuation<Bool, Never>)] = []
        /// Waiters cancelled before they could queue.
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())

    /// The bound that all programs of the process share.
    public static let shared = WorkerLimiter()

    /// A bound of its own.
    public init() {}

    /// Runs the operation once fewer than `limit` others run.
    public func run<Result: Sendable>(
        limit: Int, _ operation: @Sendable () async throws -> Result
    ) async throws -> Result {
        try await enter(limit: max(1, limit))
        defer { leave() }
        return try await operation()
    }

    private func enter(limit: Int) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let isIn = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return false }
                    if state.running < limit, state.waiting.isEmpty {
                        state.running += 1
                        return true
                    }
                    state.waiting.append((id, limit, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                guard let place = state.waiting.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.waiting.remove(at: place).resume
            }
            waiter?.resume(returning: false)
        }
        state.withLock { _ = $0.cancelled.remove(id) }
        guard isIn else { throw CancellationError() }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            state.running -= 1
            guard let first = state.waiting.first, state.running < first.limit else { return nil }
            state.running += 1
            return state.waiting.removeFirst().resume
        }
        next?.resume(returning: true)
    }
}
