import DSPyCore
import DSPySpec
import OrderedJSON
import TestModels
import Testing

/// From a checked program to modules that ask a model.
@Suite struct Building {
    private func program(_ text: String, files: [String: String] = [:]) throws -> CheckedProgram {
        let outcome = MemoryFiles(texts: files).load(text)
        return try #require(outcome.program, "\(outcome.diagnostics.map(\.description))")
    }

    private func build(_ text: String) throws -> any Module {
        try ProgramBuilder { RuleModel.ofFields($0.model, defaults: $0.options) }.build(try program(text))
    }

    /// Runs a program and gives its outputs as JSON, with the requests.
    private func run(
        _ text: String, _ inputs: ValueDict, files: [String: String] = [:]
    ) async throws -> (outputs: JSON, requests: [LMRequest]) {
        let model = RuleModel.ofFields("test/model")
        let module = try ProgramBuilder { _ in model }.build(try program(text, files: files))
        let prediction = try await module.forward(inputs, in: RunContext(lm: model))
        return (prediction.json, model.requests)
    }

    @Test("each kind of node becomes its module")
    func kinds() throws {
        #expect(try build(#""q -> a""#) is Predict)
        #expect(try build(#"{"module": "ChainOfThought", "signature": "q -> a"}"#) is ChainOfThought)
        #expect(try build(#"{"steps": ["q -> a"]}"#) is Pipeline)
        #expect((try build(#"{"parallel": {"x": "q -> a"}}"#) as? Branches)?.areNamed == true)
        #expect((try build(#"{"parallel": ["q -> a"]}"#) as? Branches)?.areNamed == false)
    }

    @Test("models and adapters are those that the file names")
    func models() throws {
        let module = try build(#"{"signature": "q -> a", "lm": {"model": "openai/x", "seed": 1}, "adapter": "xml"}"#)
        let predict = try #require(module as? Predict)
        #expect(predict.lm?.model == "openai/x")
        #expect(predict.lm?.defaults == ["seed": 1])
        #expect(predict.adapter is XMLAdapter)
        let twoStep = try build(
            #"{"signature": "q -> a", "adapter": {"type": "two_step", "extraction_lm": "openai/y"}}"#)
        #expect((twoStep as? Predict)?.adapter is TwoStepAdapter)
    }

    @Test("a model that cannot be made fails the building")
    func failure() throws {
        struct Refused: Error {}
        let program = try program(#"{"steps": [{"signature": "q -> a", "lm": "openai/x"}]}"#)
        #expect(throws: Refused.self) { try ProgramBuilder { _ in throw Refused() }.build(program) }
    }

    @Test("demos, config and instructions reach the request")
    func request() async throws {
        let (outputs, requests) = try await run(
            #"{"signature": "q -> a", "instructions": "Be brief.", "demos": [{"q": "one", "a": "two"}], "config": {"top_p": 0.5}, "n": 2}"#,
            ["q": .string("three")])
        #expect(outputs == ["a": "the a"])
        let request = try #require(requests.first)
        #expect(request.options["top_p"] == 0.5 && request.options["n"] == 2 && request.options["temperature"] == 0.7)
        #expect(request.messages.map(\.role) == ["system", "user", "assistant", "user"])
        guard case .text(let system)? = request.messages.first?.content else { return }
        #expect(system.contains("Be brief."))
    }

    @Test(
        "values flow as the wiring says",
        arguments: [
            (#"{"steps": ["q -> a", "a -> b"]}"#, #"{"b": "the b"}"#, 2),
            (
                #"{"outputs": {"x": "s.a", "q": "q"}, "steps": [{"name": "s", "signature": "q -> a"}, "a -> b"]}"#,
                #"{"x": "the a", "q": "Q"}"#, 2
            ),
            (#"{"outputs": {"x": "a"}, "signature": "q -> a, b"}"#, #"{"x": "the a"}"#, 1),
            (#"{"parallel": ["q -> a", "q -> b"]}"#, #"{"a": "the a", "b": "the b"}"#, 2),
            (#"{"parallel": {"x": "q -> a", "y": "q -> a"}}"#, #"{"x": {"a": "the a"}, "y": {"a": "the a"}}"#, 2),
            (#"{"outputs": ["x.a"], "parallel": {"x": "q -> a"}}"#, #"{"a": "the a"}"#, 1),
            (
                #"{"steps": [{"name": "i", "program": "inner.json", "in": {"word": "q"}}, {"signature": "t -> b", "in": {"t": "i.a"}}]}"#,
                #"{"b": "the b"}"#, 2
            ),
            (
                #"{"outputs": ["i"], "steps": [{"name": "i", "program": "inner.json", "in": {"word": "q"}}]}"#,
                #"{"i": {"a": "the a"}}"#, 1
            ),
        ])
    func flow(text: String, expected: String, calls: Int) async throws {
        let (outputs, requests) = try await run(
            text, ["q": .string("Q")], files: ["inner.json": #"{"signature": "word -> a"}"#])
        #expect(outputs == (try JSON(parsing: expected)))
        #expect(requests.count == calls)
        guard case .text(let prompt)? = requests.first?.messages.last?.content else { return }
        #expect(prompt.contains("Q"))
    }

    @Test("a step that reads a whole prediction gets it as Python prints it")
    func wholePrediction() async throws {
        let (_, requests) = try await run(
            #"{"steps": [{"name": "s", "signature": "q -> a"}, {"signature": "t -> b", "in": {"t": "s"}}]}"#,
            ["q": .string("Q")])
        guard case .text(let prompt)? = requests.last?.messages.last?.content else { return }
        #expect(prompt.contains("Prediction(\n    a='the a'\n)"))
    }
}
