#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A client that sends exactly the bytes it is told, and reads what comes; it waits, so it belongs on a thread of its own or in a
/// test's.
package final class RawClient: Sendable {
    /// An answer as it came.
    package struct Reply: Sendable {
        package let status: Int
        /// Names in small letters.
        package let fields: [(name: String, value: String)]
        package let body: String

        /// The first value of a name in small letters.
        package subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
    }

    private let socket: Int32

    /// Connects to a port of 127.0.0.1.
    package init(port: Int, receiveBuffer: Int? = nil) {
        #if canImport(Glibc)
            socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            socket = Darwin.socket(AF_INET, SOCK_STREAM, 0)
        #endif
        if var size = receiveBuffer.map(Int32.init) {
            setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        // Longer than a busy machine may need; nothing is waited for that does not come.
        var limit = timeval(tv_sec: 240, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    deinit { close(socket) }

    /// Sends all bytes, as far as the server takes them.
    @discardableResult package func send(_ bytes: [UInt8]) -> Bool { PeerSocket(socket).send(bytes) }

    /// Sends a text.
    @discardableResult package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Sends nothing more.
    package func finishSending() { shutdown(socket, Int32(SHUT_WR)) }

    /// Leaves with a reset.
    package func reset() {
        PeerSocket(socket).reset()
        // Closing happens with the last reference; the shutdown makes it felt now.
        shutdown(socket, Int32(SHUT_RDWR))
    }

    /// Leaves in peace.
    package func leave() { shutdown(socket, Int32(SHUT_RDWR)) }

    /// A part of what comes; empty at the end.
    package func receive(most: Int = 64 << 10) -> [UInt8] {
        var space = [UInt8](repeating: 0, count: most)
        let count = recv(socket, &space, most, 0)
        return count > 0 ? Array(space[..<count]) : []
    }

    /// All that comes until the connection ends.
    package func receiveAll() -> String {
        var all: [UInt8] = []
        while true {
            let bytes = receive()
            if bytes.isEmpty { return String(decoding: all, as: UTF8.self) }
            all += bytes
        }
    }

    /// What comes until it holds a text.
    package func receive(until text: String) -> String {
        var all = ""
        while !all.contains(text) {
            let bytes = receive()
            if bytes.isEmpty { break }
            all += String(decoding: bytes, as: UTF8.self)
        }
        return all
    }

    /// One answer with a length; nil when the connection ends before.
    package func reply() -> Reply? {
        var head: [UInt8] = []
        while !head.ends(with: "\r\n\r\n".utf8) {
            let byte = receive(most: 1)
            if byte.isEmpty { return nil }
            head += byte
        }
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n").map(String.init)
        let fields = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            return (parts[0].lowercased(), String(parts[1].drop { $0 == " " }))
        }
        let length = fields.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
        var body: [UInt8] = []
        while body.count < length {
            let bytes = receive(most: length - body.count)
            if bytes.isEmpty { return nil }
            body += bytes
        }
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return Reply(status: status, fields: fields, body: String(decoding: body, as: UTF8.self))
    }
}

extension Collection where Element: Equatable {
    fileprivate func ends(with other: some Collection<Element>) -> Bool {
        count >= other.count && suffix(other.count).elementsEqual(other)
    }
}
