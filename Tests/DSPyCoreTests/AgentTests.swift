#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

import OrderedJSON
import TestModels
import Synchronization
import TestSupport
import Testing

@testable import DSPyCore

@Suite struct AgentTests {
    private static func turn(_ tool: String, _ args: JSON = [:]) -> String {
        "[[ ## next_thought ## ]]\nt\n\n[[ ## next_tool_name ## ]]\n\(tool)\n\n[[ ## next_tool_args ## ]]\n\(args.text())"
            + "\n\n[[ ## completed ## ]]"
    }

    private static let answer = "[[ ## reasoning ## ]]\nr\n\n[[ ## answer ## ]]\na\n\n[[ ## completed ## ]]"

    /// Waits until so many callers are inside at once; a caller that waits holds its thread.
    private final class Gathering: Sendable {
        private let inside = Mutex(0)
        private let wanted: Int

        init(_ wanted: Int) { self.wanted = wanted }

        var most: Int { inside.withLock { $0 } }

        func enter(within seconds: Int = 20) -> Bool {
            inside.withLock { $0 += 1 }
            let end = ContinuousClock.now + .seconds(seconds)
            while inside.withLock({ $0 < wanted }) {
                guard ContinuousClock.now < end else { return false }
                sched_yield()
            }
            return true
        }
    }

