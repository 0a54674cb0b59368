import Basics
import DSPyCore
import OrderedJSON
import TestModels
import TestSupport
import Testing

@testable import DSPyBatch

@Suite("Rows through a window")
struct RunnerTests {
    private struct Refusal: Error {}

    @Test(
        "as many rows run at once as the window and the room allow, at least one, and no more",
        arguments: [(1, Int.max, 1), (3, .max, 3), (20, .max, 20), (5, 2, 2), (2, 5, 2), (4, 0, 1)])
    func window(window: Int, room: Int, expected: Int) async throws {
        let rig = try BatchRig {
            $0.window = window
            $0.room = { room }
        }
        let (gate, crowd) = (Gate(), Crowd())
        let module = RuleModule.ofRows { _ in try await crowd.around { try await gate.pass() } }
        async let outcome = rig.run(BatchRig.rows(40), module)
        await gate.reached(by: expected)
        for _ in 0..<100 { await Task.yield() }
        #expect(rig.counters.snapshot.inFlight == expected && module.calls.count == expected)
        gate.open()
        #expect(try await outcome.reason == nil && rig.indices.count == 40)
        #expect(crowd.most == expected && rig.counters.snapshot.inFlight == 0)
    }

    @Test("a row's line is written before another row takes its place", arguments: [1, 3, 8])
    func linesFirst(window: Int) async throws {
        let rig = try BatchRig { $0.window = window }
        let (lacking, started) = (Shared([Int]()), Shared(0))
        let module = RuleModule.ofRows { row in
            let place = started.withLock { started in
                started += 1
                return started
            }
            let lines = rig.text.count { $0 == "\n" }
            if lines < place - window { lacking.withLock { $0.append(row) } }
        }
        _ = try await rig.run(BatchRig.rows(60), module)
        #expect(lacking.withLock { $0 } == [])
        #expect(try rig.indices.sorted() == Array(0..<60))
    }

    @Test("rows stand as they end, or in the order of the input", arguments: [BatchOptions.Order.completion, .input])
    func order(order: BatchOptions.Order) async throws {
        let rig = try BatchRig {
            $0.order = order
            $0.window = 4
        }
        let gates = (0..<4).map { _ in Gate() }
        async let outcome = rig.run(BatchRig.rows(4), RuleModule.ofRows { try await gates[$0].pass() })
        var seen: [[Int]] = []
        for (count, row) in [3, 1, 0, 2].enumerated() {
            gates[row].open()
            await rig.finished(count + 1)
            seen.append(try rig.indices)
        }
        #expect(try await outcome.reason == nil)
        let expected: [[Int]] =
            order == .completion ? [[3], [3, 1], [3, 1, 0], [3, 1, 0, 2]] : [[], [], [0, 1], [0, 1, 2, 3]]
        #expect(seen == expected)
    }

    @Test("the rows that are chosen run, and no others, whatever is combined", arguments: 1...60)
    func selection(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var rig = try BatchRig()
        let count = Int.random(in: 0...40, using: &random)
        func maybe<Wish>(_ wish: @autoclosure () -> Wish) -> Wish? { Bool.random(using: &random) ? wish() : nil }
        rig.options.order = .input
        rig.options.window = Int.random(in: 1...6, using: &random)
        rig.options.skip = maybe(Int.random(in: 0...10, using: &random)) ?? 0
        rig.options.limit = maybe(Int.random(in: 0...12, using: &random))
        let parts = Int.random(in: 1...4, using: &random)
        rig.options.shard = maybe((part: Int.random(in: 1...parts, using: &random), of: parts))
        rig.options.sample = maybe((0..<50).filter { _ in Bool.random(using: &random) })
        let options = rig.options
        let chosen = (0..<count).filter { row in
            row >= options.skip && options.shard.map { row % $0.of == $0.part - 1 } ?? true
                && options.sample?.contains(row) ?? true
        }
        let outcome = try await rig.run(BatchRig.rows(count), RuleModule.ofRows { _ in })
        #expect(outcome.reason == nil && outcome.failure == nil)
        #expect(try rig.indices == Array(chosen.prefix(options.limit ?? .max)))
    }

