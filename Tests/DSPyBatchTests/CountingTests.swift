import Platform
import DSPyCore
import OrderedJSON
import Testing

@testable import DSPyBatch

@Suite("What rows count, and what they hold")
struct CountingTests {
    private static func row(_ index: Int, tokens: JSON = 1, cost: Double? = 0, length: Int = 1) -> FinishedRow {
        let row = BatchRow(
            index: index, line: index + 1, id: "\(index)", hasOwnID: false, content: .success([:]), key: UInt64(index))
        var record = BatchRecord(row, .success([:]))
        record.usage = ["a": ["total_tokens": tokens], "b": ["total_tokens": tokens]]
        record.cost = cost
        return FinishedRow(index, record) { _ in [UInt8](repeating: 0x78, count: length) + [0x0A] }
    }

    @Test(
        "token counts of a server never overflow",
        arguments: [(JSON.int(.max), Int.max), (.int(.min), 0), (-1, 0), (7, 28), ("many", 0), (.double(1e300), 0)])
    func tokens(count: JSON, sum: Int) {
        let counters = BatchCounters()
        for index in 0..<2 { _ = counters.add(Self.row(index, tokens: count)) }
        #expect(counters.snapshot.tokens == sum)
    }

    @Test("a cost beyond all numbers is not known")
    func cost() {
        let counters = BatchCounters()
        for cost in [0.5, .infinity, .nan, -3] { _ = counters.add(Self.row(0, cost: cost)) }
        #expect(counters.snapshot.cost == 0.5 && !counters.snapshot.isCostKnown)
    }

    @Test("rows that wait for their turn are bounded by number and by size", arguments: [(1, 1024), (4 << 20, 5)])
    func window(length: Int, most: Int) async throws {
        let writer = LineWriter(descriptor: -1)
        defer { writer.close() }
        var sink = RecordSink(writer, isOrdered: true)
        sink.expect(0)
        var started = 1
        while sink.hasRoom(window: 8) {
            sink.expect(started)
            sink.add(Self.row(started, length: length))
            started += 1
            #expect(started < 10_000)
            if started == 10_000 { return }
        }
        #expect(started == most)
        sink.add(Self.row(0))
        #expect(sink.hasRoom(window: 8))
    }

    @Test("a line in many pieces is one line, whether it is kept or passed over", arguments: [3, 1 << 20])
    func pieces(limit: Int) {
        var options = RowParser.Options()
        options.maximumLine = limit
        options.format = .lines
        var parser = RowParser(options)
        var rows: [BatchRow] = []
        let bytes = Array((String(repeating: "é", count: 5000) + "\nb\n").utf8)
        for start in stride(from: 0, to: bytes.count, by: 7) {
            rows += bytes[start..<min(start + 7, bytes.count)].withUnsafeBytes { parser.add($0) }
        }
        #expect(rows.map(\.line) == [1, 2])
        if case .failure(let error) = rows[0].content {
            #expect(limit == 3 && error.report.code == .lineTooLong && error.report.message.contains("10000 bytes"))
        } else {
            #expect(limit > 3)
        }
    }
}
