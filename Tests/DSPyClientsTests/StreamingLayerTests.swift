import DSPyCore
import OrderedJSON
import Synchronization
import TestSupport
import Testing

@testable import DSPyClients

/// What layers make of a model's stream.
@Suite("streams through the layers of a model") struct StreamingLayerTests {
    private let request = LMRequest(messages: [LMMessage(role: "user", text: "q")])

    private func walk(
        _ model: any LanguageModel, _ request: LMRequest? = nil
    ) async -> (events: [LMStreamEvent], result: Result<LMResponse, any Error>) {
        var events: [LMStreamEvent] = []
        do {
            let response = try await model.stream(request ?? self.request) { events.append($0) }
            return (events, .success(response))
        } catch {
            return (events, .failure(error))
        }
    }

    private func text(_ events: [LMStreamEvent]) -> String {
        var text = ""
        for event in events {
            if case .text(let piece) = event { text += piece }
            if case .restart = event { text = "" }
        }
        return text
    }

    @Test("a retry after part of an answer begins with a restart, told before the wait")
    func retry() async throws {
        let lost = LMError(.transport, "lost")
        let script = ScriptedModel(
            Script(replies: [
                .stream([.event(.text("ab"))], failure: lost),
                .stream([.event(.text("x")), .event(.text("y"))], failure: nil),
            ]))
        let waits = Mutex<[Duration]>([])
        let model = RetryingModel(script, jitter: { $0 / 2 }, sleep: { wait in waits.withLock { $0.append(wait) } })
        let (events, result) = await walk(model)
        var named = lost
        named.model = script.model
        #expect(
            events == [
                .text("ab"), .restart(LMRestart(attempt: 2, wait: 0.5, reason: named)), .text("x"), .text("y"),
            ])
        #expect(try result.get().outputs.first?.text == "xy")
        #expect(try result.get().attempts == 2)
        #expect(waits.withLock { $0 } == [.seconds(0.5)])
    }

    @Test("what the handler throws ends the request, even if it looks like a failure that may pass")
    func handler() async throws {
        let script = ScriptedModel(["a", "b"])
        let model = RetryingModel(script, sleep: { _ in })
        let error = await #expect(throws: LMError.self) {
            _ = try await model.stream(request) { _ in throw LMError(.serverError, "the handler") }
        }
        #expect(error?.message == "the handler")
        #expect(script.requests.count == 1)
    }

    @Test("an answer from the cache is told as a whole; the first one as it came")
    func cache() async throws {
        let script = ScriptedModel(
            Script(replies: [.stream([.event(.reasoning("r")), .event(.text("a")), .event(.text("b"))], failure: nil)]))
        let cache = LMCache(path: nil)
        let model = CachingModel(script, cache: cache)
        let (first, _) = await walk(model)
        #expect(first == [.reasoning("r"), .text("a"), .text("b")])
        let (second, result) = await walk(model)
        #expect(second.suffix(2) == [.reasoning("r"), .text("ab")])
        #expect(try result.get().isCached)
    }

    @Test("a recording holds streamed answers, and a replay tells them")
    func recording() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/r.jsonl"
        let script = ScriptedModel(Script(replies: [.stream([.event(.text("a")), .event(.text("b"))], failure: nil)]))
        _ = await walk(RecordingModel(script, to: try RecordingFile(path: path)))
        let replay = ReplayModel(try Recording(path: path), model: script.model)
        let (events, _) = await walk(replay)
        #expect(text(events) == "ab")
    }

    @Test("of several generations the first is told")
    func generations() async throws {
        let model = RepeatingModel(ScriptedModel(["a", "b", "c"]))
        let (events, result) = await walk(model, LMRequest(messages: request.messages, options: ["n": 3]))
        #expect(text(events) == "a")
        #expect(try result.get().outputs.map(\.text) == ["a", "b", "c"])
    }

    @Test("a script file holds streams, which may break off")
    func script() async throws {
        let lines =
            #"{"stream": ["a", {"reasoning": "r"}, "b"]}"# + "\n" + #"{"stream": ["x", {"error": "transport"}]}"#
        let script = try Script(parsing: Array(lines.utf8), name: "s")
        let model = ScriptedModel(script)
        #expect(try await model.complete(request).outputs.first?.text == "ab")
        let (events, result) = await walk(model)
        #expect(events == [.text("x")])
        #expect(throws: LMError.self) { try result.get() }
        #expect(throws: LMError.self) { try Script(parsing: Array(#"[{"stream": [3]}]"#.utf8), name: "s") }
    }

    @Test("an echo comes word by word")
    func echo() async throws {
        let model = try ScriptedModel(named: "echo", model: "scripted/echo")
        let (events, result) = await walk(model, LMRequest(messages: [LMMessage(role: "user", text: "one two  three")]))
        #expect(events.count > 2)
        #expect(try result.get().outputs.first?.text == text(events))
    }
}
