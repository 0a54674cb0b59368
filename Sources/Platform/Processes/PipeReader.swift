import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Whoever reads what is written to a pipe or a socket.
package enum PipeReader {
    /// Calls back once, on a thread of its own, when nobody reads from the other end any more.
    ///
    /// A program that writes seldom would else learn of it late. Files and terminals are not watched. The watch lasts as
    /// long as the process.
    package static func whenGone(_ descriptor: Int32, _ callback: @escaping @Sendable () -> Void) {
        guard isPipe(descriptor) else { return }
        DispatchQueue(label: "pipe reader").async {
            // Without any wish, poll still tells of errors: POSIX.1-2017, poll, "POLLERR, POLLHUP".
            var poller = pollfd(fd: descriptor, events: 0, revents: 0)
            while poll(&poller, 1, -1) < 0, errno == EINTR {}
            if Int32(poller.revents) & (Int32(POLLERR) | Int32(POLLHUP)) != 0 { callback() }
        }
    }

    private static func isPipe(_ descriptor: Int32) -> Bool {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { return false }
        let kind = info.st_mode & S_IFMT
        return kind == S_IFIFO || kind == S_IFSOCK
    }
}
