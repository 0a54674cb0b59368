import DSPyCore
import OrderedJSON
import Platform
import Synchronization
import TestModels
import TestSupport

@testable import DSPyBatch

/// A batch whose input and output are files of its own, and whose program is a rule.
struct BatchRig {
    var options = BatchOptions()
    let counters = BatchCounters()
    let control = BatchControl()
    private let folder: TemporaryFolder
    private let output: OpenFile

    init(_ set: (inout BatchOptions) -> Void = { _ in }) throws {
        set(&options)
        folder = try TemporaryFolder()
        output = try OpenFile(folder.path + "/out.jsonl", for: .appending)
    }

    /// So many rows, each with its place as `n`.
    static func rows(_ count: Int) -> String { (0..<count).map { #"{"n": \#($0)}"# + "\n" }.joined() }

    /// What a row of ``rows(_:)`` became, when all went well.
    static func answer(_ inputs: ValueDict) -> ValueDict { ["n": inputs["n"] ?? .null] }

    /// Runs the rows of a text.
    ///
    /// The input stays open: the reader's thread may look at it once more after the batch.
    func run(
        _ text: String, earlier: EarlierRows? = nil, price: @escaping @Sendable (JSONObject) -> Double? = { _ in nil },
        _ module: any Module
    ) async throws -> BatchRunner.Outcome {
        let input = try OpenFile(try folder.write(text, to: "in.jsonl"), for: .reading)
        return await run(
            RowReader(descriptor: input.descriptor, parser: RowParser(RowParser.Options())), earlier: earlier,
            price: price, module)
    }

    /// Runs the rows of a reader, into another output if one is told.
    func run(
        _ reader: RowReader, to descriptor: Int32? = nil, earlier: EarlierRows? = nil,
        price: @escaping @Sendable (JSONObject) -> Double? = { _ in nil }, _ module: any Module
    ) async -> BatchRunner.Outcome {
        let worker = RowWorker(
            module: module, context: RunContext(),
            prepare: { ValueDict($0.members.map { ($0.0, Value($0.1)) }) }, price: price)
        let writer = LineWriter(descriptor: descriptor ?? output.descriptor)
        let outcome = await BatchRunner(worker, options: options, counters: counters, control: control)
            .run(reader, earlier: earlier, writer: writer)
        writer.close()
        return outcome
    }

    /// The text of the output so far.
    var text: String { Golden.text(of: output.path) ?? "" }
    /// The lines of the output so far.
    var records: [JSON] { get throws { try text.split(separator: "\n").map { try JSON(parsing: String($0)) } } }
    /// The places of the rows in the output, in its order.
    var indices: [Int] { get throws { try records.compactMap { $0["index"]?.int } } }
    /// What the output holds, for a run that goes on.
    var scan: JournalScan { get throws { try JournalScan(output) } }

    /// Comes back once so many rows are counted, which is when their lines are written.
    func finished(_ count: Int) async { while counters.snapshot.finished < count { await Task.yield() } }
}

extension RuleModule {
    /// A module that hears only the row's number, and answers with it.
    static func ofRows(_ rule: @escaping @Sendable (Int) async throws -> Void) -> RuleModule {
        RuleModule { _, inputs, _ in
            try await rule(inputs["n"]?.int ?? -1)
            return BatchRig.answer(inputs)
        }
    }

    /// Each row uses ten tokens.
    static func spending() -> RuleModule {
        RuleModule { _, inputs, context in
            let usage: JSONObject = ["total_tokens": 10]
            context.usage.add(LMResponse(outputs: [.init(text: "")], usage: usage), model: "test/model")
            return BatchRig.answer(inputs)
        }
    }
}

/// How many run at once, and how many did at most.
final class Crowd: Sendable {
    private let state = Mutex((now: 0, most: 0))

    var most: Int { state.withLock { $0.most } }

    func around(_ body: () async throws -> Void) async rethrows {
        state.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
        }
        defer { state.withLock { $0.now -= 1 } }
        try await body()
    }
}
