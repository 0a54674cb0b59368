import Basics
import OrderedJSON
import Platform
import TestSupport
import Testing

@testable import DSPyBatch

@Suite("Where finished rows go")
struct SinkTests {
    private let folder: TemporaryFolder
    private let output: OpenFile

    init() throws {
        folder = try TemporaryFolder()
        output = try OpenFile(folder.path + "/out", for: .appending)
    }

    private var text: String { Golden.text(of: output.path) ?? "" }

    private static func line(_ index: Int) -> String { "row \(index)\n" }

    /// A row that has ended; a cancelled one has no line.
    private static func row(_ index: Int, isCancelled: Bool = false) -> FinishedRow {
        let row = BatchRow(
            index: index, line: index + 1, id: "\(index)", hasOwnID: false, content: .success([:]), key: UInt64(index))
        return FinishedRow(index, isCancelled ? nil : BatchRecord(row, .success([:]))) { _ in Array(line(index).utf8) }
    }

    /// The rows up to the first that has not ended, in the order they were started.
    private static func written(_ started: [Int], _ ended: Set<Int>, _ cancelled: Set<Int>) -> String {
        started.prefix { ended.contains($0) }.filter { !cancelled.contains($0) }.map(line).joined()
    }

    @Test("in order, what is written is all rows up to the first that still runs", arguments: 1...40)
    func ordered(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let writer = LineWriter(descriptor: output.descriptor)
        defer { writer.close() }
        var sink = RecordSink(writer, isOrdered: true)
        let rows = (0..<60).filter { _ in Int.random(in: 0..<3, using: &random) > 0 }
        let cancelled = Set(rows.filter { _ in Int.random(in: 0..<6, using: &random) == 0 })
        var (started, running, ended) = ([Int](), [Int](), Set<Int>())
        for step in 0..<(2 * rows.count) {
            if running.isEmpty || started.count < rows.count && Bool.random(using: &random) {
                let row = rows[started.count]
                sink.expect(row)
                started.append(row)
                running.append(row)
            } else {
                let row = running.remove(at: Int.random(in: running.indices, using: &random))
                sink.add(Self.row(row, isCancelled: cancelled.contains(row)))
                ended.insert(row)
            }
            // Not all is written at once; nothing is before it is asked for.
            if step % 3 == 0 { try await sink.flush() }
        }
        let last = Set(running)
        #expect(last.isEmpty && ended.count == rows.count)
        try await sink.flush()
        #expect(text == Self.written(started, ended, cancelled))
    }

    @Test(
        "in order, a row that has its turn is written by the next flush, and no row before its turn", arguments: 1...20)
    func turns(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let writer = LineWriter(descriptor: output.descriptor)
        defer { writer.close() }
        var sink = RecordSink(writer, isOrdered: true)
        let rows = Array(0..<12)
        for row in rows { sink.expect(row) }
        var ended = Set<Int>()
        for row in rows.shuffled(using: &random) {
            sink.add(Self.row(row))
            ended.insert(row)
            try await sink.flush()
            #expect(text == Self.written(rows, ended, []))
        }
    }

    @Test("out of order, rows are written as they end; cancelled ones never are")
    func unordered() async throws {
        let writer = LineWriter(descriptor: output.descriptor)
        defer { writer.close() }
        var sink = RecordSink(writer, isOrdered: false)
        for row in 0..<4 { sink.expect(row) }
        for row in [2, 0, 3] { sink.add(Self.row(row, isCancelled: row == 0)) }
        #expect(text == "")
        try await sink.flush()
        try await sink.flush()
        #expect(text == "row 2\nrow 3\n")
    }

    @Test("when the batch ends, what waits for rows that will not come is written, in order")
    func givenUp() async throws {
        let writer = LineWriter(descriptor: output.descriptor)
        defer { writer.close() }
        var sink = RecordSink(writer, isOrdered: true)
        for row in 0..<6 { sink.expect(row) }
        for row in [4, 1, 3] { sink.add(Self.row(row)) }
        try await sink.flush()
        #expect(text == "")
        sink.giveUpWaiting()
        try await sink.flush()
        #expect(text == "row 1\nrow 3\nrow 4\n")
    }

    @Test("the turns of many thousand rows are kept")
    func many() async throws {
        let writer = LineWriter(descriptor: output.descriptor)
        defer { writer.close() }
        var sink = RecordSink(writer, isOrdered: true)
        let count = 10_000
        for pair in stride(from: 0, to: count, by: 2) {
            for row in [pair, pair + 1] { sink.expect(row) }
            for row in [pair + 1, pair] { sink.add(Self.row(row)) }
            #expect(sink.hasRoom(window: 1))
        }
        try await sink.flush()
        #expect(text == (0..<count).map(Self.line).joined())
    }

    @Test("rows that cannot be written are an error of the batch, and a reader that went away is told apart")
    func failure() async throws {
        let writer = LineWriter(descriptor: -1)
        defer { writer.close() }
        var sink = RecordSink(writer, isOrdered: false)
        try await sink.flush()
        sink.add(Self.row(0))
        let error = await #expect(throws: BatchFailure.self) { try await sink.flush() }
        guard case .file(path: "the output", _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        guard case .closedPipe = BatchFailure(OutputError.closedPipe) else {
            Issue.record("a closed pipe is none")
            return
        }
    }
}
