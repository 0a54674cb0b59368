#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads HTTP requests from a socket, one after the other.
struct SocketReader {
    let socket: Int32
    private var buffer: [UInt8] = []

    init(socket: Int32) {
        self.socket = socket
    }

    /// The next request, or nil when the peer closed the connection.
    mutating func nextRequest() -> LoopbackServer.Request? {
        let end: [UInt8] = [13, 10, 13, 10]
        var from = 0
        while true {
            if let place = position(of: end, from: from) {
                let head = String(decoding: buffer[..<place], as: UTF8.self)
                buffer.removeFirst(place + end.count)
                return finish(head)
            }
            from = max(0, buffer.count - 3)
            guard readMore() else { return nil }
        }
    }

    private mutating func finish(_ head: String) -> LoopbackServer.Request? {
        var lines = head.split(separator: "\r\n").map(String.init)[...]
        let words = (lines.popFirst() ?? "").split(separator: " ").map(String.init)
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers[line[..<colon].lowercased()] = String(value)
        }
        let length = Int(headers["content-length"] ?? "0") ?? 0
        while buffer.count < length { guard readMore() else { return nil } }
        let body = Array(buffer[..<length])
        buffer.removeFirst(length)
        return LoopbackServer.Request(method: words[0], path: words[1], headers: headers, body: body, connection: 0)
    }

    private mutating func readMore() -> Bool {
        let chunk = [UInt8](unsafeUninitializedCapacity: 65_536) { space, count in
            count = max(0, read(socket, space.baseAddress, space.count))
        }
        buffer += chunk
        return !chunk.isEmpty
    }

    private func position(of pattern: [UInt8], from: Int) -> Int? {
        guard buffer.count >= pattern.count else { return nil }
        return (from...(buffer.count - pattern.count)).first { buffer[$0...].starts(with: pattern) }
    }
}
