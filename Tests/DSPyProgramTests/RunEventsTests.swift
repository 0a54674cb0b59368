import DSPyCore
import DSPySpec
import OrderedJSON
import TestModels
import Testing

@testable import DSPyProgram

@Suite("The events that scripts read")
struct RunEventsTests {
    private struct Surprise: Error, CustomStringConvertible { let description = "a surprise" }

    private static func events() throws -> RunEvents {
        let program = try checked(#"{"steps": [{"name": "ask", "module": "ChainOfThought", "signature": "q -> a"}]}"#)
        let module = try ProgramBuilder { RuleModel.ofFields($0.model) }.build(program)
        return RunEvents(try NodeNames(module, program, chosen: []))
    }

    private static let call = PredictorCall(predictName: "ask.predict", node: "ask", number: 2)
    private static let down = LMError(.serverError, "down", status: 503)

    /// An event without its time.
    private static func timeless(_ event: JSONObject?) throws -> JSON {
        var event = try #require(event)
        #expect(try #require(event["ms"]?.int) >= 0)
        event["ms"] = nil
        return .object(event)
    }

    @Test("a run begins with what runs")
    func begin() throws {
        let start = try Self.events().begin(run: "r", spec: "s", fingerprint: "f", inputs: ["q", "n"])
        #expect(
            JSON.object(start) == [
                "type": "start", "v": 1, "run": "r", "spec": "s", "fingerprint": "f", "inputs": ["q", "n"],
            ])
    }

