import DSPyCore
import OrderedJSON
import TestModels
import Testing

/// `switch` and `if` as modules.
@Suite struct Branching {
    @Test(
        "a switch takes the case of the value, whatever its Python type",
        arguments: [
            (Value.string("a"), "a"), (.bool(true), "true"), (.bool(false), "false"), (.null, "null"), (.int(3), "3"),
            (.enumCase(EnumCase(type: "S", name: "LOW", value: .string("low"))), "low"), (.string("zz"), "else"),
        ])
    func labels(value: Value, expected: String) async throws {
        let labels = ["a", "true", "false", "null", "3", "low"]
        let choice = Switch(
            path: ["k"], cases: labels.map { ($0, .of(RuleModule(["x": .string($0)]), "q")) },
            otherwise: .of(RuleModule(["x": "else"]), "q"))
        #expect(try await choice.call(["k": value, "q": 1], in: RunContext())["x"] == .string(expected))
    }

    @Test("a switch reads a part of a step, and its branch only what it takes")
    func parts() async throws {
        let branch = RuleModule(["x": 1])
        let choice = Switch(path: ["s", "k"], cases: [("a", .of(branch, "q"))])
        let inputs: ValueDict = ["s": .prediction(Prediction(["k": "a"])), "q": "Q", "other": 1]
        _ = try await choice.call(inputs, in: RunContext())
        #expect(branch.calls == [["q": "Q"]])
        _ = try await choice.call(["s.k": "a", "q": "R"], in: RunContext())
        #expect(branch.calls.last == ["q": "R"])
    }

    @Test("a value without a case, and a field without a value, are errors that say so")
    func missing() async throws {
        let choice = Switch(path: ["k"], cases: [("a", .of(RuleModule([:])))])
        let unknown = await #expect(throws: ModuleError.self) { try await choice.call(["k": "b"], in: RunContext()) }
        #expect(unknown?.message == "`k` is 'b', which no case is for")
        let absent = await #expect(throws: ModuleError.self) { try await choice.call([:], in: RunContext()) }
        #expect(absent?.message == "`switch` reads `k`, which has no value")
    }

    @Test("an if runs one of its nodes, or none", arguments: [(5, "big"), (1, "small")])
    func conditional(n: Int, expected: String) async throws {
        let then = Pipeline.Step.of(RuleModule(["x": "big"]), "n")
        let both = Conditional(
            if: try Expression("n > 3"), then: then, else: .of(RuleModule(["x": "small"]), "n"))
        #expect(try await both.call(["n": .int(n)], in: RunContext())["x"] == .string(expected))
        let one = Conditional(if: try Expression("n > 3"), then: then)
        #expect(try await one.call(["n": .int(n)], in: RunContext()).fields.count == (n > 3 ? 1 : 0))
    }

    @Test("an expression without a value ends the run with its text")
    func broken() async throws {
        let choice = Conditional(if: try Expression("len(n) > 3"), then: .of(RuleModule([:])))
        let error = await #expect(throws: ModuleError.self) { try await choice.call(["n": 1], in: RunContext()) }
        #expect(error?.message == #"`if`: "len(n) > 3": len() takes a text, a list or a dict"#)
    }

    @Test("predictors inside have names that say where they stand, and guards are no part of them")
    func names() throws {
        let predict = { Predict(try Signature("q -> a")) }
        let choice = Switch(
            path: ["k"], cases: [("low", .of(try predict(), "q"))],
            otherwise: .of(
                Fallback(
                    Retry(TimeLimit(try predict(), seconds: 1), attempts: 1), other: .of(try predict(), "q")), "q"))
        let map = ForEach(["l"], as: "x", do: .of(choice, "k", "q"), output: "r")
        let loop = Loop(
            .of(
                Conditional(if: try Expression("n"), then: .of(map), else: .of(ChainOfThought(try Signature("q -> a"))))
            ),
            condition: try Expression("n"), isUntil: true, max: 2)
        #expect(
            loop.namedPredictors().map(\.name) == [
                "body.then.do.cases['low']", "body.then.do.else", "body.then.do.else.fallback", "body.else.predict",
            ])
    }
}
