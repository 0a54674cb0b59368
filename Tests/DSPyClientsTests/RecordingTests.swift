import Platform
import DSPyCore
import OrderedJSON
import TestSupport
import Testing

@testable import DSPyClients

@Suite("Record and replay")
struct RecordingTests {
    private func request(_ text: String, _ options: JSONObject = [:]) -> LMRequest {
        LMRequest(
            messages: [LMMessage(role: "system", text: "S\nT"), LMMessage(role: "user", text: text)], options: options)
    }

    @Test("what was recorded is replayed: texts, tool calls, failures")
    func roundTrip() async throws {
        let folder = try TemporaryFolder()
        let call: JSON = ["id": "c", "type": "function", "function": ["name": "f", "arguments": "{}"]]
        let output = LMResponse.Output(text: nil, reasoning: "r", toolCalls: [call], finishReason: "tool_calls")
        let script = Script(replies: [.text("é 1.0"), .output(output), .failure(LMError(.contextWindow, "too long"))])
        let path = folder.path + "/r.jsonl"
        do {
            let model = RecordingModel(
                ScriptedModel(script, defaults: ["temperature": 1.0, "api_key": "sk-secret"]),
                to: try RecordingFile(path: path))
            _ = try await model.complete(request("a"))
            _ = try await model.complete(request("b", ["max_tokens": 5]))
            await #expect(throws: LMError.self) { try await model.complete(request("c")) }
        }
        let replay = ReplayModel(
            try Recording(path: path), model: "scripted/test", defaults: ["api_key": "other", "temperature": 1.0])
        #expect(try await replay.complete(request("b", ["max_tokens": 5])).outputs == [output])
        #expect(try await replay.complete(request("a")).outputs[0].text == "é 1.0")
        let error = await #expect(throws: LMError.self) { try await replay.complete(request("c")) }
        #expect(error?.code == .contextWindow)
        let bytes = try FileBytes.read(path, for: "recording")
        #expect(!String(decoding: bytes, as: UTF8.self).contains("secret"))
    }

    @Test("the same request recorded several times is answered in order, then with the last answer")
    func repeated() async throws {
        let lines = ["1", "2"].map {
            #"{"request":{"model":"m","messages":[{"role":"user","content":"q"}],"options":{}},"response":{"outputs":[{"text":"\#($0)"}]}}"#
        }
        let recording = try Recording(parsing: Array(lines.joined(separator: "\n").utf8), name: "r")
        let model = ReplayModel(recording, model: "m")
        let asked = LMRequest(messages: [LMMessage(role: "user", text: "q")])
        var texts: [String?] = []
        for _ in 0..<3 { texts.append(try await model.complete(asked).outputs[0].text) }
        #expect(texts == ["1", "2", "2"])
    }

    @Test("many requests at once get each recorded answer once")
    func concurrent() async throws {
        let lines = (0..<50).map {
            #"{"request":{"messages":[{"role":"user","content":"q"}]},"response":{"outputs":[{"text":"\#($0)"}]}}"#
        }
        let model = ReplayModel(
            try Recording(parsing: Array(lines.joined(separator: "\n").utf8), name: "r"), model: "m")
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    let asked = LMRequest(messages: [LMMessage(role: "user", text: "q")])
                    return try await model.complete(asked).outputs[0].text ?? ""
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(texts.count == 50)
    }

    @Test("an unknown request shows where the nearest recorded one differs")
    func unknown() async throws {
        let base = ScriptedModel(["1", "2"])
        let folder = try TemporaryFolder()
        let path = folder.path + "/r.jsonl"
        let recorder = RecordingModel(base, to: try RecordingFile(path: path))
        _ = try await recorder.complete(request("one\ntwo\nthree"))
        _ = try await recorder.complete(request("other"))
        let model = ReplayModel(try Recording(path: path), model: "scripted/test")
        let error = await #expect(throws: LMError.self) { try await model.complete(request("one\ntwo\nfour")) }
        #expect(error?.code == .unanswered)
        #expect(
            error?.message
                == "no recorded answer for this request; the nearest is request 1 of \"\(path)\", which differs first in "
                + "message 2 (user), line 3: recorded \"three\", asked \"four\"")
        let options = await #expect(throws: LMError.self) {
            try await model.complete(request("other", ["temperature": 1.0]))
        }
        #expect(options?.message.contains("has other options: {} instead of {\"temperature\": 1.0}") == true)
    }

    @Test("a replayed model can what its name can, without a key")
    func factory() async throws {
        let recording = try Recording(parsing: [], name: "r")
        let model = LMFactory(environment: [:]).replay(
            "openai/gpt-4o-mini", from: recording, options: ["num_retries": 2])
        #expect(model.capabilities.responseSchema && model.defaults.isEmpty)
        let error = await #expect(throws: LMError.self) { try await model.complete(request("x")) }
        #expect(error?.description == "openai/gpt-4o-mini: unanswered: the recording \"r\" is empty")
    }

    @Test("a broken line is named")
    func broken() {
        let error = #expect(throws: LMError.self) { try Recording(parsing: Array("{\"a\":1}\n".utf8), name: "r.jsonl") }
        #expect(error?.message.contains("r.jsonl:1:") == true)
        #expect(throws: LMError.self) { try Recording(path: "/nowhere/r.jsonl") }
    }
}
