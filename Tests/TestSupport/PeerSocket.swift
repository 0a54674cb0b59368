#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The server's end of a connection.
struct PeerSocket {
    private let socket: Int32

    init(_ socket: Int32) { self.socket = socket }

    /// Sends all bytes; false when the peer does not take them.
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                #if canImport(Glibc)
                    Glibc.send(
                        socket, UnsafeRawBufferPointer(rebasing: buffer[sent...]).baseAddress, bytes.count - sent,
                        Int32(MSG_NOSIGNAL))
                #else
                    Darwin.send(
                        socket, UnsafeRawBufferPointer(rebasing: buffer[sent...]).baseAddress, bytes.count - sent, 0)
                #endif
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Whether the peer has closed the connection.
    var isGone: Bool { look() == .gone }

    /// Waits; false when the peer has closed the connection meanwhile.
    func wait(_ duration: Duration) -> Bool {
        let end = ContinuousClock.now + duration
        while true {
            let (seconds, attoseconds) = (end - .now).components
            let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
            guard microseconds > 0 else { return true }
            var poller = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            let ready = microseconds < 1000 ? 0 : poll(&poller, 1, Int32(min(microseconds / 1000, 1_000_000)))
            if ready > 0 {
                switch look() {
                case .gone: return false
                case .quiet: continue
                case .sends: break
                }
            }
            // Another request is there already, or less than a millisecond is left: no use in looking.
            if ready > 0 || microseconds < 1000 { usleep(UInt32(min(microseconds, 1_000_000_000))) }
        }
    }

    /// Closes the connection by a reset when its descriptor is closed.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    private enum Look { case quiet, sends, gone }

    private func look() -> Look {
        var byte: UInt8 = 0
        let count = recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        if count > 0 { return .sends }
        return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) ? .quiet : .gone
    }
}
