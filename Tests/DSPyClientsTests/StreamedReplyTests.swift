import Basics
import DSPyCore
import OrderedJSON
import Testing
import Transport

@testable import DSPyClients

/// Bodies that all say the same.
private enum Bodies {
    static let start = #"{"model":"gpt","choices":[{"index":0,"delta":{"content":"日"}}]}"#
    static let more = #"{"choices":[{"index":0,"delta":{"content":"本🎉"}}]}"#
    static let stop = #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#
    static let whole =
        #"{"model":"gpt","choices":[{"index":0,"message":{"content":"日本🎉"},"finish_reason":"stop"}]}"#
    static let events = "data: \(start)\n\ndata: \(more)\n\ndata: \(stop)\n\ndata: [DONE]\n\n"

    static let answers: [String] = [
        events, "\u{FEFF}" + events, ": hello\n\n" + events, "\r\n\n \n" + events,
        events.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n"),
        "data:\n\n" + events, "data: \n\ndata:  \t\n\n" + events, "event: ping\ndata: {}\n\n" + events,
        "data: 1\n\ndata: null\n\n" + events, events + "data: more {\n\n",
        "data: \(start)\n\ndata: \(more)\n\ndata: \(stop)\n\ndata: [DONE] \n\n",
        "data: \(start)\n\ndata: \(more)\n\ndata: \(stop)\n\ndata: <html>\n\ndata: {\"error\":{\"code\":500}}\n\n",
        "data: \(start)\n\ndata: \(more)\n\ndata:[DONE]", "data: \(whole)\n\ndata: [DONE]\n\n", whole,
        "\u{FEFF}" + whole,
        "\n\n \r\n\t" + whole, whole + "\n\n", ": PROCESSING\n\n: PROCESSING\n\n" + whole,
        ": PROCESSING\n\n{\n" + whole.dropFirst(),
        "data: \(start)\n\n\(more)\n\(stop)\n{ half\n", "event: message\ndata: \(whole)\n\n",
        #"data: {"choices":[{"index":3,"delta":{"content":"日本"}}]}"# + "\n\n"
            + #"data: {"choices":[{"index":3,"delta":{"content":"🎉"},"finish_reason":"stop"}]}"# + "\n\n",
        #"data: {"choices":[{"delta":{"content":[{"type":"text","text":"日本"},{"type":"text","text":"🎉"}]}}]}"#
            + "\n\ndata: \(stop)\n\n",
        #"data: {"choices":[{"index":1,"delta":{"content":"x"}},{"index":0,"delta":{"content":"日本🎉"}}]}"#
            + "\n\n" + #"data: {"choices":[{"index":1,"delta":{"content":"y"},"finish_reason":"length"}]}"#
            + "\n\ndata: \(stop)\n\n",
    ]
}

@Suite("bodies of answers to streaming requests") struct StreamedReplyTests {
    private func read(
        _ chunks: [[UInt8]], _ head: HTTPResponse = HTTPResponse(status: 200)
    ) throws -> (told: String, answer: LMResponse) {
        var reply = StreamedReply(dialect: OpenAIChatDialect(), options: [:], model: "m")
        var told = ""
        func tell(_ events: [LMStreamEvent]) {
            for case .text(let text) in events { told += text }
        }
        for chunk in chunks where !reply.isOver { tell(try reply.take(chunk)) }
        let (news, answer, isUntold) = try reply.finish(head)
        tell(news)
        if isUntold { told += answer.outputs.first?.text ?? "" }
        return (told, answer)
    }

    @Test("an answer is read to the character, in whichever shape and chunks it comes", arguments: Bodies.answers)
    func answers(body: String) throws {
        let bytes = Array(body.utf8)
        var generator = SeededGenerator(seed: 17)
        for round in 0..<12 {
            let most = [1, 2, 3, 7, 40, 4000][round % 6]
            var chunks: [[UInt8]] = []
            var place = 0
            while place < bytes.count {
                let size = Int.random(in: 1...most, using: &generator)
                chunks.append(Array(bytes[place..<min(place + size, bytes.count)]))
                place += size
            }
            let (told, answer) = try read(chunks)
            #expect(told == "日本🎉" && answer.outputs.first?.text == "日本🎉" && answer.outputs.count == 1)
        }
    }

