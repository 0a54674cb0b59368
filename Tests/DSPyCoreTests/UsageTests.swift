import OrderedJSON
import TestModels
import Testing

@testable import DSPyCore

/// A module of two stages that asks each of them with `acall`, as DSPy's guide does.
private struct Stages: Module {
    let first = Predict(Signature(fields: [Field(name: "q", kind: .input), Field(name: "a", kind: .output)]))
    let second = Predict(Signature(fields: [Field(name: "a", kind: .input), Field(name: "b", kind: .output)]))
    var fails = false

    func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        let a = try await first.acall(inputs, in: context)
        if fails { throw ModuleError("ValueError", "no") }
        let b = try await second.acall(["a": .prediction(a)], in: context)
        return Prediction(["inner": .list([Self.usage(a), Self.usage(b)])])
    }

    private static func usage(_ prediction: Prediction) -> Value {
        prediction.usage.map { Value(.object($0)) } ?? .null
    }
}

@Suite("Token counts")
struct UsageTests {
    private func context(tracks: Bool = true) -> RunContext {
        let lm = RuleModel { _, request in
            let field = request.messages.last?.text?.contains("[[ ## b ## ]]") == true ? "b" : "a"
            return LMResponse(
                outputs: [.init(text: "[[ ## \(field) ## ]]\nx\n\n[[ ## completed ## ]]")],
                usage: ["prompt_tokens": 10, "completion_tokens": 5])
        }
        var context = RunContext(lm: lm)
        context.settings.trackUsage = tracks
        return context
    }

    private let one: JSONObject = ["test/model": ["prompt_tokens": 10, "completion_tokens": 5]]
    private let two: JSONObject = ["test/model": ["prompt_tokens": 20, "completion_tokens": 10]]

    @Test("acall inside forward counts in the outer prediction, and in its own")
    func nested() async throws {
        let context = context()
        let prediction = try await Stages().acall(["q": "x"], in: context)
        #expect(prediction.usage == two)
        #expect(prediction["inner"] == .list([Value(.object(one)), Value(.object(one))]))
        #expect(context.usage.byModel == two, "the context counts all of its runs")
        #expect(context.usage.totals.calls == 2)
    }

    @Test("each run has a count of its own, and the context the sum of them")
    func runs() async throws {
        let context = context()
        for _ in 0..<2 { #expect(try await Stages().acall(["q": "x"], in: context).usage == two) }
        #expect(context.usage.byModel == ["test/model": ["prompt_tokens": 40, "completion_tokens": 20]])
    }

    @Test("a run that fails has told what it used")
    func failed() async throws {
        let context = context()
        await #expect(throws: ModuleError.self) { try await Stages(fails: true).acall(["q": "x"], in: context) }
        #expect(context.usage.byModel == one)
    }

    @Test("Parallel inside a module counts in the module's prediction")
    func parallel() async throws {
        struct Many: Module {
            func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
                let results = try await Stages().batch([Example(["q": "x"]), Example(["q": "y"])], in: context)
                return Prediction(["n": .int(results.predictions.compactMap(\.?.usage).count)])
            }
        }
        let prediction = try await Many().acall([:], in: context())
        #expect(prediction["n"] == 2)
        #expect(prediction.usage == ["test/model": ["prompt_tokens": 40, "completion_tokens": 20]])
    }

    @Test("a sync call and asyncify count alike")
    func faces() async throws {
        let context = context()
        #expect(try await onThread { try Stages()(["q": "x"], in: context) }.usage == two)
        #expect(try await asyncify(Stages())(["q": "x"], context).usage == two)
    }

    @Test("predictions carry no counts unless track_usage is on")
    func off() async throws {
        let context = context(tracks: false)
        #expect(try await Stages().acall(["q": "x"], in: context).usage == nil)
        #expect(context.usage.byModel == two)
    }

    @Test("a parent hears of answers that are only half there")
    func cut() {
        let parent = UsageTracker()
        let child = UsageTracker(parent: parent)
        child.note(cut: "length")
        child.add(LMResponse(outputs: [.init(text: "x")], usage: ["total_tokens": 7], attempts: 3), model: "m")
        #expect(parent.cut == "length")
        #expect(parent.totals.attempts == 3)
        #expect(parent.byModel == ["m": ["total_tokens": 7]])
    }
}