    @Test("rows that an earlier run has done are passed over, and the rest runs", arguments: [0, 1, 7, 20])
    func resumed(limit: Int) async throws {
        var rig = try BatchRig { $0.limit = limit }
        _ = try await rig.run(BatchRig.rows(20), RuleModule.ofRows { _ in })
        rig.options.limit = nil
        let second = RuleModule.ofRows { _ in }
        let earlier = EarlierRows(try rig.scan, redoesFailed: false)
        let outcome = try await rig.run(BatchRig.rows(20), earlier: earlier, second)
        #expect(outcome.earlier?.isInputSeen == true && outcome.earlier?.hasMissing == false)
        #expect(try rig.indices.sorted() == Array(0..<20))
        #expect(second.calls.count == 20 - limit)
    }

    // MARK: Rows that cannot be read, or stand twice

    @Test("a line that cannot be read is a failed row, is passed over, or ends the batch before a call")
    func badLines() async throws {
        let text = "{\"n\": 0}\nnonsense\n{\"n\": 2}\n"
        for wish in BatchOptions.OnBadLine.allCases {
            let rig = try BatchRig {
                $0.onBadLine = wish
                $0.order = .input
            }
            let module = RuleModule.ofRows { _ in }
            let outcome = try await rig.run(text, module)
            switch wish {
            case .error:
                #expect(try rig.indices == [0, 1, 2] && outcome.failure == nil)
                #expect(try rig.records[1]["error"]?["code"] == "bad_line" && rig.records[1]["line"] == 2)
            case .skip: #expect(try rig.indices == [0, 2] && outcome.failure == nil)
            case .abort:
                guard case .badLine(line: 2, _)? = outcome.failure else {
                    Issue.record("\(outcome)")
                    continue
                }
                #expect(try rig.records == [])
            }
            #expect(rig.counters.snapshot.bad == (wish == .abort ? 0 : 1))
            #expect(rig.counters.snapshot.failed == (wish == .error ? 1 : 0))
        }
    }

