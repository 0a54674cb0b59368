#if canImport(Glibc)
    // `pthread_attr_t` belongs to whichever of the two is loaded first.
    import CDispatch
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Threads of the system, for work that waits.
package enum SystemThread {
    /// Runs the body on a new thread that takes no signals.
    ///
    /// - Parameter stackBytes: How much stack it has; nil for the system's default, at times no more than 512 KiB.
    /// - Returns: 0, or the errno of the failure; the body then never runs.
    package static func start(stackBytes: Int? = nil, _ body: @escaping @Sendable () -> Void) -> Int32 {
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let context = Unmanaged.passRetained(Body(body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        if let stackBytes { pthread_attr_setstacksize(&attributes, stackBytes) }
        #if canImport(Glibc)
            var thread = pthread_t()
            let code = pthread_create(&thread, &attributes, { runBody($0) }, context.toOpaque())
            if code == 0 { pthread_detach(thread) }
        #else
            var thread: pthread_t?
            let code = pthread_create(&thread, &attributes, { runBody($0) }, context.toOpaque())
            if code == 0, let thread { pthread_detach(thread) }
        #endif
        if code != 0 { context.release() }
        return code
    }

    /// Holds this thread up; never one that tasks share.
    package static func sleep(_ time: Duration) {
        var left = time.inMilliseconds
        while left > 0 {
            // Some systems refuse a second or more at once.
            let piece = min(left, 900)
            usleep(UInt32(piece * 1000))
            left -= piece
        }
    }

    /// Lets others run first.
    package static func yield() { _ = sched_yield() }

    fileprivate final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}

private func runBody(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { Unmanaged<SystemThread.Body>.fromOpaque(context).takeRetainedValue().run() }
    return nil
}
