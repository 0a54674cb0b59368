import DSPyCore
import OrderedJSON
import TestModels
import Synchronization
import TestSupport
import Testing

/// A module of a closure.
private struct Step: Module {
    let body: @Sendable (ValueDict) async throws -> ValueDict

    func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        Prediction(try await body(inputs))
    }
}

@Suite struct ModuleTests {
    private static func step(
        _ name: String? = nil, from paths: [String: [String]] = [:],
        _ body: @escaping @Sendable (ValueDict) async throws -> ValueDict
    ) -> Pipeline.Step {
        Pipeline.Step(
            name: name, module: Step(body: body), inputs: paths.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }

    @Test("a scope finds fields, steps, their fields and parts of values")
    func scope() {
        var scope = Scope(["q": "in", "d": .dict(["k": [10, 20]])])
        scope.enter(Prediction(["a": "first"]), of: "one")
        scope.enter(Prediction(["a": "second", "r": .record(Record(type: "R", fields: ["x": 1]))]), of: nil)
        scope.enter(Prediction(["q": "new"]), of: "a")
        #expect(scope.value(at: ["q"]) == "new")
        #expect(scope.value(at: ["one", "a"]) == "first")
        #expect(scope.value(at: ["one"]) == .prediction(Prediction(["a": "first"])))
        #expect(scope.value(at: ["a"]) == "second", "a lone name is a field before it is a step")
        #expect(scope.value(at: ["a", "q"]) == "new")
        #expect(scope.value(at: ["r", "x"]) == 1)
        #expect(scope.value(at: ["d", "k", "1"]) == 20)
        #expect(scope.value(at: ["d", "k", "2"]) == nil)
        #expect(scope.value(at: ["nothing"]) == nil)
        #expect(scope.value(at: []) == nil)
    }

    @Test("a pipeline hands values on by path, and returns the last step or chosen outputs")
    func pipeline() async throws {
        let steps = [
            Self.step("one", from: ["q": ["q"]]) { ["a": .string("<\($0["q"]?.string ?? "")>")] },
            Self.step("two", from: ["given": ["one", "a"], "missing": ["nothing"]]) {
                ["b": .string("\($0["given"]?.string ?? "")\($0.count)")]
            },
        ]
        let context = RunContext()
        #expect(try await Pipeline(steps: steps).forward(["q": "x"], in: context).fields == ["b": "<x>1"])
        let chosen = Pipeline(steps: steps, outputs: [("whole", ["one"]), ("b", ["b"]), ("none", ["nothing"])])
        let fields = try await chosen.forward(["q": "x"], in: context).fields
        #expect(fields == ["whole": .prediction(Prediction(["a": "<x>"])), "b": "<x>1", "none": .null])
    }

    @Test("branches run at the same time, and their outputs stand in the order of the branches")
    func branches() async throws {
        // Each branch waits for the other: only together can they end.
        let gates = (AsyncStream<Void>.makeStream(), AsyncStream<Void>.makeStream())
        let (first, second) = (gates.0, gates.1)
        let steps = [
            Self.step("slow") { _ in
                first.continuation.finish()
                for await _ in second.stream {}
                return ["x": 1]
            },
            Self.step("fast") { _ in
                second.continuation.finish()
                for await _ in first.stream {}
                return ["y": 2]
            },
        ]
        let merged = try await Branches(steps, areNamed: false).forward([:], in: RunContext())
        #expect(merged.fields.names == ["x", "y"])
    }

    @Test("named branches are one output each")
    func namedBranches() async throws {
        let steps = [Self.step("a") { _ in ["x": 1] }, Self.step("b") { _ in ["x": 2] }]
        let fields = try await Branches(steps, areNamed: true).forward([:], in: RunContext()).fields
        #expect(fields == ["a": .prediction(Prediction(["x": 1])), "b": .prediction(Prediction(["x": 2]))])
    }

    @Test("in a sequential run branches go one by one, in their order")
    func sequentialBranches() async throws {
        let log = Mutex<[String]>([])
        let steps = ["a", "b", "c"].map { name in
            Self.step(name) { _ in
                log.withLock { $0.append("\(name) starts") }
                await Task.yield()
                log.withLock { $0.append("\(name) ends") }
                return [name: 1]
            }
        }
        _ = try await Branches(steps, areNamed: false).forward([:], in: RunContext(isSequential: true))
        #expect(log.withLock { $0 } == ["a starts", "a ends", "b starts", "b ends", "c starts", "c ends"])
    }

    @Test("a branch that fails cancels the others and is what the caller sees")
    func failingBranch() async throws {
        struct Broken: Error {}
        let wasCancelled = Mutex(false)
        let gate = Gate()
        let steps = [
            Self.step { _ in throw Broken() },
            Self.step { _ in
                do { try await gate.pass() } catch { wasCancelled.withLock { $0 = true } }
                return [:]
            },
        ]
        await #expect(throws: Broken.self) { try await Branches(steps, areNamed: false).forward([:], in: RunContext()) }
        #expect(wasCancelled.withLock { $0 })
    }

    @Test("Predict fills in defaults, warns of what looks wrong, and asks once")
    func predict() async throws {
        let lm = RuleModel(replies: ["[[ ## a ## ]]\nx"])
        let warnings = Mutex<[String]>([])
        let signature = Signature(fields: [
            Field(name: "q", kind: .input), Field(name: "style", kind: .input, defaultValue: "formal"),
            Field(name: "n", kind: .input, type: .integer), Field(name: "a", kind: .output),
        ])
        let context = RunContext(lm: lm, warn: { warning in warnings.withLock { $0.append(warning) } })
        let prediction = try await Predict(signature).forward(["q": "x", "n": "three", "z": 1], in: context)
        #expect(prediction["a"] == "x")
        #expect(lm.requests.first?.messages.last?.text?.contains("[[ ## style ## ]]\nformal") == true)
        #expect(warnings.withLock { $0.count } == 2)
    }

    @Test("without a model a module says how to name one")
    func noModel() async throws {
        let error = await #expect(throws: ModuleError.self) {
            try await Predict(try Signature("q -> a")).forward(["q": "x"], in: RunContext())
        }
        #expect(error?.kind == "ValueError")
    }

    @Test("the blocking face of a program runs its branches one by one")
    func blocking() async throws {
        let running = Mutex((now: 0, most: 0))
        let steps = (0..<4).map { place in
            Self.step("\(place)") { _ in
                running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                await Task.yield()
                running.withLock { $0.now -= 1 }
                return ["f\(place)": .int(place)]
            }
        }
        let prediction = try await onThread { try Branches(steps, areNamed: false)([:], in: RunContext()) }
        #expect(prediction.fields.count == 4)
        #expect(running.withLock { $0.most } == 1)
    }
}
