#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// System calls with their errno, retried where the system only asks for patience.
package enum SystemCall {
    /// An errno.
    package struct Failure: Error, Sendable, Hashable {
        package var code: Int32
    }

    /// Writes all bytes.
    package static func writeAll(_ bytes: some Collection<UInt8>, to descriptor: Int32) throws(Failure) {
        if let (_, code) = write(bytes, to: descriptor) { throw Failure(code: code) }
    }

    /// Writes all bytes.
    ///
    /// - Returns: nil when it did; else how many bytes were written, and the errno of what stopped it.
    package static func write(
        _ bytes: some Collection<UInt8>, to descriptor: Int32
    ) -> (sent: Int, errno: Int32)? {
        let outcome = bytes.withContiguousStorageIfAvailable { write($0, to: descriptor) }
        return outcome ?? ContiguousArray(bytes).withUnsafeBufferPointer { write($0, to: descriptor) }
    }

    private static func write(_ bytes: UnsafeBufferPointer<UInt8>, to descriptor: Int32) -> (sent: Int, errno: Int32)? {
        var sent = 0
        while sent < bytes.count {
            let count = put(descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
            if count > 0 {
                sent += count
                continue
            }
            // A device that takes nothing and gives no reason is full.
            let code = count == 0 ? ENOSPC : errno
            do throws(Failure) { try waitOut(code, descriptor, for: POLLOUT) } catch { return (sent, code) }
        }
        return nil
    }

    private static func put(_ descriptor: Int32, _ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, bytes, count)
        #elseif canImport(Musl)
            Musl.write(descriptor, bytes, count)
        #else
            Darwin.write(descriptor, bytes, count)
        #endif
    }

    /// Reads up to a number of bytes; none at the end.
    package static func readSome(from descriptor: Int32, into chunk: inout [UInt8]) throws(Failure) -> Int {
        let count = chunk.withUnsafeMutableBytes { space in
            Result { () throws(Failure) in try readSome(from: descriptor, into: space) }
        }
        return try count.get()
    }

    /// Reads up to a number of bytes; none at the end.
    package static func readSome(
        from descriptor: Int32, into space: UnsafeMutableRawBufferPointer
    ) throws(Failure) -> Int {
        while true {
            let count = read(descriptor, space.baseAddress, space.count)
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
    package static func words(for code: Int32) -> String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }

    /// The system's words for the errno of the last call on this thread that failed.
    package static var lastWords: String { words(for: errno) }
}
