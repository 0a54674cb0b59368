import CMicroHTTPD

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Sockets whose clients were refused while they still send: what comes is thrown away for a while, so that they can read why.
///
/// The system tells a client of a socket that is closed with bytes unread that all is lost, the answer too.
struct LingeringSockets {
    private struct Entry {
        let socket: Int32
        let end: ContinuousClock.Instant
        var left: Int
    }

    /// How many bytes are thrown away of each, and for how long.
    private static let (most, time) = (4 << 20, Duration.seconds(1))
    private var entries: [Entry] = []
    private var scrap = [UInt8](repeating: 0, count: 64 << 10)

    private var nextLook = ContinuousClock.now

    /// Whether somebody has to look here soon.
    var isEmpty: Bool { entries.isEmpty }
    /// How many descriptors are held.
    var count: Int { entries.count }

    /// Keeps a socket open that its owner is about to close.
    mutating func keep(_ socket: Int32) {
        let copy = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { return }
        shutdown(copy, Int32(SHUT_WR))
        entries.append(Entry(socket: copy, end: .now + Self.time, left: Self.most))
    }

    /// Reads and forgets what has come, and closes those that are done.
    mutating func attend() {
        guard !entries.isEmpty else { return }
        let now = ContinuousClock.now
        guard now >= nextLook else { return }
        nextLook = now + .milliseconds(20)
        entries = entries.compactMap { entry in
            var entry = entry
            while entry.left > 0, entry.end > now {
                let count = recv(entry.socket, &scrap, scrap.count, Int32(MSG_DONTWAIT))
                if count > 0 {
                    entry.left -= count
                } else if count < 0, errno == EAGAIN || errno == EINTR {
                    return entry
                } else {
                    break
                }
            }
            close(entry.socket)
            return nil
        }
    }

    /// Closes all.
    mutating func end() {
        for entry in entries { close(entry.socket) }
        entries = []
    }

    /// Writes a short answer at once, past whoever owns the socket.
    static func write(_ bytes: [UInt8], to socket: Int32) {
        _ = send(socket, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
    }
}
