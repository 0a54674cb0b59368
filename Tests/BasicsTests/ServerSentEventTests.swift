import TestSupport
import Testing

@testable import Basics

@Suite("server-sent events") struct ServerSentEventParserTests {
    private func parse(_ chunks: [[UInt8]], limit: Int = 1 << 20) throws -> [ServerSentEvent] {
        var parser = ServerSentEventParser(limit: limit)
        var events: [ServerSentEvent] = []
        for chunk in chunks { events += try parser.feed(chunk) }
        events += try parser.finish()
        return events
    }

    private func event(_ data: String, _ name: String = "") -> ServerSentEvent {
        ServerSentEvent(name: name, data: Array(data.utf8))
    }

    @Test(
        "every form of line end, field and comment is read",
        arguments: [
            ("data: a\n\ndata: b\n\n", ["a", "b"]), ("data: a\r\rdata: b\r\r", ["a", "b"]),
            ("data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"]), ("data:a\n\n", ["a"]), ("data:  a\n\n", [" a"]),
            ("\u{FEFF}data: a\n\n", ["a"]), (": ping\n\ndata: a\n: more\ndata: b\n\n", ["a\nb"]),
            ("data: é🎉\n\n", ["é🎉"]), ("data\n\n", [""]), ("data:\n\n", [""]), ("id: 3\nretry: 5\n\n", []),
            ("data: a", ["a"]), ("data: a\n", ["a"]), ("\n\n\n", []), ("", []),
            ("data: a\r\n\ndata: b\n\n", ["a", "b"]),
            ("dataX: a\n\n", []), ("data: [DONE]\n\n", ["[DONE]"]),
        ])
    func forms(text: String, expected: [String]) throws {
        let bytes = Array(text.utf8)
        for size in 1...max(1, bytes.count) {
            let chunks = stride(from: 0, to: bytes.count, by: size).map {
                Array(bytes[$0..<min($0 + size, bytes.count)])
            }
            #expect(try parse(chunks) == expected.map { event($0) }, "chunks of \(size)")
        }
    }

    @Test("an event has the name that its lines give")
    func names() throws {
        let text = "event: response.created\ndata: 1\n\nevent: x\n\ndata: 2\n\n"
        #expect(try parse([Array(text.utf8)]) == [event("1", "response.created"), event("2")])
    }

    @Test("random streams give the same events in any chunks")
    func chunks() throws {
        var generator = SeededGenerator(seed: 5)
        let pieces = [
            "data: ", "data:", "event: e", "\n", "\n", "\r", "\r\n", "\n\n", "é", "🎉", ": c", "x", " ", "\u{FEFF}",
        ]
        for _ in 0..<2000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...20, using: &generator) {
                text += pieces.randomElement(using: &generator) ?? ""
            }
            let bytes = Array(text.utf8)
            let whole = try parse([bytes])
            #expect(try parse(bytes.map { [$0] }) == whole, "\(text.debugDescription)")
        }
    }

    @Test("a line that never ends is refused with its length")
    func limits() throws {
        let error = #expect(throws: ServerSentEventParser.TooLong.self) {
            try parse([Array(repeating: 0x61, count: 101)], limit: 100)
        }
        #expect(error?.description.contains("100 bytes") == true)
        let lines = Array(String(repeating: "data: 0123456789\n", count: 20).utf8)
        #expect(throws: ServerSentEventParser.TooLong.self) { try parse([lines], limit: 100) }
        #expect(throws: ServerSentEventParser.TooLong.self) { try parse(lines.map { [$0] }, limit: 100) }
    }

    @Test("a megabyte in single bytes takes the time of its length")
    func linear() throws {
        let bytes = Array("data: \(String(repeating: "x", count: 1 << 20))\n\n".utf8)
        var events: [ServerSentEvent] = []
        let time = try ContinuousClock().measure { events = try parse(bytes.map { [$0] }, limit: 1 << 21) }
        #expect(events.first?.data.count == 1 << 20)
        #expect(time < .seconds(20))
    }

    @Test(
        "what is written is read",
        arguments: ["", "a", "a\nb", "\n", "{\"x\": \"é\"}", " leading", "data: x"])
    func roundTrip(data: String) throws {
        let events = [ServerSentEvent(data), ServerSentEvent(name: "error", data), .done]
        #expect(try parse([events.flatMap(\.bytes)]) == events)
        #expect(ServerSentEvent.done.text == "data: [DONE]\n\n")
    }
}
