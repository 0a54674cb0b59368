import Basics
import DSPyCore
import OrderedJSON
import Platform
import TestSupport
import Testing

@testable import DSPyBatch

@Suite("What an output already holds")
struct JournalScanTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The line of a row, without its line feed.
    static func line(_ key: UInt64, ok: Bool = true) -> String {
        let row = BatchRow(
            index: Int(key), line: Int(key) + 1, id: "\(key)", hasOwnID: false, content: .success([:]), key: key)
        let outcome: RowOutcome = ok ? .success(["a": "x"]) : .failure(RowError(.parseFailed, "y"))
        return String(decoding: BatchRecord(row, outcome).bytes.dropLast(), as: UTF8.self)
    }

    private func scan(_ text: String) throws -> JournalScan {
        let file = try OpenFile(folder.write(text, to: "out.jsonl"), for: .reading)
        defer { file.close() }
        return try JournalScan(file)
    }

    @Test("rows are told by their keys, those that failed apart, each as often as it stands")
    func keys() throws {
        let lines = [Self.line(7), Self.line(3, ok: false), Self.line(5), Self.line(7), Self.line(3, ok: false)]
        let scan = try scan(lines.map { $0 + "\n" }.joined())
        #expect(scan.ok == [5, 7, 7] && scan.failures == [3: 2])
        #expect(scan.countOK(7) == 2 && scan.countOK(5) == 1 && scan.countOK(3) == 0 && scan.countOK(.max) == 0)
        #expect(scan.torn == 0 && !scan.lacksLineFeed && scan.strange == nil && !scan.isEmpty)
    }

    @Test(
        "a line is a row when it has a status and a key of hexadecimal digits",
        arguments: [
            (#"{"status": "ok", "key": "0f"}"#, true), (#"{"key": "0f", "status": "error", "more": 1}"#, true),
            (#"{"status": "ok", "key": "g"}"#, false), (#"{"status": "ok", "key": 15}"#, false),
            (#"{"status": true, "key": "0f"}"#, false), (#"{"status": "ok"}"#, false), (#"{"key": "0f"}"#, false),
            (#"["ok", "0f"]"#, false), ("nonsense", false), (#"{"status": "ok", "key": "0f"} x"#, false),
        ])
    func rows(text: String, isRow: Bool) throws {
        let scan = try scan(Self.line(1) + "\n" + text + "\n")
        #expect((scan.strange == nil) == isRow)
        #expect(scan.ok.count + scan.failures.count == (isRow ? 2 : 1))
    }

    @Test("strange lines are told by the first one's number and how many there are; empty ones are none")
    func strange() throws {
        let scan = try scan("\n" + Self.line(1) + "\n\nhello\n" + Self.line(2) + "\n[]\n")
        #expect(scan.strange?.first == 4 && scan.strange?.count == 2)
        #expect(scan.ok == [1, 2] && scan.torn == 0)
    }

    /// A killed run leaves a beginning of what it would have written.
    @Test("wherever a run was killed, whole rows count, and the rest is torn or lacks a line feed", arguments: 1...10)
    func killed(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let lines = (0..<4).map { _ in
            (key: UInt64.random(in: 0..<3, using: &random), ok: Bool.random(using: &random))
        }
        let text = Array(lines.map { Self.line($0.key, ok: $0.ok) + "\n" }.joined().utf8)
        let ends = text.indices.filter { text[$0] == 0x0A }
        // Anywhere, and close to the ends of lines.
        let cuts =
            (0..<12).map { _ in Int.random(in: 0...text.count, using: &random) }
            + ends.flatMap { [$0 - 1, $0, $0 + 1] }
        for cut in cuts {
            let scan = try scan(String(decoding: text[..<cut], as: UTF8.self))
            let feeds = text[..<cut].count { $0 == 0x0A }
            let tail = cut - (text[..<cut].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0)
            // The last row is whole when nothing but its line feed is missing.
            let isWhole = tail > 0 && text[cut] == 0x0A
            let kept = lines.prefix(feeds + (isWhole ? 1 : 0))
            #expect(scan.ok == kept.filter(\.ok).map(\.key).sorted())
            #expect(scan.failures.values.reduce(0, +) == kept.count { !$0.ok })
            #expect(scan.torn == (isWhole ? 0 : tail) && scan.lacksLineFeed == isWhole && scan.strange == nil)
        }
    }
}

@Suite("The rows of earlier runs")
struct EarlierRowsTests {
    @Test("each row that was done is met once, a failed one unless it is redone; others are new", arguments: 1...60)
    func meeting(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let folder = try TemporaryFolder()
        let lines = (0..<8).map { _ in
            (key: UInt64.random(in: 0..<5, using: &random), ok: Bool.random(using: &random))
        }
        let text = lines.map { JournalScanTests.line($0.key, ok: $0.ok) + "\n" }.joined()
        let file = try OpenFile(folder.write(text, to: "out.jsonl"), for: .reading)
        defer { file.close() }
        let redoes = Bool.random(using: &random)
        var earlier = EarlierRows(try JournalScan(file), redoesFailed: redoes)
        // A failed line beside a prediction of the same row is one that was repaired.
        var ok = Dictionary(grouping: lines.filter(\.ok), by: \.key).mapValues(\.count)
        var failed = Dictionary(grouping: lines.filter { !$0.ok && ok[$0.key] == nil }, by: \.key).mapValues(\.count)
        let counts = (ok.values.reduce(0, +), failed.values.reduce(0, +))
        #expect(earlier.counts == (counts.0, redoes ? 0 : counts.1))
        for _ in 0..<12 {
            let key = UInt64.random(in: 0..<6, using: &random)
            let isDone: Bool
            if ok[key, default: 0] > 0 {
                ok[key, default: 0] -= 1
                isDone = true
            } else if failed[key, default: 0] > 0 {
                failed[key, default: 0] -= 1
                isDone = !redoes
            } else {
                isDone = false
            }
            #expect(earlier.meet(key) == isDone)
        }
        let missing = (ok.values.reduce(0, +), failed.values.reduce(0, +))
        #expect(earlier.missing == (missing.0, redoes ? 0 : missing.1))
        #expect(earlier.hasMissing == (missing.0 + missing.1 > 0))
    }
}
