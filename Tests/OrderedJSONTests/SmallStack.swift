#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Runs something on a thread with the 512 KiB of stack that secondary threads have on some systems.
func onSmallStack(_ body: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, 512 * 1024)
    let argument = Unmanaged.passRetained(Work(body: body)).toOpaque()
    var thread = pthread_t()
    pthread_create(
        &thread, &attributes,
        { argument in
            guard let argument else { return nil }
            Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
            return nil
        }, argument)
    pthread_join(thread, nil)
}

private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(body: @escaping @Sendable () -> Void) { self.body = body }
}
