import Dispatch
import Synchronization

/// The one place where a thread waits for a task.
package enum BlockingBridge {
    /// Runs an operation as a task and blocks the calling thread until it ends.
    package static func run<Result: Sendable>(_ operation: @escaping @Sendable () async throws -> Result) throws
        -> Result
    {
        let box = Box<Result>()
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            let outcome: Swift.Result<Result, any Error>
            do { outcome = .success(try await operation()) } catch { outcome = .failure(error) }
            box.outcome.withLock { $0 = outcome }
            done.signal()
        }
        done.wait()
        guard let outcome = box.outcome.withLock({ $0 }) else { throw CancellationError() }
        return try outcome.get()
    }

    private final class Box<Result: Sendable>: Sendable {
        let outcome = Mutex<Swift.Result<Result, any Error>?>(nil)
    }
}
