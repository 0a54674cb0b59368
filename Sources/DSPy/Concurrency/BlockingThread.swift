import Synchronization

/// Work that waits for the system, off the threads that tasks share.
package enum BlockingThread {
    @TaskLocal private static var cancellation: @Sendable () -> Bool = { false }

    /// Whether the task is cancelled that waits for the work on this thread; false on other threads.
    package static var isCancelled: Bool { cancellation() }

    /// Runs the body on a thread of its own; `isCancelled` turns true when the task is cancelled.
    ///
    /// - Throws: What the body throws, or `LMError` (`transport`) when no thread can be started.
    package static func run<Value: Sendable>(
        _ body: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws -> Value
    ) async throws -> Value {
        let flag = Flag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let code = SystemThread.start {
                    let isCancelled: @Sendable () -> Bool = { flag.isSet.load(ordering: .relaxed) }
                    continuation.resume(
                        with: Result { try $cancellation.withValue(isCancelled) { try body(isCancelled) } })
                }
                if code != 0 {
                    continuation.resume(throwing: LMError(.transport, "no thread could be started (errno \(code))"))
                }
            }
        } onCancel: {
            flag.isSet.store(true, ordering: .relaxed)
        }
    }

    private final class Flag: Sendable {
        let isSet = Atomic(false)
    }
}
