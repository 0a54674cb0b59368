import DSPyCore
import OrderedJSON
import TestModels
import Synchronization
import TestSupport
import Testing

/// `timeout`, `retry`, `fallback` and tool calls as modules.
@Suite struct Guards {
    private struct Broken: Error, CustomStringConvertible { let description = "broken" }

    // MARK: Timeout

    @Test("a module that ends in time is as if alone, and its clock is stopped")
    func inTime() async throws {
        let clock = HandClock(isOpen: false)
        let limit = TimeLimit(RuleModule(["a": 1]), seconds: 2.5, clock: clock)
        #expect(try await limit.call([:], in: RunContext())["a"] == 1)
        let failing = TimeLimit(RuleModule { _, _, _ in throw Broken() }, seconds: 1, clock: clock)
        await #expect(throws: Broken.self) { try await failing.call([:], in: RunContext()) }
    }

    @Test("when time is up the work is cancelled and the error says how long it had")
    func late() async throws {
        let gate = Gate()
        let clock = HandClock(isOpen: true)
        let wasCancelled = Mutex(false)
        let module = RuleModule { _, _, _ in
            do { try await gate.pass() } catch {
                wasCancelled.withLock { $0 = true }
                throw error
            }
            return [:]
        }
        let limit = TimeLimit(module, seconds: 3, clock: clock)
        let error = await #expect(throws: LMError.self) { try await limit.call([:], in: RunContext()) }
        #expect(error?.code == .timeout && error?.message == "the node took more than 3 s")
        #expect(wasCancelled.withLock { $0 })
        #expect(clock.sleeps == [.seconds(3)])
    }

    @Test("a cancelled run is cancelled and not late")
    func cancelledInTime() async throws {
        let gate = Gate()
        let limit = TimeLimit(
            RuleModule { _, _, _ in
                try await gate.pass()
                return [:]
            }, seconds: 3, clock: HandClock(isOpen: false))
        let run = Task { try await limit.call([:], in: RunContext()) }
        while gate.count < 1 { await Task.yield() }
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
    }

    // MARK: Retry

    @Test(
        "only what may pass is tried again",
        arguments: [
            (LMError(.rateLimited, "x") as any Error, true), (LMError(.timeout, "x"), true),
            (LMError(.auth, "x"), false),
            (LMError(.contextWindow, "x"), false), (ToolError("ValueError", "x"), true), (ToolError.denied("x"), false),
            (CancellationError(), false), (ModuleError("ValueError", "x"), false),
        ])
    func mayPass(error: any Error, isTriedAgain: Bool) async throws {
        let module = RuleModule { number, _, _ in if number == 0 { throw error } else { ["a": 1] } }
        let warnings = WarningList()
        let retry = Retry(module, attempts: 1)
        if isTriedAgain {
            #expect(try await retry.call(["q": 1], in: warnings.context)["a"] == 1)
            #expect(module.calls == [["q": 1], ["q": 1]])
            #expect(warnings.lines.count == 1 && warnings.lines[0].hasPrefix("retry 1 of 1: "))
        } else {
            await #expect(throws: (any Error).self) { try await retry.call(["q": 1], in: warnings.context) }
            #expect(module.calls.count == 1 && warnings.lines.isEmpty)
        }
    }

    @Test("attempts end with the last error, with the wait between them and none behind")
    func attempts() async throws {
        let module = RuleModule { number, _, _ in throw LMError(.serverError, "\(number)") }
        let clock = HandClock(isOpen: true)
        let retry = Retry(module, attempts: 3, wait: 0.5, clock: clock)
        let error = await #expect(throws: LMError.self) { try await retry.call([:], in: RunContext()) }
        #expect(error?.message == "3" && module.calls.count == 4)
        #expect(clock.sleeps == [.milliseconds(500), .milliseconds(500), .milliseconds(500)])
    }

    @Test("a wait ends with the run")
    func cancelledWait() async throws {
        let clock = HandClock(isOpen: false)
        let retry = Retry(
            RuleModule { _, _, _ in throw LMError(.serverError, "x") }, attempts: 3, wait: 1, clock: clock)
        let run = Task { try await retry.call([:], in: RunContext()) }
        while clock.sleeps.isEmpty { await Task.yield() }
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
    }

    @Test("a further attempt is another request, so that no cache answers as before")
    func rollouts() async throws {
        let lm = RuleModel { call, _ in
            LMResponse(outputs: [.init(text: call < 2 ? "nothing" : "[[ ## a ## ]]\nx")])
        }
        let predict = Predict(
            try Signature("q -> a: int"), lm: lm, adapter: ChatAdapter(useJSONAdapterFallback: false))
        let retry = Retry(predict, attempts: 2)
        await #expect(throws: AdapterParseError.self) { try await retry.call(["q": 1], in: RunContext()) }
        #expect(lm.requests.map { $0.options["rollout_id"]?.int } == [nil, 1000, 2000])
    }

