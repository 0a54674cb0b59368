#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

private final class ThreadBody {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Runs the body on a thread of its own.
package func startThread(_ body: @escaping @Sendable () -> Void) {
    let context = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
    #if canImport(Glibc)
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, { runThread($0) }, context)
        if code == 0 { pthread_detach(thread) }
    #else
        var thread: pthread_t?
        let code = pthread_create(&thread, nil, { runThread($0) }, context)
        if code == 0, let thread { pthread_detach(thread) }
    #endif
}

private func runThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run() }
    return nil
}
