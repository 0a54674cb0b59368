import Basics
import OrderedJSON
import TestSupport
import Testing

@Suite struct JSONFuzzTests {
    @Test("random bytes never crash a reader", arguments: 0..<20 as Range<UInt64>)
    func bytes(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("{}[]\",:\\/u0123456789.eE+-truefalsnl \n\u{0}*#'é😀".utf8) + [0xFF, 0xC0, 0xE0]
        for _ in 0..<500 {
            let text = (0..<Int.random(in: 0..<60, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            readEveryWay(text)
        }
    }

    @Test("damaged JSON never crashes a reader", arguments: 0..<20 as Range<UInt64>)
    func mutations(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            var text = Array(JSON.random(using: &generator).text(.pythonASCII).utf8)
            for _ in 0..<Int.random(in: 1..<5, using: &generator) where !text.isEmpty {
                let place = Int.random(in: 0..<text.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: text.remove(at: place)
                case 1: text[place] = UInt8.random(in: 0...255, using: &generator)
                default: text.removeSubrange(place...)
                }
            }
            readEveryWay(text)
        }
    }

    /// Every reader agrees on whether a text is JSON, and what it takes can be written and read again.
    private func readEveryWay(_ bytes: [UInt8]) {
        for options in [JSONReadingOptions.strict, .jsonc, .python] {
            let plain = try? JSON(parsing: bytes, options: options)
            let positioned = try? PositionedJSON(parsing: bytes, options: options)
            #expect(plain == positioned?.json)
            if let plain { #expect((try? JSON(parsing: plain.text(), options: .python)) == plain) }
        }
    }
}