    @Test("the second row of an id is a failed row that names the first one's line, unless both are kept")
    func duplicates() async throws {
        let text = ["a", "b", "a"].map { #"{"id": "\#($0)", "n": 1}"# + "\n" }.joined()
        for refuses in [true, false] {
            let rig = try BatchRig {
                $0.refusesDuplicates = refuses
                $0.order = .input
            }
            let module = RuleModule.ofRows { _ in }
            _ = try await rig.run(text, module)
            let error = try rig.records[2]["error"]
            #expect(module.calls.count == (refuses ? 2 : 3))
            #expect(error?["code"]?.string == (refuses ? "duplicate_id" : nil))
            #expect(!refuses || error?["message"]?.string?.contains("line 1") == true)
        }
    }

    // MARK: What stops a batch

    /// The rows that are done before a rule stops the batch, with one row at a time; nil when it stops nothing.
    private static func stop(_ fails: [Bool], _ limit: BatchOptions.ErrorLimit) -> Int? {
        var failed = 0
        for (row, isFailed) in fails.enumerated() where isFailed {
            failed += 1
            let done = row + 1
            switch limit {
            case .count(let count): if failed >= count { return done }
            case .percent(let percent):
                if done >= 10, Double(failed) / Double(done) >= percent / 100 { return done }
            }
        }
        return nil
    }

    @Test("failed rows stop a batch at their number, or at their part of ten rows or more", arguments: 1...40)
    func errors(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let odds = Int.random(in: 1...5, using: &random)
        let fails = (0..<25).map { _ in Int.random(in: 0..<odds, using: &random) == 0 }
        let limit =
            Bool.random(using: &random)
            ? BatchOptions.ErrorLimit.count(Int.random(in: 1...8, using: &random))
            : .percent([20, 25, 50, 100].randomElement(using: &random) ?? 100)
        for wish in BatchOptions.OnError.allCases {
            let rig = try BatchRig {
                $0.window = 1
                $0.errorLimit = limit
                $0.onError = wish
            }
            let module = RuleModule.ofRows { row in if fails[row] { throw Refusal() } }
            let outcome = try await rig.run(BatchRig.rows(25), module)
            let expected = wish == .continue ? nil : Self.stop(fails, limit)
            #expect(outcome.reason == expected.map { _ in .errors }, "\(limit) \(fails)")
            #expect(try rig.indices == Array(0..<(expected ?? 25)), "\(limit) \(fails)")
        }
    }

    @Test("too many errors let what runs finish, or cut it off", arguments: [BatchOptions.OnError.drain, .abort])
    func cutOff(wish: BatchOptions.OnError) async throws {
        let gate = Gate()
        let rig = try BatchRig {
            $0.window = 3
            $0.errorLimit = .count(1)
            $0.onError = wish
            $0.rowFailed = { _, code, _ in
                #expect(code == "invalid_request")
                if wish == .drain { gate.open() }
            }
        }
        let module = RuleModule.ofRows { row in
            // The row that fails waits until all three run.
            if row == 0 {
                await gate.reached(by: 2)
                throw Refusal()
            }
            try await gate.pass()
        }
        let outcome = try await rig.run(BatchRig.rows(9), module)
        #expect(outcome.reason == .errors && module.calls.count == 3)
        #expect(try rig.indices.sorted() == (wish == .drain ? [0, 1, 2] : [0]))
    }

    @Test(
        "five refusals of one kind in a row stop a batch while nothing has succeeded",
        arguments: [
            (["auth"], 5), (["auth", "billing"], nil), (["ok", "auth"], nil), (["row"], nil),
            (["auth", "auth", "auth", "auth", "row", "auth"], 10),
        ] as [([String], Int?)])
    func refused(pattern: [String], expected: Int?) async throws {
        for isOn in [true, false] {
            let rig = try BatchRig {
                $0.window = 1
                $0.stopsWhenRefused = isOn
            }
            let module = RuleModule.ofRows { row in
                switch pattern[row % pattern.count] {
                case "auth": throw LMError(.auth, "no such key", status: 401)
                case "billing": throw LMError(.billing, "no credit")
                case "row": throw LMError(.badReply, "nonsense")
                default: break
                }
            }
            let outcome = try await rig.run(BatchRig.rows(12), module)
            let stop = isOn ? expected : nil
            #expect(try rig.indices.count == stop ?? 12)
            #expect(outcome.reason == stop.map { _ in .refused(code: "auth", message: "auth (HTTP 401): no such key") })
        }
    }

    @Test("a budget stops once it is spent, and not when the last rows spend it", arguments: [true, false])
    func budget(isMoney: Bool) async throws {
        for (rows, expected) in [(9, 4), (4, 4), (3, 3)] {
            let rig = try BatchRig {
                $0.window = 1
                // That no row is left is known with the limit, whenever the end of the input is read.
                $0.limit = rows
                if isMoney { $0.budget = 1 } else { $0.tokenBudget = 40 }
            }
            let outcome = try await rig.run(BatchRig.rows(20), price: { _ in 0.25 }, RuleModule.spending())
            #expect(try rig.indices.count == expected)
            #expect(outcome.reason == (rows > expected ? .budget : nil))
        }
    }

    @Test("a wait that is longer than is allowed starts no further row")
    func longWait() async throws {
        let rig = try BatchRig { $0.window = 1 }
        let module = RuleModule.ofRows { row in
            throw LMError(.rateLimited, "wait", retryAfter: row == 2 ? 601 : 600)
        }
        #expect(try await rig.run(BatchRig.rows(9), module).reason == .rateLimit)
        #expect(try rig.indices == [0, 1, 2])
    }

    @Test("a deadline cuts off what runs; one that is not reached is not waited for")
    func deadline() async throws {
        var rig = try BatchRig {
            $0.window = 3
            $0.deadline = .now
        }
        let gate = Gate()
        let late = try await rig.run(BatchRig.rows(5), RuleModule.ofRows { _ in try await gate.pass() })
        #expect(late.reason == .deadline)
        #expect(try rig.indices == [])
        rig.options.deadline = .now + .seconds(3600)
        let early = try await rig.run(BatchRig.rows(5), RuleModule.ofRows { _ in })
        #expect(early.reason == nil)
        #expect(try rig.indices.count == 5)
    }

    @Test("an abort cuts off what runs, and keeps what is done")
    func abort() async throws {
        let rig = try BatchRig { $0.window = 3 }
        let gate = Gate()
        let module = RuleModule.ofRows { row in if row > 0 { try await gate.pass() } }
        async let outcome = rig.run(BatchRig.rows(9), module)
        // The third one that waits has taken the place of the first row.
        await gate.reached(by: 3)
        rig.control.ask(.abort)
        #expect(try await outcome.reason == .asked)
        #expect(try rig.indices == [0])
        #expect(module.calls.count == 4 && rig.counters.snapshot.ok == 1)
    }

    @Test("a drain lets what runs finish, and starts nothing new")
    func drain() async throws {
        let rig = try BatchRig {
            $0.window = 3
            $0.grace = .seconds(3600)
        }
        let control = rig.control
        let module = RuleModule.ofRows { row in
            if row == 5 { control.ask(.drain) }
            await Task.yield()
        }
        #expect(try await rig.run(BatchRig.rows(20_000), module).reason == .asked)
        #expect(module.calls.count < 20_000)
        #expect(try rig.indices.count == module.calls.count)
    }

    @Test("rows that take longer than the grace after a drain are cut off, and so they are by a second request")
    func grace() async throws {
        for isAskedAgain in [false, true] {
            let rig = try BatchRig {
                $0.window = 3
                $0.grace = isAskedAgain ? .seconds(3600) : .zero
            }
            let gate = Gate()
            async let outcome = rig.run(BatchRig.rows(9), RuleModule.ofRows { _ in try await gate.pass() })
            await gate.reached(by: 3)
            rig.control.ask(.drain)
            if isAskedAgain { rig.control.ask(.abort) }
            #expect(try await outcome.reason == .asked)
            #expect(try rig.indices == [])
        }
    }

    @Test("what runs is told from all to none while the last rows end")
    func windowShrinks() async throws {
        let told = Shared([Double]())
        let rig = try BatchRig {
            $0.window = 4
            $0.limit = 8
            $0.windowShrinks = { part in told.withLock { $0.append(part) } }
        }
        _ = try await rig.run(BatchRig.rows(20), RuleModule.ofRows { _ in })
        let parts = told.withLock { $0 }
        #expect(parts.last == 0 && parts == parts.sorted(by: >) && parts.allSatisfy { (0..<1).contains($0) })
    }

    // MARK: Files that fail

    @Test("an output that cannot be written ends the batch, and nothing more is asked")
    func output() async throws {
        let rig = try BatchRig { $0.window = 1 }
        let module = RuleModule.ofRows { _ in }
        let input = try PipeEnds()
        input.write(BatchRig.rows(5))
        input.endWriting()
        let reader = RowReader(descriptor: input.reading, parser: RowParser(RowParser.Options()))
        let outcome = await rig.run(reader, to: -1, module)
        guard case .file(path: "the output", _)? = outcome.failure else {
            Issue.record("\(outcome)")
            return
        }
        #expect(module.calls.count == 1 && rig.counters.snapshot.ok == 0)
    }

    @Test("an input that cannot be read is told")
    func input() async throws {
        let rig = try BatchRig()
        let reader = RowReader(descriptor: -1, parser: RowParser(RowParser.Options()))
        let outcome = await rig.run(reader, RuleModule.ofRows { _ in })
        guard case .file(path: "the input", _)? = outcome.failure else {
            Issue.record("\(outcome)")
            return
        }
        #expect(outcome.reason == nil)
    }
}
