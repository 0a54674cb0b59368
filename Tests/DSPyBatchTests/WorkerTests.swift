import Basics
import DSPyCore
import OrderedJSON
import TestModels
import TestSupport
import Testing

@testable import DSPyBatch

@Suite("What becomes of one row")
struct WorkerTests {
    private struct Surprise: Error, CustomStringConvertible { let description = "a surprise" }

    private static func row(_ content: RowOutcome = .success(["q": "x"])) -> BatchRow {
        BatchRow(index: 3, line: 4, id: "r", hasOwnID: true, content: content, key: 255)
    }

    private static func worker(
        merges: Bool = false, price: @escaping @Sendable (JSONObject) -> Double? = { _ in nil },
        watch: (@Sendable (BatchRow) -> RowWatch)? = nil,
        _ rule: @escaping @Sendable (RunContext) async throws -> ValueDict
    ) -> RowWorker {
        RowWorker(
            module: RuleModule { _, _, context in try await rule(context) },
            context: RunContext(lm: RuleModel("openai/any", replies: [""])), merges: merges,
            prepare: { fields in
                guard let text = fields["q"]?.string else { throw RowError(.missingInput, "no q") }
                return ["q": .string(text)]
            }, price: price, watch: watch)
    }

    private static func failing(_ error: any Error) -> RowWorker { worker { _ in throw error } }

    @Test("a prediction is the row's output, behind the row's own fields if asked", arguments: [false, true])
    func success(merges: Bool) async throws {
        let worker = Self.worker(merges: merges) { _ in ["a": 1] }
        let record = try #require(await worker.record(of: Self.row(.success(["q": "x", "a": "old"]))))
        // Nothing of the row is lost: what is called as the output has another name.
        #expect(record.outcome == .success(merges ? ["q": "x", "a_input": "old", "a": 1] : ["a": 1]))
        #expect(record.index == 3 && record.line == 4 && record.id == "r" && record.key == 255)
        #expect(record.inputs == nil && record.model == "openai/any" && record.attempts == 0)
    }

    @Test("each error has its code, and the row's fields stay with it")
    func errors() async throws {
        let cases: [(any Error, ErrorCode, Int?)] = [
            (RowError(.typeMismatch, "w"), .typeMismatch, nil), (LMError(.timeout, "w", status: 504), .timeout, 504),
            (LMError(.contextWindow, "w"), .contextWindow, nil),
            (ToolError("ValueError", "w"), .toolFailed, nil),
            (ToolError("ValueError", "w", reason: .denied), .toolDenied, nil), (Surprise(), .invalidRequest, nil),
            (CancellationError(), .cancelled, nil),
        ]
        for (error, code, status) in cases {
            let record = try #require(await Self.failing(error).record(of: Self.row()))
            guard case .failure(let failure) = record.outcome else {
                Issue.record("\(code) is none")
                continue
            }
            #expect(failure.report.code == code && failure.report.status == status && record.inputs == ["q": "x"])
        }
    }

    @Test("a row that is unreadable, or does not fit, costs no call")
    func noCall() async throws {
        let module = RuleModule([:])
        let worker = RowWorker(
            module: module, context: RunContext(), prepare: { _ in throw RowError(.missingInput, "") })
        let broken = RowError(.badLine, "not JSON", column: 7)
        let record = try #require(await worker.record(of: Self.row(.failure(broken))))
        #expect(record.outcome == .failure(broken) && record.inputs == nil)
        let unfit = try #require(await worker.record(of: Self.row()))
        #expect(unfit.outcome == .failure(RowError(.missingInput, "")) && unfit.inputs == ["q": "x"])
        #expect(module.calls.isEmpty)
    }