    @Test("each kind of event has its members, and they are numbered from 1")
    func kinds() throws {
        var events = try Self.events()
        let restart = LMRestart(attempt: 2, wait: 0.25, reason: Self.down)
        let usage: JSONObject = [
            "m": ["total_tokens": 3, "prompt_tokens": 1, "cost": "x"], "n": ["total_tokens": 4],
        ]
        let cases: [(RunEvent, JSON)] = [
            (
                .callStart(Self.call, model: "m"),
                ["type": "node_start", "seq": 1, "node": "ask", "call": 2, "kind": "chain_of_thought", "model": "m"]
            ),
            (
                .field(Self.call, .delta(field: "a", text: "x", isLast: false)),
                ["type": "delta", "seq": 2, "node": "ask", "call": 2, "field": "a", "text": "x"]
            ),
            (
                .field(Self.call, .delta(field: "a", text: "", isLast: true)),
                ["type": "delta", "seq": 3, "node": "ask", "call": 2, "field": "a", "text": "", "last": true]
            ),
            (
                .field(Self.call, .reset(field: "a")),
                ["type": "reset", "seq": 4, "node": "ask", "call": 2, "field": "a"]
            ),
            (
                .model(Self.call, .restart(restart)),
                [
                    "type": "retry", "seq": 5, "node": "ask", "call": 2, "attempt": 2, "wait_ms": 250,
                    "reason": "server_error", "http": 503,
                ]
            ),
            (
                .toolStart(id: "c1", name: "f", arguments: ["x": 1]),
                ["type": "tool_call", "seq": 6, "id": "c1", "name": "f", "args": ["x": 1]]
            ),
            (
                .toolEnd(id: "c1", name: "f", outcome: .success(.dict(["y": true]))),
                ["type": "tool_result", "seq": 7, "id": "c1", "name": "f", "ok": true, "text": #"{"y":true}"#]
            ),
            (
                .toolEnd(id: "c2", name: "f", outcome: .failure(ToolError("ValueError", "no", reason: .denied))),
                [
                    "type": "tool_result", "seq": 8, "id": "c2", "name": "f", "ok": false, "error": "tool_denied",
                    "text": .string("\(ToolError("ValueError", "no", reason: .denied))"),
                ]
            ),
            (.custom("half way"), ["type": "status", "seq": 9, "message": "half way"]),
            (
                .callEnd(Self.call, usage: usage, failure: nil),
                [
                    "type": "node_end", "seq": 10, "node": "ask", "call": 2,
                    "usage": ["total_tokens": 7, "prompt_tokens": 1],
                ]
            ),
        ]
        for (event, expected) in cases { #expect(try Self.timeless(events.event(for: event)) == expected) }
    }

    @Test("what only traces tell is no event, and takes no number")
    func silent() throws {
        var events = try Self.events()
        let request = LMRequest(messages: [])
        let silent: [RunEvent] = [
            .moduleStart(kind: "Predict", inputs: [:]), .moduleEnd(kind: "Predict", outputs: nil),
            .lmStart(Self.call, model: "m", request: request), .lmEnd(Self.call, response: nil),
            .model(Self.call, .text("x")),
        ]
        for event in silent { #expect(events.event(for: event) == nil && !event.isShown) }
        #expect(events.event(for: .custom("x"))?["seq"] == 1)
    }

    @Test("a run that failed tells the call that failed last, and whether the same may succeed later")
    func failed() throws {
        var events = try Self.events()
        let other = PredictorCall(predictName: "x", node: "first", number: 1)
        _ = events.event(for: .callEnd(other, usage: [:], failure: Surprise()))
        #expect(events.event(for: .callEnd(Self.call, usage: [:], failure: Self.down))?["error"] == "server_error")
        _ = events.event(for: .callEnd(other, usage: [:], failure: nil))
        let end = try Self.timeless(events.end(.failure(Self.down), usage: [:], cost: nil))
        #expect(
            end == [
                "type": "error", "seq": 4, "code": "server_error", "message": .string("\(Self.down)"), "node": "ask",
                "retryable": true,
            ])
        // It is told once; an error that no call had has no node.
        let next = events.end(.failure(Surprise()), usage: [:], cost: nil)
        #expect(next["node"] == nil && next["retryable"] == false && next["code"] == "invalid_request")
    }

    @Test("a run that gave something after a call had failed tells no node of its own, nor of a later run")
    func repaired() throws {
        var events = try Self.events()
        _ = events.event(for: .callEnd(Self.call, usage: [:], failure: Self.down))
        let result = try Self.timeless(
            events.end(.success(Prediction(["a": "x"])), usage: ["m": ["total_tokens": 3]], cost: 0.5))
        #expect(
            result == [
                "type": "result", "seq": 2, "output": ["a": "x"], "usage": ["total_tokens": 3], "cost_usd": 0.5,
            ])
        #expect(events.end(.failure(Surprise()), usage: [:], cost: nil)["node"] == nil)
    }

    @Test("a price that is not known is null")
    func price() throws {
        var events = try Self.events()
        #expect(events.result([:], usage: [:], cost: nil)["cost_usd"] == .null)
    }

    @Test("in a batch each event has its row's id, numbers go through all rows, and failed calls are each row's own")
    func rows() throws {
        var events = try Self.events()
        events.item = "a"
        _ = events.event(for: .callEnd(Self.call, usage: [:], failure: Self.down))
        events.item = "b"
        let other = events.failure(ErrorReport(.missingInput, "no q"))
        #expect(other["item"] == "b" && other["seq"] == 2 && other["node"] == nil)
        events.item = "a"
        let own = events.failure(ErrorReport(Self.down))
        #expect(own["item"] == "a" && own["seq"] == 3 && own["node"] == "ask")
    }

    @Test("token counts of a server never overflow, and a wait beyond all numbers is the largest one")
    func bounds() throws {
        var events = try Self.events()
        let counts: JSONObject = ["m": ["t": .int(.max)], "n": ["t": 5]]
        #expect(events.result([:], usage: counts, cost: nil)["usage"] == ["t": .int(.max)])
        let restart = LMRestart(attempt: 2, wait: .infinity, reason: Self.down)
        #expect(events.event(for: .model(Self.call, .restart(restart)))?["wait_ms"] == .int(.max))
    }
}
