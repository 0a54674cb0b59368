import Transport
import OrderedJSON
import Testing

@testable import DSPyClients
@testable import TestSupport

@Suite("The mock model server")
struct MockModelServerTests {
    private func request(
        _ server: MockModelServer, _ question: String, streams: Bool = true, usage: Bool = false,
        wish: String = "starting with the field `[[ ## a ## ]]`, and then ending with `[[ ## completed ## ]]`."
    ) -> HTTPRequest {
        let text = "[[ ## q ## ]]\n\(question)\n\nRespond with \(wish)"
        var body: JSONObject = ["model": "m", "messages": [["role": "user", "content": .string(text)]]]
        if streams { body["stream"] = true }
        if usage { body["stream_options"] = ["include_usage": true] }
        return HTTPRequest(
            url: server.address + "/chat/completions", headers: [("Content-Type", "application/json")],
            body: Array(JSON.object(body).text().utf8), timeout: .seconds(300))
    }

    /// The data lines of a stream as far as it went, and whether it broke off.
    private func lines(_ request: HTTPRequest) async throws -> (type: String?, lines: [[UInt8]], isBroken: Bool) {
        let stream = try await CurlTransport.shared.stream(request)
        var (bytes, isBroken) = ([UInt8](), false)
        do { for try await chunk in stream { bytes += chunk } } catch { isBroken = true }
        let data = bytes.split(separator: 0x0A).map { Array($0.dropFirst(6)) }
        return (stream.headers["content-type"], data, isBroken)
    }

    private func chunks(_ lines: [[UInt8]]) -> [JSON] { lines.compactMap { try? JSON(parsing: $0) } }

    private func content(_ lines: [[UInt8]]) -> String {
        chunks(lines).compactMap { $0["choices"]?.array?.first?["delta"]?["content"]?.string }.joined()
    }

    private let whole = "[[ ## a ## ]]\nanswer to wie heißt 猫🐈?\n\n[[ ## completed ## ]]\n"

    @Test("the deltas of a stream are the answer, however it is cut", arguments: [1, 3, 7, 1000], [nil, 1, 5, 64])
    func stream(delta: Int, bytes: Int?) async throws {
        var options = MockModelServer.Options()
        options.cut.delta = delta
        options.cut.bytes = bytes
        let server = try MockModelServer(options)
        defer { server.stop() }
        let (type, lines, isBroken) = try await lines(request(server, "wie heißt 猫🐈?", usage: true))
        #expect(type == "text/event-stream" && !isBroken)
        #expect(content(lines) == whole)
        #expect(lines.last == Array("[DONE]".utf8))
        let chunks = chunks(lines)
        #expect(chunks.allSatisfy { $0["object"] == "chat.completion.chunk" && $0["usage"] != nil })
        #expect(chunks.last?["usage"]?["total_tokens"] == 15 && chunks.last?["choices"] == [])
        #expect(chunks.dropLast().last?["choices"]?.array?.first?["finish_reason"] == "stop")
        #expect(server.entries.map(\.abandonedAfter) == [nil])
    }

    @Test("token counts come only when they are asked for, and a request without `stream` gets a whole answer")
    func plain() async throws {
        let server = try MockModelServer()
        defer { server.stop() }
        let found = try await lines(request(server, "x"))
        #expect(chunks(found.lines).allSatisfy { $0["usage"] == nil })
        let reply = try await CurlTransport.shared.send(request(server, "x", streams: false))
        let message = try JSON(parsing: reply.body)["choices"]?.array?.first?["message"]
        #expect(message?["content"]?.string == content(found.lines))
        #expect(server.ledger == ["x", "x"] && server.entries.map(\.attempt) == [1, 2])
    }

