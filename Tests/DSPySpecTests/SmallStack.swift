#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

private final class Work: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Runs something on a thread with the 512 KiB of stack that secondary threads have on some systems.
func onSmallStack<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        let work = Work { continuation.resume(returning: body()) }
        let argument = Unmanaged.passRetained(work).toOpaque()
        withUnsafeTemporaryAllocation(of: pthread_attr_t.self, capacity: 1) { attributes in
            guard let attributes = attributes.baseAddress else { return }
            pthread_attr_init(attributes)
            pthread_attr_setstacksize(attributes, 512 * 1024)
            pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
            var thread = pthread_self()
            pthread_create(
                &thread, attributes,
                { argument in
                    if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run() }
                    return nil
                }, argument)
            pthread_attr_destroy(attributes)
        }
    }
}
