import Basics
import TestSupport
import Testing

@testable import DSPyBatch

@Suite("The ids that were met")
struct IDTableTests {
    @Test("it tells what a dictionary tells, whatever the ids", arguments: 1...10)
    func dictionary(seed: Int) {
        var numbers = SeededGenerator(seed: UInt64(seed))
        var (table, known, wrong) = (IDTable(), [[UInt8]: Int](), [String]())
        let letters = Array("abé0\u{0}😀".unicodeScalars)
        for line in 1...20_000 {
            let length = Int.random(in: 0...Int.random(in: 0...40, using: &numbers), using: &numbers)
            var id = ""
            for _ in 0..<length { id.unicodeScalars.append(letters.randomElement(using: &numbers) ?? "x") }
            let first = known[Array(id.utf8)]
            if table.note(id, line: line) != first { wrong.append(id) }
            if first == nil { known[Array(id.utf8)] = line }
        }
        #expect(wrong == [] && table.count == known.count)
    }

    @Test("ids are the same when their bytes are, not when they look the same")
    func bytes() {
        var table = IDTable()
        #expect(table.note("\u{E9}", line: 1) == nil)
        #expect(table.note("e\u{301}", line: 2) == nil)
        #expect(table.note("\u{E9}", line: 3) == 1)
    }

    @Test("hashes that agree in part are told apart by the rest", arguments: 1...10)
    func collisions(seed: Int) {
        var numbers = SeededGenerator(seed: UInt64(seed))
        var (table, known, wrong) = (IDTable(), [[UInt64]: Int](), [String]())
        // Few first halves, at both ends of the space and between, and few second ones.
        let firsts: [UInt64] = [0, 1, .max, .max - 1, 1 << 63, numbers.next(), numbers.next()]
        for line in 1...5000 {
            let first = firsts.randomElement(using: &numbers) ?? 0
            let second = UInt64.random(in: 0..<64, using: &numbers) << 40 | UInt64.random(in: 0..<2, using: &numbers)
            let before = known[[first, second]]
            if table.note(first, second, line: line) != before { wrong.append("\(first) \(second)") }
            if before == nil { known[[first, second]] = line }
        }
        #expect(wrong == [] && table.count == known.count)
    }

    @Test("a row takes about twenty bytes at the most, at any size of a larger table")
    func size() {
        var table = IDTable()
        for line in 1...200_000 {
            let first = table.note("row-\(line)-with-a-rather-long-name", line: line)
            guard line >= 100_000, line % 10_000 == 0 else { continue }
            #expect(first == nil)
            #expect(table.byteCount <= line * 22, "\(Double(table.byteCount) / Double(line)) bytes at \(line)")
        }
        #expect(table.note("row-1-with-a-rather-long-name", line: 9) == 1)
    }

    @Test("a line beyond all bounds is told as the last one that can be")
    func lines() {
        var table = IDTable()
        #expect(table.note("a", line: .max) == nil)
        #expect(table.note("a", line: 1) == 1 << 40 - 1)
    }
}
