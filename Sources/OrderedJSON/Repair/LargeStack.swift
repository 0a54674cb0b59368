#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Runs recursive work on a thread of its own with more stack than threads usually have.
enum LargeStack {
    private static let size = 8 << 20

    /// Runs the work and waits for it; nil when the system gives no thread.
    static func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) -> Value? {
        let job = Job(work)
        var attributes = pthread_attr_t()
        guard pthread_attr_init(&attributes) == 0 else { return nil }
        defer { pthread_attr_destroy(&attributes) }
        guard pthread_attr_setstacksize(&attributes, size) == 0 else { return nil }
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let pointer = Unmanaged<AnyJob>.passRetained(job)
        let status = pthread_create(
            &thread, &attributes,
            { pointer in
                let job: UnsafeMutableRawPointer? = pointer
                if let job { Unmanaged<AnyJob>.fromOpaque(job).takeRetainedValue().run() }
                return nil
            }, pointer.toOpaque())
        guard status == 0 else {
            pointer.release()
            return nil
        }
        #if canImport(Darwin)
            if let thread { pthread_join(thread, nil) }
        #else
            pthread_join(thread, nil)
        #endif
        return job.value
    }

    private class AnyJob {
        func run() {}
    }

    private final class Job<Value: Sendable>: AnyJob {
        private let work: @Sendable () -> Value
        private(set) var value: Value?

        init(_ work: @escaping @Sendable () -> Value) { self.work = work }

        override func run() { value = work() }
    }
}
