/// One server-sent event.
package struct ServerSentEvent: Sendable, Hashable {
    /// The event's type; empty for none.
    package var name: String
    /// The data; several `data` lines are joined by line feeds.
    package var data: [UInt8]
    /// Whether it is a line of JSON that stands in the stream without the name of a field.
    package var isBare = false

    package init(name: String = "", data: [UInt8]) {
        self.name = name
        self.data = data
    }

    /// An event whose data is a text.
    package init(name: String = "", _ text: String) { self.init(name: name, data: Array(text.utf8)) }

    /// What model servers, and DSPy, send last.
    package static let done = ServerSentEvent("[DONE]")

    /// Whether it is the mark of the end, whatever stands around or behind it.
    package var isDone: Bool {
        data.drop { Self.isSpace($0) }.starts(with: "[DONE]".utf8)
    }

    /// Whether it holds no data, as events that only keep a connection open.
    package var isBlank: Bool { data.allSatisfy(Self.isSpace) }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// Writes it with its empty line.
    package func write(into bytes: inout [UInt8]) {
        if !name.isEmpty { bytes += "event: \(name)\n".utf8 }
        for line in data.split(separator: 0x0A, omittingEmptySubsequences: false) {
            bytes += "data: ".utf8
            bytes += line
            bytes.append(0x0A)
        }
        bytes.append(0x0A)
    }

    /// As it is written.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        write(into: &bytes)
        return bytes
    }

    /// As it is written.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
