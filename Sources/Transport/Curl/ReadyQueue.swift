import CCurl

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Which sockets have something to read or room to write: epoll on Linux, poll elsewhere.
///
/// - Important: One thread at a time, `wake` apart.
struct ReadyQueue: ~Copyable {
    /// What a socket is watched for, or ready for.
    struct Interest: OptionSet {
        let rawValue: UInt8
        static let read = Interest(rawValue: 1)
        static let write = Interest(rawValue: 2)
        static let all: Interest = [.read, .write]
    }

    /// Writing here wakes a thread that waits.
    private let wakeEnd: Int32
    private let sleepEnd: Int32

    #if os(Linux)
        private let set: Int32
        private var events = [epoll_event](repeating: epoll_event(), count: 256)
    #else
        private var watched: [Int32: Interest] = [:]
    #endif

    /// An empty queue; nil when the system gives no more descriptors.
    init?() {
        #if os(Linux)
            set = epoll_create1(Int32(EPOLL_CLOEXEC))
            wakeEnd = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
            sleepEnd = wakeEnd
            guard set >= 0, wakeEnd >= 0, watch(sleepEnd, for: .read, isNew: true) else { return nil }
        #else
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { return nil }
            (sleepEnd, wakeEnd) = (ends[0], ends[1])
            for end in ends {
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            }
            _ = watch(sleepEnd, for: .read, isNew: true)
        #endif
    }

    /// Ends a wait, now or the next one; any thread may call it.
    var waker: @Sendable () -> Void {
        let end = wakeEnd
        return {
            var one: UInt64 = 1
            _ = write(end, &one, 8)
        }
    }

    /// Watches a socket, or for something else than before.
    ///
    /// - Parameter isNew: Whether it was not watched before.
    mutating func watch(_ socket: Int32, for interest: Interest, isNew: Bool) -> Bool {
        #if os(Linux)
            var event = epoll_event()
            event.data.fd = socket
            if interest.contains(.read) { event.events |= EPOLLIN.rawValue }
            if interest.contains(.write) { event.events |= EPOLLOUT.rawValue }
            return epoll_ctl(set, isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event) == 0
        #else
            watched[socket] = interest
            return true
        #endif
    }

    /// Watches a socket no longer.
    mutating func forget(_ socket: Int32) {
        #if os(Linux)
            var event = epoll_event()
            _ = epoll_ctl(set, EPOLL_CTL_DEL, socket, &event)
        #else
            watched[socket] = nil
        #endif
    }

    /// Waits until something is ready, somebody wakes it, or the time is over; trouble counts as ready for everything.
    mutating func wait(milliseconds: Int32) -> [(socket: Int32, ready: Interest)] {
        var found: [(socket: Int32, ready: Interest)] = []
        func take(_ socket: Int32, canRead: Bool, canWrite: Bool, isTroubled: Bool) {
            guard socket != sleepEnd else {
                var bytes: (UInt64, UInt64) = (0, 0)
                while read(sleepEnd, &bytes, 16) == 16 {}
                return
            }
            var ready: Interest = isTroubled ? .all : []
            if canRead { ready.insert(.read) }
            if canWrite { ready.insert(.write) }
            found.append((socket, ready))
        }
        #if os(Linux)
            let count = epoll_wait(set, &events, Int32(events.count), milliseconds)
            guard count > 0 else { return [] }
            found.reserveCapacity(Int(count))
            for event in events[..<Int(count)] {
                take(
                    event.data.fd, canRead: event.events & EPOLLIN.rawValue != 0,
                    canWrite: event.events & EPOLLOUT.rawValue != 0,
                    isTroubled: event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0)
            }
        #else
            var polls = watched.map { socket, interest in
                pollfd(
                    fd: socket,
                    events: Int16((interest.contains(.read) ? POLLIN : 0) | (interest.contains(.write) ? POLLOUT : 0)),
                    revents: 0)
            }
            guard poll(&polls, nfds_t(polls.count), milliseconds) > 0 else { return [] }
            for entry in polls where entry.revents != 0 {
                let ready = Int32(entry.revents)
                take(
                    entry.fd, canRead: ready & POLLIN != 0, canWrite: ready & POLLOUT != 0,
                    isTroubled: ready & (POLLERR | POLLHUP | POLLNVAL) != 0)
            }
        #endif
        return found
    }
}
