import DSPyCore
import OrderedJSON
import TestModels
import Synchronization
import Testing

@Suite("observers of runs") struct RunObserverTests {
    private static func events(_ program: any Module, _ lm: any LanguageModel) async -> [String] {
        let events = Mutex<[String]>([])
        var context = RunContext(lm: lm)
        context.observer = RunObserver(of: program) { event in
            let text: String? =
                switch event {
                case .callStart(let call, let model): "start \(call.node) \(call.number) \(model)"
                case .callEnd(let call, let usage, let failure):
                    "end \(call.node) \(call.number) \(JSON.object(usage).text()) \(failure == nil ? "well" : "failed")"
                case .field(let call, .delta(let field, let text, let isLast)):
                    "\(call.node) \(call.number) \(field) \(text)\(isLast ? "$" : "")"
                case .field(let call, .reset(let field)): "\(call.node) \(call.number) reset \(field)"
                case .model(_, .restart(let restart)): "retry \(restart.attempt) \(restart.reason.code.rawValue)"
                default: nil
                }
            if let text { events.withLock { $0.append(text) } }
        }
        _ = try? await program.acall(["q": "x"], in: context)
        return events.withLock { $0 }
    }

    @Test("calls are told with their node, number, fields and usage")
    func calls() async throws {
        let signature = try Signature("q -> a")
        let predict = Predict(signature)
        let program = Pipeline(steps: [
            .init(name: "one", module: predict, inputs: [("q", ["q"])]),
            .init(name: "again", module: predict, inputs: [("q", ["q"])]),
        ])
        let lm = PieceModel { _, _ in [.text("[[ ## a ## ]]\nx"), .text("\n[[ ## completed ## ]]")] }
        let usage = #"{"pieces":{"completion_tokens":1}}"#
        // The same predictor twice has one name, as in DSPy, and two numbers.
        #expect(
            await Self.events(program, lm) == [
                "start one 1 pieces", "one 1 a x", "one 1 a $", "end one 1 \(usage) well", "start one 2 pieces",
                "one 2 a x", "one 2 a $", "end one 2 \(usage) well",
            ])
    }

    @Test("retries and failures are told")
    func failures() async throws {
        let restart = LMRestart(attempt: 2, wait: 0, reason: LMError(.rateLimited, "slow"))
        let lm = PieceModel { _, _ in [.text("[[ ## a ## ]]\nx"), .restart(restart), .text("no")] }
        let program = Predict(try Signature("q -> a"), adapter: ChatAdapter(useJSONAdapterFallback: false))
        let usage = #"{"pieces":{"completion_tokens":1}}"#
        #expect(
            await Self.events(program, lm) == [
                "start self 1 pieces", "self 1 a x", "retry 2 rate_limited", "self 1 reset a",
                "end self 1 \(usage) failed",
            ])
    }

    @Test("the prediction and the usage of a run are the same with and without an observer")
    func equality() async throws {
        let program = ChainOfThought(try Signature("q -> a"))
        func run(_ isObserved: Bool) async throws -> Prediction {
            var context = RunContext(lm: PieceModel(["[[ ## reasoning ## ]]\nr\n[[ ## a ## ]]\nx"]))
            context.settings.trackUsage = true
            if isObserved { context.observer = RunObserver(of: program) { _ in } }
            return try await program.acall(["q": "x"], in: context)
        }
        #expect(try await run(true) == run(false))
    }
}