    @Test(
        "streams break in the middle as they are told to",
        arguments: MockFault.allCases.filter { $0.isOfStreams && $0 != .streamHang })
    func faults(fault: MockFault) async throws {
        let server = try MockModelServer()
        defer { server.stop() }
        let (type, lines, isBroken) = try await lines(request(server, "\(fault.rawValue)-ONCE what?"))
        #expect(isBroken == (fault == .streamReset || fault == .streamClose))
        #expect(lines.contains(Array("[DONE]".utf8)) == [.streamError, .streamBadJSON, .streamBadUTF8].contains(fault))
        switch fault {
        case .streamPage: #expect(type == "text/html")
        case .streamWhole: #expect(type == "application/json")
        case .streamError: #expect(chunks(lines).last?["error"]?["message"] == "the engine broke")
        case .streamBadJSON: #expect(lines.count == 5 && chunks(lines).count == 3)
        case .streamBadUTF8: #expect(lines.contains { String(validating: $0, as: UTF8.self) == nil })
        default: break
        }
        // A reset may overtake what was sent before it.
        if type == "text/event-stream", fault != .streamReset { #expect(content(lines) == "[[ ## a ") }
        let again = try await self.lines(request(server, "\(fault.rawValue)-ONCE what?"))
        #expect(again.lines.last == Array("[DONE]".utf8) && !again.isBroken)
        #expect(server.entries.map(\.fault) == [fault, nil])
    }

    @Test("a client that goes away is noticed and noted", arguments: ["HANG", "STREAM-HANG", "SLOW"])
    func disconnect(word: String) async throws {
        var options = MockModelServer.Options()
        options.gap = .seconds(60)
        if word == "STREAM-HANG" { options.gap = .milliseconds(1) }
        let server = try MockModelServer(options)
        defer { server.stop() }
        let request = request(server, "\(word) x")
        let reading = Task {
            for try await _ in try await CurlTransport.shared.stream(request) {}
        }
        while server.entries.isEmpty { try await Task.sleep(for: .milliseconds(2)) }
        reading.cancel()
        _ = await reading.result
        while server.entries[0].end == nil { try await Task.sleep(for: .milliseconds(2)) }
        let entry = server.entries[0]
        let chunks = try #require(entry.abandonedAfter)
        #expect(word == "HANG" ? chunks == 0 : chunks <= 3)
        #expect(entry.end ?? 0 >= entry.time)
    }

    @Test("header fields tell the rate that is left, and what is beyond it is refused")
    func rates() async throws {
        var options = MockModelServer.Options()
        options.limits = MockRateLimits(requests: 2, tokens: 40)
        let server = try MockModelServer(options)
        defer { server.stop() }
        var (statuses, left) = ([Int](), [String?]())
        let start = ContinuousClock.now
        for _ in 0..<3 {
            let reply = try await CurlTransport.shared.send(request(server, "x", streams: false))
            statuses.append(reply.status)
            left.append(reply.headers["x-ratelimit-remaining-requests"])
            #expect(reply.headers["x-ratelimit-limit-tokens"] == "40")
            #expect(reply.headers["x-ratelimit-reset-requests"]?.hasSuffix("s") == true)
        }
        // A third one is free after half a minute, which a machine under load may take.
        guard ContinuousClock.now - start < .seconds(25) else { return }
        #expect(statuses == [200, 200, 429] && left == ["1", "0", "0"] && server.refused == 1)
    }

    @Test(
        "times are written as Go writes them",
        arguments: [
            (0, "0ms"), (0.0119, "12ms"), (1, "1s"), (1.25, "1.25s"), (59.5, "59.5s"), (360, "6m0s"),
            (61.05, "1m1.05s"),
        ])
    func durations(seconds: Double, text: String) { #expect(MockRateLimits.duration(seconds) == text) }

    @Test("each field that the prompt asks for is answered, in the form it asks for")
    func forms() async throws {
        let server = try MockModelServer()
        defer { server.stop() }
        let wishes = [
            "starting with the field `[[ ## reasoning ## ]]`, then `[[ ## b ## ]]`, and then `[[ ## completed ## ]]`.":
                "[[ ## reasoning ## ]]\nanswer to x\n\n[[ ## b ## ]]\nanswer to x\n\n[[ ## completed ## ]]\n",
            "a JSON object in the following order of fields: `reasoning`, then `b`.":
                "{\"reasoning\": \"answer to x\", \"b\": \"answer to x\"}",
            "the corresponding output fields wrapped in XML tags `<reasoning>`, then `<b>`.":
                "<reasoning>\nanswer to x\n</reasoning>\n<b>\nanswer to x\n</b>\n",
        ]
        for (wish, expected) in wishes {
            #expect(content(try await lines(request(server, "x", wish: wish)).lines) == expected)
        }
    }
}
