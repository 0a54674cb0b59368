#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Keeps a write to a process that has gone from ending this one.
package enum BrokenPipe {
    /// Runs the body on this thread; a SIGPIPE that it causes is dropped.
    package static func quietly<Result>(_ body: () throws -> Result) rethrows -> Result {
        var signals = sigset_t()
        var before = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, &before)
        let wasBlocked = sigismember(&before, SIGPIPE) == 1
        defer {
            if !wasBlocked {
                var pending = sigset_t()
                var signal: Int32 = 0
                sigpending(&pending)
                if sigismember(&pending, SIGPIPE) == 1 { sigwait(&signals, &signal) }
                pthread_sigmask(SIG_SETMASK, &before, nil)
            }
        }
        return try body()
    }
}
