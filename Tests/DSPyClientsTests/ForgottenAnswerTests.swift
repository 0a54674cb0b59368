import Basics
import Platform
import DSPyCore
import OrderedJSON
import TestModels
import TestSupport
import Testing

@testable import DSPyClients

@Suite("Answers that could not be read")
struct ForgottenAnswerTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path + "/cache.db" }

    init() throws { folder = try TemporaryFolder() }

    private func key(_ text: String) -> CacheKey {
        CacheKey(LMRequest(messages: [LMMessage(role: "user", text: text)]), model: "m", defaults: [:])
    }

    private func answer(_ text: String, _ reason: String = "stop") -> LMResponse {
        LMResponse(outputs: [.init(text: text, finishReason: reason)], model: "m")
    }

    @Test("what is forgotten is gone at once and for the next process, also when the file had it")
    func forgotten() async throws {
        let first = LMCache(path: path)
        for name in ["a", "b"] { first.keep(answer(name), for: key(name), model: "m") }
        await first.flush()
        // Another process finds it in the file, not in memory.
        let second = LMCache(path: path)
        #expect(await second.response(for: key("a")) != nil)
        second.forget(key("a"))
        #expect(second.remembered(key("a")) == nil)
        #expect(await second.response(for: key("a")) == nil)
        await second.flush()
        #expect(await LMCache(path: path).response(for: key("a")) == nil)
        #expect(await LMCache(path: path).response(for: key("b"))?.outputs == answer("b").outputs)
    }

    @Test("a new answer after one that was forgotten is kept")
    func again() async throws {
        let cache = LMCache(path: path)
        cache.keep(answer("bad"), for: key("a"), model: "m")
        cache.forget(key("a"))
        cache.keep(answer("good"), for: key("a"), model: "m")
        #expect(cache.remembered(key("a"))?.outputs.first?.text == "good")
        await cache.flush()
        #expect(await LMCache(path: path).response(for: key("a"))?.outputs.first?.text == "good")
    }

    @Test("memory forgets one answer and no other", arguments: 0..<8)
    func memory(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var tier = MemoryTier(maximumCount: 1000, maximumSize: 1 << 20)
        var kept: [String: [UInt8]] = [:]
        for step in 0..<400 {
            let name = "k\(Int.random(in: 0..<40, using: &random))"
            if Bool.random(using: &random) {
                kept[name] = Array("value \(step)".utf8)
                tier.insert(kept[name] ?? [], for: key(name))
            } else {
                kept[name] = nil
                tier.remove(key(name))
            }
            #expect(tier.bytes(for: key(name)) == kept[name])
        }
        for number in 0..<40 { #expect(tier.bytes(for: key("k\(number)")) == kept["k\(number)"]) }
        #expect(tier.count == kept.count)
    }

    @Test("half an answer is not kept", arguments: ["length", "content_filter", "max_tokens", "SAFETY", "error"])
    func half(reason: String) {
        let cache = LMCache(path: nil)
        cache.keep(answer("x", reason), for: key("a"), model: "m")
        #expect(cache.remembered(key("a")) == nil)
        cache.keep(answer("x", "tool_calls"), for: key("a"), model: "m")
        #expect(cache.remembered(key("a")) != nil)
    }

    @Test(
        "an adapter that cannot read an answer asks anew the next time, also through a recording",
        arguments: [ChatAdapter(useJSONAdapterFallback: false), JSONAdapter(), XMLAdapter()] as [any Adapter],
        [false, true])
    func adapters(adapter: any Adapter, streams: Bool) async throws {
        let good: String =
            switch adapter.name {
            case "JSONAdapter": #"{"answer": "yes"}"#
            case "XMLAdapter": "<answer>yes</answer>"
            default: "[[ ## answer ## ]]\nyes"
            }
        let script = ScriptedModel(Script(replies: [.text("unreadable"), .text("unreadable"), .text(good)]))
        let cache = LMCache(path: nil)
        let model = RecordingModel(
            CachingModel(script, cache: cache), to: try RecordingFile(path: folder.path + "/\(streams).jsonl"))
        let module = Predict(try Signature("question -> answer"))
        func run() async throws -> Prediction {
            let context = RunContext(lm: model, adapter: adapter)
            guard streams else { return try await module.call(["question": "q"], in: context) }
            var last: Prediction?
            for try await item in try streamify(module)(["question": "q"], in: context) {
                if case .prediction(let prediction) = item { last = prediction }
            }
            return try #require(last)
        }
        await #expect(throws: (any Error).self) { _ = try await run() }
        while script.requests.count < 2 {
            await #expect(throws: (any Error).self) { _ = try await run() }
        }
        #expect(try await run()["answer"] == "yes")
        #expect(try await run()["answer"] == "yes")
        #expect(script.requests.count == 3)
    }

    @Test("an error beside half an answer is the error, with a stream and without")
    func brokenOff() throws {
        let dialect = OpenAIChatDialect()
        for text in [
            #"{"choices":[{"message":{"content":"ha"},"finish_reason":"error","error":{"code":502,"message":"lost"}}]}"#,
            #"{"choices":[{"message":{"content":"ha"},"error":{"message":"lost"}}]}"#,
            #"{"choices":[{"message":{"content":"ha"},"finish_reason":"error"}]}"#,
        ] {
            let json = try JSON(parsing: text)
            #expect(dialect.quickResponse(from: Array(text.utf8), options: [:], model: "m") == nil)
            let error = #expect(throws: LMError.self) { try dialect.response(from: json, options: [:], model: "m") }
            #expect(error?.code == .serverError && error?.isRetryable == true)
        }
        var reader = ChatStreamReader(dialect: dialect, options: [:], model: "m")
        #expect(throws: LMError.self) {
            _ = try reader.take(
                ServerSentEvent(
                    data: Array(#"{"choices":[{"delta":{"content":"a"},"error":{"message":"lost"}}]}"#.utf8)))
        }
    }

    @Test("a refusal is told, and a cut answer says what helps")
    func trouble() async throws {
        let refused = LMResponse.Output(text: nil, finishReason: "stop").refusing("I cannot help with that.")
        let cut = LMResponse.Output(text: "[[ ## ans", finishReason: "length")
        for (output, words) in [(refused, "the model refused: I cannot help with that."), (cut, "max_tokens")] {
            let module = Predict(try Signature("question -> answer"))
            let error = await #expect(throws: AdapterParseError.self) {
                _ = try await module.call(
                    ["question": "q"],
                    in: RunContext(
                        lm: RuleModel(outputs: [output]), adapter: ChatAdapter(useJSONAdapterFallback: false)))
            }
            #expect("\(try #require(error))".contains(words))
        }
    }
}

extension LMResponse.Output {
    fileprivate func refusing(_ text: String) -> LMResponse.Output {
        var output = self
        output.refusal = text
        return output
    }
}
