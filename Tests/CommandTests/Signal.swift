#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Signals to a process that the tests started.
enum Signal {
    static func send(_ number: Int32, to pid: Int32) { kill(pid, number) }
    static func stop(_ pid: Int32) { send(SIGSTOP, to: pid) }
    static func goOn(_ pid: Int32) { send(SIGCONT, to: pid) }
}

/// A hundredth of a second on a thread of its own.
func pause() { usleep(10_000) }
