#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// System calls with their errno, retried where the system only asks for patience.
enum SystemCall {
    /// An errno.
    struct Failure: Error, Sendable, Hashable {
        var code: Int32
    }

    /// Writes all bytes.
    static func writeAll(_ bytes: some Collection<UInt8>, to descriptor: Int32) throws(Failure) {
        let content = ContiguousArray(bytes)
        var start = 0
        while start < content.count {
            let count = content.withUnsafeBytes { buffer in
                write(descriptor, buffer.baseAddress.map { $0 + start }, content.count - start)
            }
            if count >= 0 {
                start += count
            } else {
                try waitOut(errno, descriptor, for: POLLOUT)
            }
        }
    }

    /// Reads up to a number of bytes; none at the end.
    static func readSome(from descriptor: Int32, into chunk: inout [UInt8]) throws(Failure) -> Int {
        while true {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 { return count }
            try waitOut(errno, descriptor, for: POLLIN)
        }
    }

    /// Waits when an errno says "again"; any other one is thrown.
    private static func waitOut(_ code: Int32, _ descriptor: Int32, for events: some BinaryInteger) throws(Failure) {
        switch code {
        case EINTR: return
        case EAGAIN, EWOULDBLOCK:
            var request = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            _ = poll(&request, 1, -1)
        default: throw Failure(code: code)
        }
    }

    /// The system's words for an errno.
    static func words(for code: Int32) -> String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
