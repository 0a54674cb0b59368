import Basics
import TestSupport
import Testing

@testable import DSPyBatch

@Suite("Numbers sorted in runs")
struct SortedRunsTests {
    @Test("they come out as an array sorts them", arguments: 1...30)
    func order(seed: Int) {
        var numbers = SeededGenerator(seed: UInt64(seed))
        var runs = SortedRuns(length: Int.random(in: 1...50, using: &numbers))
        let count = Int.random(in: 0...2000, using: &numbers)
        // Rows that finish are nearly in order, or in none at all; some stand twice.
        let spread = UInt64.random(in: 1...3000, using: &numbers)
        let all = (0..<count).map { UInt64($0) + UInt64.random(in: 0..<spread, using: &numbers) }
        for number in all { runs.add(number) }
        var found: [UInt64] = []
        while let number = runs.next() { found.append(number) }
        #expect(found == all.sorted())
        #expect(runs.next() == nil)
    }

    @Test("nothing gives nothing")
    func nothing() {
        var runs = SortedRuns()
        #expect(runs.next() == nil)
    }
}
