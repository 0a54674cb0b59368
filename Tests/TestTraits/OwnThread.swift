import Basics
package import Testing
import TestSupport

/// Runs a test on threads of its own: one that computes for seconds would hold a thread of the pool that all others need.
package struct OwnThread: TestTrait, SuiteTrait, TestScoping {
    /// Runs the test.
    @concurrent package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(ThreadExecutor.shared) { try await function() }
    }
}

extension Trait where Self == OwnThread {
    /// The test computes for long, and needs a thread of its own.
    package static var ownThread: OwnThread { OwnThread() }
}

/// Runs each piece of a task on a new thread.
private final class ThreadExecutor: TaskExecutor {
    static let shared = ThreadExecutor()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        _ = SystemThread.start { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
