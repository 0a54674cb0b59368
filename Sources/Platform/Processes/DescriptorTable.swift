#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The process's table of descriptors, of which every request in flight needs one.
package enum DescriptorTable {
    /// What other things than connections need: journal, cache, recording, waiting for time and sockets, looking up hosts.
    private static let others = 24

    /// How many descriptors may be open at a time.
    package static var limit: Int {
        var limit = rlimit()
        return getrlimit(resource, &limit) == 0 ? Int(clamping: limit.rlim_cur) : 1024
    }

    #if canImport(Glibc)
        private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
    #else
        private static var resource: Int32 { RLIMIT_NOFILE }
    #endif

    /// Raises the soft limit, which is 1,024 by default, as far as 65,536.
    package static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < 65_536 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        _ = setrlimit(resource, &limit)
    }

    /// How many connections there may be, so that something is left for what else is opened; at least one.
    package static var roomForConnections: Int {
        raiseLimit()
        let limit = limit
        // Where there are thousands, those that are taken do not matter.
        let free = limit < 4096 ? (0..<Int32(limit)).count { fcntl($0, F_GETFD) < 0 } : limit
        return max(1, free - others)
    }

    /// Whether no other descriptor is to be had.
    package static var isFull: Bool {
        let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
        if file >= 0 { close(file) }
        return file < 0 && (errno == EMFILE || errno == ENFILE)
    }

    /// Makes the table large enough for so many connections and what else is open.
    ///
    /// To be called before the first thread is started. Linux doubles a table that is full, and where threads share it
    /// whoever opens a descriptor then waits until no other core can be looking at the old one: about 8 ms each time.
    package static func reserve(_ connections: Int) {
        raiseLimit()
        let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        let last = fcntl(file, F_DUPFD_CLOEXEC, CInt(max(0, min(connections, 65_000)) + 64))
        if last >= 0 { close(last) }
        close(file)
    }
}
