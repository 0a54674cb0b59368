import Basics
import DSPyCore
import OrderedJSON
import TestSupport
import TestTraits
import Testing

@testable import DSPyBatch

@Suite("The final form of an output")
struct TidyTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path + "/out.jsonl" }
    private let manifest = Manifest(fingerprint: [:], input: [:], version: "1", pid: 1)

    init() throws { folder = try TemporaryFolder() }

    private func line(_ index: Int, ok: Bool = true, key: UInt64? = nil, length: Int = 10) -> String {
        let row = BatchRow(
            index: index, line: index + 1, id: String(index + 1), hasOwnID: false, content: .success([:]),
            key: key ?? UInt64(index) &* 0x9E37_79B9_7F4A_7C15)
        let text = String(repeating: "a", count: length)
        let outcome: RowOutcome = ok ? .success(["a": .string(text)]) : .failure(RowError(.parseFailed, "y"))
        return String(decoding: BatchRecord(row, outcome).bytes, as: UTF8.self)
    }

    private func journal(_ lines: [String], resumes: Bool = true) throws -> OutputJournal {
        if resumes { try folder.write(lines.joined(), to: "out.jsonl") }
        let journal = try OutputJournal(
            path: path, policy: resumes ? .resume(redoFailed: false, force: true) : .overwrite, manifest: manifest,
            input: nil)
        if !resumes { try folder.write(lines.joined(), to: "out.jsonl") }
        return journal
    }

    @Test(
        "rows come into the order of the input, also when they are many and long", .ownThread,
        arguments: 1...(Golden.environment("DSPY_FULL_BATCH") == nil ? 2 : 5))
    func sorted(seed: Int) throws {
        var numbers = SeededGenerator(seed: UInt64(seed))
        let lines = (0..<2000).map { line($0 * 3, length: Int.random(in: 0...5000, using: &numbers)) }
        _ = try journal(lines.shuffled(using: &numbers), resumes: seed % 2 == 0).tidy(sorted: true)
        #expect(Golden.text(of: path) == lines.joined())
    }

    @Test("rows that were repaired go, the others stay as they are", arguments: [true, false])
    func repaired(isSorted: Bool) throws {
        let lines = [line(2), line(0, ok: false, key: 7), line(1, ok: false, key: 8), line(0, key: 7)]
        let journal = try journal(lines)
        let earlier = try #require(journal.scan.map { EarlierRows($0, redoesFailed: false) })
        #expect(earlier.counts == (2, 1))
        #expect(try journal.tidy(sorted: isSorted, earlier: earlier) == nil)
        let expected = isSorted ? [lines[3], lines[2], lines[0]] : [lines[0], lines[2], lines[3]]
        #expect(Golden.text(of: path) == expected.joined())
    }

    /// Each row of an input has one line in the end; a key stands for equal rows.
    @Test("after any mixture of runs and inputs each row stands once", arguments: 1...300)
    func mixture(seed: Int) throws {
        var numbers = SeededGenerator(seed: UInt64(seed))
        func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &numbers) }
        let before = (0..<number(0...8)).map { line($0, ok: number(0...2) > 0, key: UInt64(number(1...4)), length: $0) }
        let input = (0..<number(0...8)).map { _ in UInt64(number(1...5)) }
        let redoes = number(0...1) == 1
        let seen = number(0...1) == 1 ? input.count : number(0...input.count)
        let journal = try journal(before)
        guard var earlier = journal.scan.map({ EarlierRows($0, redoesFailed: redoes) }) else { return }
        var lines = before
        for (place, key) in input.prefix(seen).enumerated() where !earlier.meet(key) {
            lines.append(line(100 + place, ok: number(0...2) > 0, key: key))
        }
        earlier.isInputSeen = seen == input.count
        try folder.write(lines.joined(), to: "out.jsonl")
        _ = try journal.tidy(sorted: number(0...1) == 1, earlier: earlier)
        let found = try #require(Golden.text(of: path)).split(separator: "\n").map { try JSON(parsing: String($0)) }
        for key in 1...5 as ClosedRange<UInt64> {
            let kept = found.filter { $0["key"]?.string == StableHash.text(key) }
            let all = lines.filter { $0.contains(StableHash.text(key)) }
            let wanted = input.prefix(seen).count { $0 == key }
            // A prediction never goes while a failed row stays.
            let good = all.count { $0.contains(#""status": "ok""#) }
            #expect(kept.count { $0["status"] == "ok" } == min(good, kept.count), "\(key)")
            if earlier.isInputSeen {
                #expect(kept.count == wanted, "\(key)")
            } else {
                #expect(kept.count >= wanted && good <= kept.count, "\(key)")
            }
        }
    }

    @Test("rows that have moved get their new numbers, equal ones in turn", arguments: [true, false])
    func moved(isSorted: Bool) throws {
        let lines = [line(1, key: 7), line(0, key: 8), line(2, key: 7)]
        // Latest first, as a run notes them.
        let places: [UInt64: [RowPlace]] = [
            7: [RowPlace(index: 5, line: 6, number: "6"), RowPlace(index: 3, line: 4, number: "4")],
            8: [RowPlace(index: 4, line: 5, number: "5")],
        ]
        _ = try journal(lines).tidy(sorted: isSorted, places: places)
        let found = [line(3, key: 7), line(4, key: 8), line(5, key: 7)]
        #expect(Golden.text(of: path) == found.joined())
    }
}
