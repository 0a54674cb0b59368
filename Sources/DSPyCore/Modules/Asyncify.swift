import Basics

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
        try BlockingBridge.run { try await program.acall(inputs, in: context) }
    }
}
