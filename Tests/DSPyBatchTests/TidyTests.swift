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
        let outcome: RowOutcome = ok ? .success(["a": .string(text)]) : .failure(RowError("x", "y"))
        return String(decoding: BatchRecord(row, outcome).bytes, as: UTF8.self)
    }

    private func journal(_ lines: [String], resumes: Bool = true) throws -> OutputJournal {
        if resumes { try folder.write(lines.joined(), to: "out.jsonl") }
        let journal = try OutputJournal(
            path: path, policy: resumes ? .resume(redoFailed: false) : .overwrite, manifest: manifest, input: nil)
        if !resumes { try folder.write(lines.joined(), to: "out.jsonl") }
        return journal
    }

    @Test(
        "rows come into the order of the input, also when they are many and long", .ownThread,
        arguments: 1...(Golden.environment("DSPY_FULL_BATCH") == nil ? 2 : 5))
    func sorted(seed: Int) throws {
        var numbers = SeededGenerator(seed: UInt64(seed))
        let lines = (0..<2000).map { line($0 * 3, length: Int.random(in: 0...5000, using: &numbers)) }
        try journal(lines.shuffled(using: &numbers), resumes: seed % 2 == 0).tidy(sorted: true)
        #expect(Golden.text(of: path) == lines.joined())
    }

    @Test("rows that were repaired go, the others stay as they are", arguments: [true, false])
    func repaired(isSorted: Bool) throws {
        let lines = [line(2), line(0, ok: false, key: 7), line(1, ok: false, key: 8), line(0, key: 7)]
        try journal(lines).tidy(sorted: isSorted)
        let expected = isSorted ? [lines[3], lines[2], lines[0]] : [lines[0], lines[2], lines[3]]
        #expect(Golden.text(of: path) == expected.joined())
    }

    @Test("rows that have moved get their new numbers, equal ones in turn", arguments: [true, false])
    func moved(isSorted: Bool) throws {
        let lines = [line(1, key: 7), line(0, key: 8), line(2, key: 7)]
        // Latest first, as a run notes them.
        let places: [UInt64: [RowPlace]] = [
            7: [RowPlace(index: 5, line: 6), RowPlace(index: 3, line: 4)], 8: [RowPlace(index: 4, line: 5)],
        ]
        try journal(lines).tidy(sorted: isSorted, places: places)
        let found = [line(3, key: 7), line(4, key: 8), line(5, key: 7)]
        #expect(Golden.text(of: path) == found.joined())
    }
}