    @Test("JSON in UTF-16 and UTF-32 is read as Python reads it")
    func encodings() throws {
        let units = Array(Bodies.whole.utf16)
        let little = units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big = units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        let wide = Bodies.whole.unicodeScalars.flatMap { scalar in
            (0..<4).map { UInt8(scalar.value >> ($0 * 8) & 0xFF) }
        }
        for body in [little, big, [0xFF, 0xFE] + little, [0xFE, 0xFF] + big, wide, [0xFF, 0xFE, 0, 0] + wide] {
            #expect(try ReplyText.json(body) == JSON(parsing: Bodies.whole))
        }
        #expect(try read([[0xFE], [0xFF], big]).told == "日本🎉")
    }

    private func failure(_ body: String, type: String? = nil) throws -> LMError {
        let headers = HTTPHeaders(type.map { [("Content-Type", $0)] } ?? [])
        return try #require(
            #expect(throws: LMError.self) {
                try read([Array(body.utf8)], HTTPResponse(status: 200, headers: headers))
            })
    }

    @Test("what is no stream tells what came")
    func strange() throws {
        let key = try failure(#"{"error":{"message":"Incorrect key","code":"invalid_api_key"}}"#)
        #expect(key.code == .auth && key.message == "Incorrect key")
        let page = try failure("<html>bad gateway</html>", type: "text/plain")
        #expect(page.code == .badReply && page.message.contains("bad gateway") && page.message.contains("text/plain"))
        #expect(try failure("upstream is gone").message.contains("upstream is gone"))
        #expect(try failure("").code == .transport)
        #expect(try failure(": hello\n\n").code == .transport)
        #expect(try failure(": hello\n\n\(Bodies.whole.dropLast())").code == .badReply)
        #expect(try failure("data: \(Bodies.start)\n\n").code == .transport)
        #expect(try failure("event: error\ndata: {\"message\":\"no\",\"code\":401}\n\n").code == .auth)
        #expect(try failure(#"data: {"object":"error","message":"no","code":400}"# + "\n\n").code == .invalidRequest)
        let died = try failure("data: \(Bodies.start)\n\n{\"error\":{\"message\":\"worker died\"}}\n")
        #expect(died.code == .serverError && died.message == "worker died")
        #expect(try failure("data: {\"error\":{\"code\":429}}\n\n").code == .rateLimited)
    }

    @Test("a body that never ends is not kept")
    func endless() throws {
        let blanks = [UInt8](repeating: 0x20, count: 1 << 14)
        for start in ["{", " "] {
            var reply = StreamedReply(dialect: OpenAIChatDialect(), options: [:], model: "m", bodyLimit: 1 << 16)
            _ = try reply.take(Array(start.utf8))
            #expect(throws: LMError.self) {
                for _ in 0..<5 { _ = try reply.take(blanks) }
            }
        }
        var comments = StreamedReply(dialect: OpenAIChatDialect(), options: [:], model: "m", bodyLimit: 1 << 21)
        for _ in 0..<200 { #expect(try comments.take(Array(": x\n\n".utf8) + blanks.dropLast() + [0x0A]).isEmpty) }
    }

    @Test("the events of a stream that nobody asked for are read as an answer")
    func unasked() throws {
        let reader = ReplyReader(dialect: OpenAIChatDialect(), options: [:], model: "m")
        let answer = try reader.answer(in: HTTPResponse(status: 201, body: Array(Bodies.events.utf8)))
        #expect(answer.outputs.first?.text == "日本🎉" && answer.model == "gpt")
        let cut = HTTPResponse(
            status: 200, headers: HTTPHeaders([("Content-Encoding", "gzip")]),
            body: Array(Bodies.whole.utf8.dropLast(9)))
        let error = #expect(throws: LMError.self) { try reader.answer(in: cut) }
        #expect(error?.code == .transport)
    }
}
