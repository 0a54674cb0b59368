import OrderedJSON
import Testing

@testable import DSPyCore

@Suite("What a Swift programmer meets")
struct LibraryFaceTests {
    // MARK: Values

    @Test("a value gives what it holds, and nil for another type")
    func accessors() {
        #expect(Value.int(3).int == 3 && Value.int(3).number == 3)
        #expect(Value.float(2.5).number == 2.5 && Value.float(2.5).int == nil)
        #expect(Value.bigInt("100000000000000000000").number == 1e20)
        #expect(Value.bool(true).bool == true && Value.bool(true).int == nil && Value.bool(true).number == nil)
        #expect(Value.string("3").string == "3" && Value.string("3").int == nil)
        #expect(Value.list([1]).list == [1] && Value.dict(["a": 1]).dict == ["a": 1])
        #expect(Value.prediction(Prediction(["a": 1])).prediction?.a == 1)
        #expect(Value.record(Record(type: "R", fields: ["x": 1])).record?.type == "R")
    }

    @Test("null is a value, not the lack of one")
    func null() {
        var fields: ValueDict = ["a": 1, "b": 2]
        fields["a"] = .null
        fields["b"] = nil
        #expect(fields.names == ["a"])
        #expect(fields["a"]?.isNull == true)
        let none: Value? = .none
        #expect(none == nil && none != .some(.null))
    }

    @Test("a value prints as Python's str does")
    func printedValue() {
        #expect("\(Value.list(["a", 1, .null, true]))" == "['a', 1, None, True]")
        #expect("\(Value.string("plain"))" == "plain")
    }

    // MARK: Predictions

    @Test("a prediction prints as in Python, and its fields are members")
    func prediction() {
        let prediction = Prediction(["answer": "Paris", "score": 0.5])
        #expect("\(prediction)" == "Prediction(\n    answer='Paris',\n    score=0.5\n)")
        #expect(prediction.answer?.string == "Paris")
        #expect(prediction["score"]?.number == 0.5)
        #expect(prediction.nothing == nil)
        let several = Prediction(completions: [["answer": "a"], ["answer": "b"]])
        #expect("\(several)".hasSuffix("completions=Completions(...)\n) (1 completions omitted)"))
    }

    @Test("a field that is called like a member is found by the subscript")
    func sameName() {
        let prediction = Prediction(["usage": "much", "fields": 3])
        #expect(prediction.usage == nil)
        #expect(prediction["usage"] == "much" && prediction["fields"] == 3)
    }

    // MARK: Modules

    @Test("modules are made of signature strings; a wrong one tells its place")
    func strings() throws {
        #expect(try Predict("question -> answer").signature.signature == "question -> answer")
        #expect(try ChainOfThought("q -> a: int").predict.signature.outputs.map(\.name) == ["reasoning", "a"])
        #expect(try ReAct("q -> a", tools: []).react.signature.inputs.map(\.name) == ["q", "trajectory"])
        #expect(throws: SignatureError.self) { try Predict("question") }
    }

    // MARK: Tools

    @Test("a function of either kind is a tool")
    func functions() async throws {
        let plain = Tool("plain", "Doubles.", ["x": .integer]) { .int(2 * ($0["x"]?.int ?? 0)) }
        let waiting = Tool("waiting", "Doubles.", ["x": .integer]) { values in
            await Task.yield()
            return .int(2 * (values["x"]?.int ?? 0))
        }
        #expect(!plain.isAsync && waiting.isAsync)
        #expect(plain.description.pythonString.hasSuffix("It takes arguments {'x': {'type': 'integer'}}."))
        for tool in [plain, waiting] {
            #expect(try await tool.acall(["x": 21.0]) == 42, "the argument is fitted to its type")
            await #expect(throws: ToolError.self) { try await tool.acall(["x": "many"]) }
            await #expect(throws: ToolError.self) { try await tool.acall([:]) }
        }
    }

    @Test("an async tool refuses a sync call in DSPy's words, unless the settings allow the conversion")
    func conversion() async throws {
        let tool = Tool("t") { _ in
            await Task.yield()
            return 10
        }
        try await onThread {
            let error = #expect(throws: ToolError.self) { try tool([:], in: RunContext()) }
            #expect(error?.kind == "ValueError")
            #expect(error?.message.hasPrefix("You are calling `__call__` on an async tool, please use `acall`") == true)
            var settings = Settings()
            settings.allowToolAsyncSyncConversion = true
            let ten = try tool([:], in: RunContext(settings: settings))
            #expect(ten == 10)
        }
    }
}
