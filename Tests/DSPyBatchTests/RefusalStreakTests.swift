import DSPyCore
import OrderedJSON
import TestSupport
import Testing

@testable import DSPyBatch

@Suite("Refusals that hold for every row")
struct RefusalStreakTests {
    private static func row(_ letter: Character) -> FinishedRow {
        let row = BatchRow(index: 0, line: 1, id: "1", hasOwnID: false, content: .success([:]), key: 0)
        let outcome: RowOutcome =
            switch letter {
            case "a": .failure(RowError(LMError(.auth, "key")))
            case "b": .failure(RowError(LMError(.billing, "credit")))
            case "f": .failure(RowError(LMError(.auth, "flagged", status: 403)))
            case "4": .failure(RowError(LMError(.invalidRequest, "no such model", status: 404)))
            case "i": .failure(RowError(LMError(.invalidRequest, "bad", status: 400)))
            case "r": .failure(RowError(.missingInput, "no q"))
            default: .success([:])
            }
        var record = BatchRecord(row, outcome)
        record.isCached = letter == "c"
        return FinishedRow(0, record) { _ in [] }
    }

    @Test(
        "five of one kind in a row are enough, until something has succeeded",
        arguments: [
            ("aaaaa", 5), ("aaaabaaaaa", 10), ("44444", 5), ("44a4444", nil), ("aaaa", nil), ("saaaaaaa", nil),
            ("aaaasaaaaaa", nil), ("caaaaa", 6), ("araraaraa", 8), ("aaaaiaaaa", nil), ("fffffff", nil),
            ("iiiiii", nil),
            ("rrrrrrr", nil), ("bbbbb", 5),
        ] as [(String, Int?)])
    func streaks(rows: String, stop: Int?) {
        var streak = RefusalStreak()
        let first = rows.enumerated().first { streak.add(Self.row($0.element)) }
        #expect(first.map { $0.offset + 1 } == stop)
    }
}