    // MARK: Fallback

    @Test("another module answers after any failure, with the same inputs")
    func fallback() async throws {
        let other = RuleModule(["a": "other"])
        let warnings = WarningList()
        let fallback = Fallback(RuleModule { _, _, _ in throw Broken() }, other: .of(other, "q"))
        #expect(try await fallback.call(["q": "Q", "r": 1], in: warnings.context)["a"] == "other")
        #expect(other.calls == [["q": "Q"]] && warnings.lines == ["fallback: broken"])
        let fine = Fallback(RuleModule(["a": "own"]), other: .of(other, "q"))
        #expect(try await fine.call(["q": "Q"], in: warnings.context)["a"] == "own")
        #expect(other.calls.count == 1)
    }

    @Test("nothing stands in for a run that was cancelled, whatever the module throws then")
    func cancelledFallback() async throws {
        let gate = Gate()
        let other = RuleModule([:])
        let module = RuleModule { _, _, _ in
            do { try await gate.pass() } catch { throw LMError(.transport, "aborted") }
            return [:]
        }
        let run = Task {
            try await Fallback(Retry(module, attempts: 2), other: .of(other)).call([:], in: RunContext())
        }
        while gate.count < 1 { await Task.yield() }
        run.cancel()
        await #expect(throws: LMError.self) { try await run.value }
        #expect(other.calls.isEmpty && module.calls.count == 1)
    }

    @Test("a late attempt is tried again, and the fallback comes after the last")
    func together() async throws {
        let gate = Gate()
        let module = RuleModule { _, _, _ in
            try await gate.pass()
            return [:]
        }
        let limit = TimeLimit(module, seconds: 1, clock: HandClock(isOpen: true))
        let whole = Fallback(Retry(limit, attempts: 2), other: .of(RuleModule(["a": "other"])))
        #expect(try await whole.call([:], in: RunContext())["a"] == "other")
        #expect(module.calls.count == 3)
    }

    // MARK: Tools

    private func tool(_ result: @escaping @Sendable (ValueDict) throws -> Value) -> Tool {
        Tool(
            name: "t", purpose: nil, arguments: [.init("x", .integer), .init("y", .string, defaultValue: "d")],
            body: .sync(result))
    }

    @Test("a tool step gives its result under its output, with fixed arguments beside the inputs")
    func toolStep() async throws {
        let step = ToolStep(tool { .dict($0) }, constants: ["y": "fixed"], output: "r")
        let prediction = try await step.call(["x": 7], in: RunContext())
        #expect(prediction["r"] == .dict(["x": 7, "y": "fixed"]))
        let plain = ToolStep(tool { $0["y"] ?? .null })
        #expect(try await plain.call(["x": 1], in: RunContext())["result"] == "d")
    }

    @Test("a tool whose members are the outputs must give some")
    func toolFields() async throws {
        let step = ToolStep(tool { _ in .dict(["a": 1, "b": 2]) }, output: nil)
        #expect(try await step.call(["x": 1], in: RunContext()).fields == ["a": 1, "b": 2])
        let wrong = ToolStep(tool { _ in 5 }, output: nil)
        let error = await #expect(throws: ModuleError.self) { try await wrong.call(["x": 1], in: RunContext()) }
        #expect(error?.message == "the tool `t` gave int where its outputs were expected")
    }

    @Test("a failing tool fails the program, and listeners hear of start and end")
    func toolFailure() async throws {
        let heard = Mutex<[String]>([])
        var context = RunContext()
        context.observer = RunObserver(targets: [:], isOpen: true) { event in
            switch event {
            case .toolStart(_, let name, _): heard.withLock { $0.append("start \(name)") }
            case .toolEnd(_, let name, let outcome):
                let isFine = if case .success = outcome { true } else { false }
                heard.withLock { $0.append("end \(name) \(isFine)") }
            default: break
            }
        }
        let watched = context
        await #expect(throws: Broken.self) {
            try await ToolStep(tool { _ in throw Broken() }).call(["x": 1], in: watched)
        }
        _ = try await ToolStep(tool { _ in 1 }).call(["x": 1], in: watched)
        await #expect(throws: ToolError.self) { try await ToolStep(tool { _ in 1 }).call(["x": "?"], in: watched) }
        #expect(
            heard.withLock { $0 } == ["start t", "end t false", "start t", "end t true", "start t", "end t false"])
    }

    @Test("in a sequential run an async tool needs the setting that allows it")
    func sequentialTool() async throws {
        let step = ToolStep(Tool(name: "t", purpose: nil, body: .async { _, _ in 1 }))
        var context = RunContext(isSequential: true)
        let strict = context
        await #expect(throws: ToolError.self) { try await step.call([:], in: strict) }
        context.settings.allowToolAsyncSyncConversion = true
        #expect(try await step.call([:], in: context)["result"] == 1)
    }
}
