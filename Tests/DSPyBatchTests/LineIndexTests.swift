import Basics
import Platform
import TestSupport
import Testing

@testable import DSPyBatch

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("Lines by their numbers")
struct LineIndexTests {
    @Test("each line is found, short and long ones, whatever the chunks were", arguments: 1...10)
    func lines(seed: Int) throws {
        var numbers = SeededGenerator(seed: UInt64(seed))
        let texts = (0..<300).map { number in
            let isLong = Int.random(in: 0..<50, using: &numbers) == 0
            let length = Int.random(in: 0...(isLong ? 60_000 : 300), using: &numbers)
            return "\(number) " + String(repeating: "x", count: length) + "\n"
        }
        let folder = try TemporaryFolder()
        let path = try folder.write(texts.joined(), to: "lines")
        let file = try OpenFile(path, for: .reading)
        defer { file.close() }
        var index = LineIndex()
        var rest = Array(texts.joined().utf8)[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(Int.random(in: 1...9000, using: &numbers))
            chunk.withUnsafeBytes { index.add($0) }
            rest = rest[chunk.endIndex...]
        }
        for number in texts.indices.shuffled(using: &numbers) {
            let line = try index.line(number, in: file)
            #expect(line.elementsEqual(texts[number].utf8), "line \(number)")
        }
        #expect(throws: BatchFailure.self) { try index.line(texts.count, in: file) }
    }
}
