/// Reads server-sent events out of bytes that come in chunks of any size.
///
/// Lines end with LF, CR or CRLF, a byte order mark may open the stream, comments and unknown fields are passed over, and
/// `data:` needs no space. What stands after the last empty line is an event too: some servers forget that line.
///
/// - Source: WHATWG HTML, "Server-sent events", 9.2.5 and 9.2.6.
package struct ServerSentEventParser: Sendable {
    /// Something of a stream that is longer than allowed.
    package struct TooLong: Error, Sendable, Hashable, CustomStringConvertible {
        /// What it is, and what that means.
        package let description: String
    }

    /// How many bytes a line, and the data of an event, may have.
    private let limit: Int
    /// Whether a line that begins with `{` is an event of its own: so servers write that break off in the middle.
    private let takesBareJSON: Bool
    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var name = ""
    private var followsReturn = false
    private var isAtStart = true

    package init(limit: Int = 16 << 20, takesBareJSON: Bool = false) {
        self.limit = limit
        self.takesBareJSON = takesBareJSON
    }

    /// Takes the next chunk.
    ///
    /// - Returns: The events that it completes, in order.
    /// - Throws: `TooLong` when a line, or the data of an event, is longer than allowed.
    package mutating func feed(_ chunk: [UInt8]) throws(TooLong) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        var start = 0
        while start < chunk.count {
            if followsReturn {
                followsReturn = false
                if chunk[start] == 0x0A {
                    start += 1
                    continue
                }
            }
            let end = Self.lineEnd(in: chunk, from: start)
            try check(line.count + (end - start), "a line")
            if end == chunk.count {
                line.append(contentsOf: chunk[start...])
                break
            }
            if line.isEmpty {
                try take(chunk[start..<end], &events)
            } else {
                line.append(contentsOf: chunk[start..<end])
                let whole = line
                line.removeAll(keepingCapacity: true)
                try take(whole[...], &events)
            }
            followsReturn = chunk[end] == 0x0D
            start = end + 1
        }
        return events
    }

    /// The stream is over.
    ///
    /// - Returns: What lacked its end.
    package mutating func finish() throws(TooLong) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        if !line.isEmpty {
            let whole = line
            line = []
            try take(whole[...], &events)
        }
        try take([], &events)
        return events
    }

    private mutating func take(_ line: ArraySlice<UInt8>, _ events: inout [ServerSentEvent]) throws(TooLong) {
        var line = line
        if isAtStart {
            isAtStart = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
        }
        guard !line.isEmpty else {
            if hasData { events.append(ServerSentEvent(name: name, data: data)) }
            (data, hasData, name) = ([], false, "")
            return
        }
        if takesBareJSON, line.first == UInt8(ascii: "{") {
            var event = ServerSentEvent(data: Array(line))
            event.isBare = true
            return events.append(event)
        }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == 0x20 { value = value.dropFirst() }
        let field = line[..<colon]
        if field.elementsEqual("data".utf8) {
            try check(data.count + value.count, "the data of an event")
            if hasData { data.append(0x0A) }
            data.append(contentsOf: value)
            hasData = true
        } else if field.elementsEqual("event".utf8) {
            name = String(decoding: value, as: UTF8.self)
        }
    }

    /// Where the line that begins at `start` ends, or the chunk.
    private static func lineEnd(in chunk: [UInt8], from start: Int) -> Int {
        chunk.withUnsafeBufferPointer { bytes in
            var end = start
            while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
            return end
        }
    }

    private func check(_ count: Int, _ what: String) throws(TooLong) {
        guard count > limit else { return }
        throw TooLong(
            description:
                "the streamed reply has \(what) of more than \(limit) bytes; the server does not send server-sent "
                + "events, or a proxy gathers them")
    }
}
