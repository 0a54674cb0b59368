import Basics
import DSPyCore
import OrderedJSON
import TestModels
import Synchronization
import TestSupport
import Testing

/// `for_each` and `loop` as modules.
@Suite struct Repetition {
    private struct Broken: Error, CustomStringConvertible { let description = "broken" }

    private static func items(_ count: Int) -> Value { .list((0..<count).map { .int($0) }) }

    /// A body that gives ten times its item, and notes how many run at once.
    private func body(_ gauge: Width, failing: @escaping @Sendable (Int) -> Bool = { _ in false }) -> Pipeline.Step {
        .of(
            RuleModule { _, inputs, _ in
                gauge.enter()
                defer { gauge.leave() }
                guard case .int(let item)? = inputs["x"] else { throw Broken() }
                // Later items end first.
                for _ in 0..<(30 - item % 30) { await Task.yield() }
                if failing(item) { throw Broken() }
                return ["y": .int(item * 10), "z": .string("z")]
            }, "x")
    }

    private final class Width: Sendable {
        private let counts = Mutex((now: 0, most: 0, all: 0))
        func enter() { counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.all + 1) } }
        func leave() { counts.withLock { $0.now -= 1 } }
        var most: Int { counts.withLock { $0.most } }
        var all: Int { counts.withLock { $0.all } }
    }

    @Test(
        "results stand in the order of the items, and no more run at once than the window", arguments: [1, 3, 8, 100])
    func order(concurrency: Int) async throws {
        let width = Width()
        let map = ForEach(
            ["l"], as: "x", do: body(width), keeping: ["y"], output: "ys", concurrency: concurrency)
        let prediction = try await map.call(["l": Self.items(40)], in: RunContext())
        #expect(prediction["ys"] == .list((0..<40).map { .int($0 * 10) }))
        #expect(width.most <= concurrency && width.all == 40)
    }

    @Test("as many run at once as the window lets")
    func fills() async throws {
        let gate = Gate()
        let map = ForEach(
            ["l"], as: "x",
            do: .of(
                RuleModule { _, _, _ in
                    try await gate.pass()
                    return ["y": 1]
                }, "x"), output: "r", concurrency: 4)
        let run = Task { try await map.call(["l": Self.items(9)], in: RunContext()) }
        while gate.count < 4 { await Task.yield() }
        for _ in 0..<100 { await Task.yield() }
        #expect(gate.count == 4)
        gate.open()
        #expect(try await run.value["r"]?.list?.count == 9)
    }

    @Test("in a sequential run items go one by one, in their order")
    func sequential() async throws {
        let width = Width()
        let module = body(width)
        let map = ForEach(["l"], as: "x", do: module, output: "r", concurrency: 50)
        _ = try await map.call(["l": Self.items(20)], in: RunContext(isSequential: true))
        #expect(width.most == 1)
        #expect((module.module as? RuleModule)?.calls.map { $0["x"] } == (0..<20).map { .int($0) })
    }

    @Test("without a path the results are whole predictions, and of no items there are none")
    func whole() async throws {
        let map = ForEach(["l"], as: "x", do: body(Width()), output: "r")
        let prediction = try await map.call(["l": Self.items(1)], in: RunContext())
        #expect(prediction["r"] == .list([.prediction(Prediction(["y": 0, "z": "z"]))]))
        #expect(try await map.call(["l": .list([])], in: RunContext())["r"] == .list([]))
        #expect(try await map.call(["l": .tuple([1])], in: RunContext())["r"]?.list?.count == 1)
    }

    @Test("what is kept may be the item, a field of the body or a part of it")
    func kept() async throws {
        let step = Pipeline.Step.of(RuleModule(["d": .dict(["k": 5])]), "x", name: "s")
        for (path, value) in [(["x"], Value.int(0)), (["d", "k"], 5), (["s", "d", "k"], 5), (["none"], Value.null)] {
            let map = ForEach(["l"], as: "x", do: step, keeping: path, output: "r")
            #expect(try await map.call(["l": Self.items(1)], in: RunContext())["r"] == .list([value]))
        }
    }

    @Test("what is no list is an error that says so")
    func noList() async throws {
        let map = ForEach(["s", "l"], as: "x", do: body(Width()), output: "r")
        let error = await #expect(throws: ModuleError.self) {
            try await map.call(["s": .dict(["l": "text"])], in: RunContext())
        }
        #expect(error?.message == "`for_each` takes a list, but `s.l` is of the type str")
        await #expect(throws: ModuleError.self) { try await map.call([:], in: RunContext()) }
    }

    @Test("failures are left out, become None, or end the run", arguments: ForEach.ErrorPolicy.allCases)
    func errors(policy: ForEach.ErrorPolicy) async throws {
        let warnings = WarningList()
        let map = ForEach(
            ["l"], as: "x", do: body(Width(), failing: { $0 % 2 == 1 }), keeping: ["y"], output: "r", onError: policy)
        switch policy {
        case .fail:
            await #expect(throws: Broken.self) { try await map.call(["l": Self.items(4)], in: warnings.context) }
            #expect(warnings.lines.isEmpty)
        case .skip:
            let prediction = try await map.call(["l": Self.items(4)], in: warnings.context)
            #expect(prediction["r"] == .list([0, 20]))
        case .null:
            let prediction = try await map.call(["l": Self.items(4)], in: warnings.context)
            #expect(prediction["r"] == .list([0, .null, 20, .null]))
        }
        if policy != .fail {
            #expect(
                warnings.lines.sorted() == ["for_each: item 2 failed: broken", "for_each: item 4 failed: broken"])
        }
    }

    @Test("the first failure cancels the items that run, and no further one starts")
    func failing() async throws {
        let gate = Gate()
        let cancelled = Width()
        let started = Width()
        let map = ForEach(
            ["l"], as: "x",
            do: .of(
                RuleModule { _, inputs, _ in
                    started.enter()
                    if inputs["x"] == 2 {
                        while gate.count < 2 { await Task.yield() }
                        throw Broken()
                    }
                    do { try await gate.pass() } catch {
                        cancelled.enter()
                        throw error
                    }
                    return [:]
                }, "x"), output: "r", concurrency: 3)
        await #expect(throws: Broken.self) { try await map.call(["l": Self.items(10)], in: RunContext()) }
        #expect(cancelled.all == 2 && started.all == 3)
    }

    @Test("a cancelled run is cancelled, whatever becomes of failures", arguments: ForEach.ErrorPolicy.allCases)
    func cancellation(policy: ForEach.ErrorPolicy) async throws {
        let gate = Gate()
        let map = ForEach(
            ["l"], as: "x",
            do: .of(
                RuleModule { _, _, _ in
                    try await gate.pass()
                    return [:]
                }, "x"), output: "r", onError: policy)
        let run = Task { try await map.call(["l": Self.items(5)], in: RunContext()) }
        while gate.count < 5 { await Task.yield() }
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
    }

    @Test("random maps give what a plain loop over the items gives", arguments: 0..<40 as Range<UInt64>)
    func random(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let count = Int.random(in: 0..<30, using: &generator)
        let bad = Set((0..<count).filter { _ in Int.random(in: 0..<4, using: &generator) == 0 })
        let policy: ForEach.ErrorPolicy = Bool.random(using: &generator) ? .skip : .null
        let width = Width()
        let concurrency = Int.random(in: 1..<12, using: &generator)
        let map = ForEach(
            ["l"], as: "x", do: body(width, failing: { bad.contains($0) }), keeping: ["y"], output: "r",
            concurrency: concurrency, onError: policy)
        let expected = (0..<count).compactMap { item -> Value? in
            bad.contains(item) ? policy == .null ? Value.null : nil : .int(item * 10)
        }
        let isSequential = Bool.random(using: &generator)
        let prediction = try await map.call(
            ["l": Self.items(count)], in: RunContext(isSequential: isSequential))
        #expect(prediction["r"] == .list(expected))
        #expect(width.most <= (isSequential ? 1 : concurrency) && width.all == count)
    }

    // MARK: Loops

    /// A body that counts its rounds up from what it is given.
    private var counting: RuleModule {
        RuleModule { _, inputs, _ in
            guard case .int(let n)? = inputs["n"] else { throw Broken() }
            return ["n": .int(n + 1)]
        }
    }

    @Test(
        "a loop feeds its outputs back until its condition says enough",
        arguments: [
            ("n >= 4", true, 10, 4, 4), ("n < 4", false, 10, 4, 4), ("n >= 4", true, 2, 2, 2), ("True", true, 9, 1, 1),
            ("s.n >= limit", true, 10, 3, 3), ("False", false, 5, 1, 1),
        ])
    func loop(condition: String, isUntil: Bool, most: Int, rounds: Int, result: Int) async throws {
        let module = counting
        let warnings = WarningList()
        let loop = Loop(
            .of(module, "n", name: "s"), condition: try Expression(condition), isUntil: isUntil, max: most)
        let prediction = try await loop.call(["n": 0, "limit": 3], in: warnings.context)
        #expect(prediction["n"] == .int(result))
        #expect(module.calls.map { $0["n"] } == (0..<rounds).map { .int($0) })
        let isCut = rounds == most && result < 4 && condition == "n >= 4"
        #expect(
            warnings.lines
                == (isCut ? [#"loop: ended after 2 rounds although "n >= 4" does not hold yet"#] : []))
    }

    @Test("a loop ends with the failure of a round, and between rounds when it is cancelled")
    func loopEnds() async throws {
        let failing = Loop(
            .of(RuleModule { number, _, _ in if number == 2 { throw Broken() } else { ["n": 0] } }, "n"),
            condition: try Expression("n > 0"), isUntil: true, max: 9)
        await #expect(throws: Broken.self) { try await failing.call(["n": 0], in: RunContext()) }
        let module = RuleModule { _, _, _ in
            withUnsafeCurrentTask { $0?.cancel() }
            return ["n": 0]
        }
        let cancelled = Loop(.of(module, "n"), condition: try Expression("n > 0"), isUntil: true, max: 9)
        let run = Task { try await cancelled.call(["n": 0], in: RunContext()) }
        await #expect(throws: CancellationError.self) { try await run.value }
        #expect(module.calls.count == 1)
    }
}