    @Test("sync tools of many agents run at once, although each of them holds a thread")
    func syncTools() async throws {
        let gathering = Gathering(40)
        let tool = Tool(
            name: "wait", purpose: nil, body: .sync { _ in .bool(gathering.enter()) })
        let agent = ReAct(try Signature("question -> answer"), tools: [tool], maxIters: 1)
        let model = RuleModel { _, request in
            let isChoice = request.messages.last?.text?.contains("next_tool_name") == true
            return LMResponse(outputs: [.init(text: isChoice ? Self.turn("wait") : Self.answer)])
        }
        let seen = try await withThrowingTaskGroup(of: Value?.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    let prediction = try await agent.acall(["question": "q"], in: RunContext(lm: model))
                    return prediction["trajectory"]?.dict?["observation_0"]
                }
            }
            return try await group.reduce(into: [Value?]()) { $0.append($1) }
        }
        #expect(seen == Array(repeating: .bool(true), count: 40))
    }

    @Test("several tool calls of one turn of ReActV2 run at the same time, and their results keep the order")
    func parallelCalls() async throws {
        let gathering = Gathering(3)
        let tool = Tool(
            name: "wait", purpose: nil, arguments: [Tool.Argument("n", .integer)],
            body: .sync { arguments in
                gathering.enter() ? arguments["n"] ?? .null : "alone"
            })
        let agent = try ReActV2(try Signature("question -> answer"), tools: [tool])
        func turn(_ calls: [JSON]) -> String {
            let made: JSON = ["tool_calls": .array(calls)]
            return "[[ ## next_thought ## ]]\nt\n\n[[ ## tool_calls ## ]]\n\(made.text())\n\n[[ ## completed ## ]]"
        }
        let model = RuleModel(replies: [
            turn((0..<3).map { ["name": "wait", "args": ["n": .int($0)]] }),
            turn([["name": "submit", "args": ["answer": "done"]]]),
        ])
        let prediction = try await agent.acall(["question": "q"], in: RunContext(lm: model))
        #expect(prediction["answer"] == "done")
        #expect(prediction["termination_reason"] == "submit")
        guard case .custom(.history(let turns))? = prediction["history"],
            case .custom(.toolCalls(let calls))? = turns.first?["tool_calls"]
        else {
            Issue.record("no history: \(prediction.pythonRepr)")
            return
        }
        #expect(calls.results?.map(\.value) == [0, 1, 2])
        #expect(calls.results?.map(\.callID) == ["call_0_0", "call_0_1", "call_0_2"])
    }

    @Test("in a sequential run an async tool is an error that the model sees, unless the conversion is allowed")
    func sequential() async throws {
        let tool = Tool(name: "f", purpose: nil, body: .async { _, _ in "result" })
        let agent = ReAct(try Signature("question -> answer"), tools: [tool], maxIters: 1)
        func observation(_ allowed: Bool, _ isSequential: Bool) async throws -> String {
            let model = RuleModel(replies: [Self.turn("f"), Self.answer])
            var context = RunContext(lm: model, isSequential: isSequential)
            context.settings.allowToolAsyncSyncConversion = allowed
            return try await agent.call(["question": "q"], in: context)["trajectory"]?.dict?["observation_0"]?
                .pythonString ?? ""
        }
        #expect(try await observation(false, true).contains("ValueError: You are calling `__call__` on an async tool"))
        #expect(try await observation(true, true) == "result")
        #expect(try await observation(false, false) == "result")
    }

    @Test("a run that is cancelled while its tool works ends, and its model is not asked again")
    func cancellation() async throws {
        let gate = Gate()
        let tool = Tool(
            name: "f", purpose: nil,
            body: .async { _, _ in
                try await gate.pass()
                return "late"
            })
        let agent = ReAct(try Signature("question -> answer"), tools: [tool])
        let model = RuleModel(replies: [Self.turn("f")])
        let task = Task { try await agent.acall(["question": "q"], in: RunContext(lm: model)) }
        await gate.reached(by: 1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(model.requests.count == 1)
    }

    @Test("the trace tells model calls, tool calls and values from step to step in order, whether they succeed or not")
    func trace() async throws {
        let tool = Tool(name: "f", purpose: nil, body: .sync { _ in throw ToolError("RuntimeError", "no") })
        let agent = ReAct(try Signature("question -> answer"), tools: [tool], maxIters: 1)
        let program = Pipeline(steps: [
            .init(name: "first", module: agent, inputs: [("question", ["question"])]),
            .init(module: Predict(try Signature("answer -> short")), inputs: [("answer", ["first", "answer"])]),
        ])
        let noted = Mutex<[String]>([])
        var context = RunContext(
            lm: RuleModel(replies: [Self.turn("f"), Self.answer, "[[ ## short ## ]]\ns"]))
        context.trace = RunTrace { event, _ in
            let line =
                switch event {
                case .module(let kind, _, _, .success): "module \(kind)"
                case .module(let kind, _, _, .failure): "module \(kind) failed"
                case .model(_, let model, _, .success): "model \(model)"
                case .model(_, let model, _, .failure): "model \(model) failed"
                case .retry: "retry"
                case .tool(let name, _, .success): "tool \(name)"
                case .tool(let name, _, .failure(let error)): "tool \(name): \(error)"
                case .edge(let from, let to, _): "\(from) -> \(to)"
                }
            noted.withLock { $0.append(line) }
        }
        _ = try await program.acall(["question": "q"], in: context)
        #expect(
            noted.withLock { $0 } == [
                "question -> first.question", "model test/model", "module Predict", "tool f: no", "model test/model",
                "module Predict", "module ChainOfThought", "module ReAct", "first.answer -> steps[1].answer",
                "model test/model", "module Predict", "module Pipeline",
            ])
    }

    @Test("attempts that all fail end with the last failure, where DSPy returns nothing")
    func allFail() async throws {
        let module = BestOfN(
            Predict(try Signature("q -> a")), n: 1, threshold: 1, reward: { _, _ in 0 })
        let warned = Mutex<[String]>([])
        let context = RunContext(
            lm: RuleModel(replies: ["bad"]), warn: { line in warned.withLock { $0.append(line) } })
        await #expect(throws: AdapterParseError.self) { try await module.call(["q": "x"], in: context) }
        #expect(warned.withLock { $0.contains { $0.hasPrefix("BestOfN: attempt 1 failed") } })
        let none = BestOfN(Predict(try Signature("q -> a")), n: 0, threshold: 1, reward: { _, _ in 0 })
        await #expect(throws: ModuleError.self) { try await none.call(["q": "x"], in: context) }
    }

    @Test("a vote counts a named field, keeps the first of equals, and refuses completions without the field")
    func vote() throws {
        let completions: [ValueDict] = [["a": "x", "b": "1"], ["a": "The y!", "b": "2"], ["a": "y", "b": "1"]]
        #expect(try majority(completions)["b"] == "1")
        #expect(try majority(completions, field: "a")["a"] == "The y!")
        #expect(throws: ModuleError.self) { try majority([]) }
        #expect(throws: ModuleError.self) { try majority(completions, field: "c") }
    }

    @Test("answers lose accents no, case, punctuation and articles yes")
    func normalized() {
        #expect(AnswerText.normalized("The,  Eiffel  Tower!") == "eiffel tower")
        #expect(AnswerText.normalized("An apple a day; theatre") == "apple day theatre")
        #expect(AnswerText.normalized("É").unicodeScalars.map(\.value) == [0x65, 0x301])
    }

    /// Vectors by the letters of a text.
    private struct Letters: Embedder {
        let asked: Gathering
        func embed(_ texts: [String]) async throws -> [[Float]] {
            _ = asked.enter()
            return texts.map { text in "xyz".map { letter in Float(text.count { $0 == letter }) } }
        }
    }

    @Test("the nearest examples become demos, nearest first, and the train set is embedded once")
    func nearest() async throws {
        let asked = Gathering(0)
        let trainset: [ValueDict] = [
            ["q": "zz", "a": "1"], ["q": "x", "a": "2"], ["q": "xx", "a": "3"], ["q": "y", "a": "4"],
        ]
        let module = KNNFewShot(
            ChainOfThought(try Signature("q -> a")), k: 2, trainset: trainset, inputNames: ["q"],
            embedder: Letters(asked: asked))
        let model = RuleModel(replies: ["[[ ## reasoning ## ]]\nr\n\n[[ ## a ## ]]\n9"])
        for _ in 0..<3 { _ = try await module.call(["q": "x"], in: RunContext(lm: model)) }
        #expect(asked.most == 4, "once for the train set, once for each of three calls")
        let users = model.requests[0].messages.filter { $0.role == "user" }.compactMap(\.text)
        #expect(users.count == 3)
        #expect(users[0].hasSuffix("[[ ## q ## ]]\nxx"))
        #expect(users[1].hasSuffix("[[ ## q ## ]]\nx"))
    }
}
