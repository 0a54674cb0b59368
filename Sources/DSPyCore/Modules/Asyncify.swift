import Basics
import Synchronization

/// DSPy's `asyncify`: the program as an async function, of which at most `async_max_workers` run at once.
///
/// - Parameter limiter: Who shares the bound; by default all programs of the process do, as in DSPy.
/// - Source: dspy/utils/asyncify.py (3.4.1).
public func asyncify(
    _ program: any Module, limiter: WorkerLimiter = .shared
) -> @Sendable (ValueDict, RunContext) async throws -> Prediction {
    { inputs, context in
        try await limiter.run(limit: context.settings.asyncMaxWorkers) { try await program.acall(inputs, in: context) }
    }
}

/// DSPy's `syncify`: the program as a function that blocks the calling thread; not for use inside a task.
///
/// - Source: dspy/utils/syncify.py (3.4.1).
public func syncify(_ program: any Module) -> @Sendable (ValueDict, RunContext) throws -> Prediction {
    { inputs, context in
        let context = context
        return try BlockingBridge.run { try await program.acall(inputs, in: context) }
    }
}

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