    @Test(
        "an error holds for all rows when it is of the key, the credit, the model or its options",
        arguments: [
            (.auth, 401, true), (.auth, 403, false), (.billing, nil, true), (.unsupported, nil, true),
            (.notConfigured, nil, true), (.configuration, nil, true), (.invalidRequest, 404, true),
            (.invalidRequest, 400, false), (.rateLimited, 429, false), (.serverError, 500, false),
        ] as [(LMError.Code, Int?, Bool)])
    func holdsForAll(code: LMError.Code, status: Int?, expected: Bool) {
        #expect(RowError(LMError(code, "w", status: status)).holdsForAll == expected)
    }

    @Test(
        "a provider that asks for a longer wait than is allowed is told apart, and requests are counted",
        arguments: [(nil, 1, false), (600, 4, false), (600.5, 2, true)] as [(Double?, Int, Bool)])
    func waits(wait: Double?, attempts: Int, isBeyond: Bool) async throws {
        let error = LMError(.rateLimited, "wait", retryAfter: wait, attempts: attempts)
        let record = try #require(await Self.failing(error).record(of: Self.row()))
        guard case .failure(let failure) = record.outcome else {
            Issue.record("no failure")
            return
        }
        #expect(failure.isBeyondWait == isBeyond && record.attempts == attempts && record.retries == attempts - 1)
    }

    @Test("what calls used is the row's, also when it failed; answers of the cache alone cost nothing")
    func usage() async throws {
        // What came from the cache, whether the row fails, and the price.
        let cases: [([Bool], Bool, Double?)] = [
            ([false, false], false, 2), ([true, false], false, 2), ([true, true], false, 0), ([false], true, 1),
            ([], false, 0.5),
        ]
        for (cached, fails, cost) in cases {
            let worker = Self.worker(price: { usage in
                usage.isEmpty ? 0.5 : Double(usage["m"]?["total_tokens"]?.int ?? 0) / 10
            }) { context in
                for isCached in cached {
                    let usage: JSONObject = ["total_tokens": 10]
                    context.usage.add(
                        LMResponse(outputs: [], usage: usage, attempts: 3, isCached: isCached), model: "m")
                }
                if fails { throw Surprise() }
                return [:]
            }
            let record = try #require(await worker.record(of: Self.row()))
            #expect(record.usage["m"]?["total_tokens"]?.int == (cached.isEmpty ? nil : 10 * cached.count))
            #expect(record.isCached == (!cached.isEmpty && cached.allSatisfy { $0 }))
            #expect(record.cost == cost && record.attempts == 3 * cached.count)
        }
    }

    @Test("rows do not count what other rows used")
    func apart() async throws {
        let worker = Self.worker { context in
            context.usage.add(LMResponse(outputs: [], usage: ["total_tokens": 10]), model: "m")
            return [:]
        }
        for _ in 0..<3 {
            #expect(try #require(await worker.record(of: Self.row())).usage == ["m": ["total_tokens": 10]])
        }
    }

    @Test("a row that is cancelled has no record, and nobody hears of its end")
    func cancelled() async throws {
        let (gate, heard) = (Gate(), Shared(0))
        let worker = Self.worker(watch: { _ in
            RowWatch(observer: RunObserver(targets: [:], isOpen: false) { _ in }) { _ in heard.withLock { $0 += 1 } }
        }) { _ in
            try await gate.pass()
            return [:]
        }
        let task = Task { await worker.record(of: Self.row()) }
        await gate.reached(by: 1)
        task.cancel()
        #expect(await task.value == nil)
        #expect(heard.withLock { $0 } == 0)
    }

    @Test("who listens gets the record before it is written, and cannot fail it by then")
    func watched() async throws {
        let heard = Shared<[String]>([])
        let worker = Self.worker(watch: { row in
            RowWatch(observer: RunObserver(targets: [:], isOpen: false) { _ in }) { record in
                heard.withLock { $0.append("\(row.id) \(record.isOK)") }
                throw Surprise()
            }
        }) { _ in [:] }
        let record = try #require(await worker.record(of: Self.row()))
        #expect(record.isOK && heard.withLock { $0 } == ["r true"])
    }
}
