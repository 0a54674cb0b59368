#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The process's table of descriptors, of which every request in flight needs one.
package enum DescriptorTable {
    /// Raises the soft limit, which is 1,024 by default, as far as 65,536.
    package static func raiseLimit() {
        var limit = rlimit()
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < 65_536 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        _ = setrlimit(resource, &limit)
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
