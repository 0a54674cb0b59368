import CSystem

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A pipe whose ends no child inherits.
struct Pipe {
    let reading: Int32
    let writing: Int32

    /// A pipe; nil when the system has no descriptors left (see `errno`).
    init?() {
        var ends: [Int32] = [0, 0]
        guard dspy_pipe(&ends) == 0 else { return nil }
        // In a process without standard descriptors an end could be one of the places that a child's are copied to.
        for place in ends.indices where ends[place] < 3 {
            let moved = fcntl(ends[place], F_DUPFD_CLOEXEC, 3)
            close(ends[place])
            ends[place] = moved
        }
        guard ends.allSatisfy({ $0 >= 0 }) else {
            for end in ends where end >= 0 { close(end) }
            return nil
        }
        (reading, writing) = (ends[0], ends[1])
    }

    /// Closes both ends.
    func closeBoth() {
        close(reading)
        close(writing)
    }

    /// Makes reading or writing return at once.
    static func unblock(_ descriptor: Int32) {
        let flags = fcntl(descriptor, F_GETFL)
        _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
    }
}
