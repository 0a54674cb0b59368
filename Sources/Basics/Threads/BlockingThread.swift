import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Work that waits for the system, off the threads that tasks share.
package enum BlockingThread {
    /// Whether the task is cancelled that waits for the work on this thread; false on other threads.
    package static var isCancelled: Bool {
        guard let flag = pthread_getspecific(place) else { return false }
        return Unmanaged<Flag>.fromOpaque(flag).takeUnretainedValue().isSet.load(ordering: .relaxed)
    }

    /// Where each thread keeps its flag.
    ///
    /// Not a task-local value: on a thread without a task, setting one ends a statically linked program (Swift 6.3).
    private static let place: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    /// Runs the body on a thread of its own; `isCancelled` turns true when the task is cancelled.
    ///
    /// - Throws: What the body throws, or `ThreadError`.
    package static func run<Value: Sendable>(
        _ body: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws -> Value
    ) async throws -> Value {
        let flag = Flag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let code = SystemThread.start {
                    pthread_setspecific(place, Unmanaged.passUnretained(flag).toOpaque())
                    let result = Result { try body { flag.isSet.load(ordering: .relaxed) } }
                    pthread_setspecific(place, nil)
                    continuation.resume(with: result)
                }
                if code != 0 {
                    continuation.resume(throwing: ThreadError(errno: code))
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
