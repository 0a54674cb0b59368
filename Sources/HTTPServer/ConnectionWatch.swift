import CMicroHTTPD

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Tells of bytes that come, and of clients that leave, on every connection: libmicrohttpd looks at neither while a request is
/// being worked on.
///
/// - Important: One thread at a time, `wake` apart.
final class ConnectionWatch {
    /// What happened on a connection.
    struct Event {
        /// The connection, as it was called in `watch`.
        let id: UInt64
        /// Whether its client has left, or at least will send no more.
        let isGone: Bool
    }

    private static let sleep = UInt64.max
    private static let daemon = UInt64.max - 1

    private let set: Int32
    private let wakeEnd: Int32
    private var events = [epoll_event](repeating: epoll_event(), count: 512)

    /// A watch on libmicrohttpd's own set of sockets; nil when the system gives no more descriptors.
    init?(daemonSet: Int32) {
        set = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeEnd = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard set >= 0, wakeEnd >= 0, add(wakeEnd, Self.sleep, EPOLLIN.rawValue),
            add(daemonSet, Self.daemon, EPOLLIN.rawValue)
        else { return nil }
    }

    deinit {
        close(set)
        close(wakeEnd)
    }

    private func add(_ descriptor: Int32, _ id: UInt64, _ interest: UInt32) -> Bool {
        var event = epoll_event()
        event.events = interest
        event.data.u64 = id
        return epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) == 0
    }

    /// Ends a wait, now or the next one; any thread may call it.
    var wake: @Sendable () -> Void {
        let end = wakeEnd
        return {
            var one: UInt64 = 1
            _ = write(end, &one, 8)
        }
    }

    /// Watches a connection until its socket is closed.
    func watch(_ socket: Int32, id: UInt64) {
        // Edges only: what is told once and not taken is not told again and again.
        _ = add(socket, id, EPOLLIN.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue)
    }

    /// Waits until something happens, somebody wakes it, or the time is over.
    func wait(milliseconds: Int32, _ take: (Event) -> Void) {
        let count = epoll_wait(set, &events, Int32(events.count), milliseconds)
        guard count > 0 else { return }
        for place in 0..<Int(count) {
            let event = events[place]
            switch event.data.u64 {
            case Self.sleep:
                var bytes: UInt64 = 0
                _ = read(wakeEnd, &bytes, 8)
            case Self.daemon: continue
            case let id:
                let gone = EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue
                take(Event(id: id, isGone: event.events & gone != 0))
            }
        }
    }
}
