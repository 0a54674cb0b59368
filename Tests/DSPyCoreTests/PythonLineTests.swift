import Basics
import TestSupport
import Testing

@testable import DSPyCore

@Suite("Lines as Python's splitlines cuts them")
struct PythonLineTests {
    @Test("a line ends where the first line end stands, byte by byte", arguments: 1...20)
    func ends(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let pieces = [
            "a", " ", "~", "\u{7F}", "plain text of some length", "\n", "\r", "\r\n", "\u{B}", "\u{1C}", "\u{1F}", "\t",
            "\u{85}", "\u{84}", "\u{2028}", "\u{2027}", "é", "日", "😀",
        ]
        for _ in 0..<500 {
            var text = random.text(of: pieces, upTo: 12)
            text.withUTF8 { bytes in
                for start in 0...bytes.count {
                    let place =
                        (start..<bytes.count).first { PythonString.lineEnd(in: bytes, at: $0) > 0 } ?? bytes.count
                    let length = place < bytes.count ? PythonString.lineEnd(in: bytes, at: place) : 0
                    #expect(PythonString.line(in: bytes, from: start) == (place, place + length))
                }
                let isOdd = bytes.indices.contains {
                    bytes[$0] != 0x0A && PythonString.lineEnd(in: bytes, at: $0) > 0
                }
                #expect(PythonString.hasOddLineEnds(bytes) == isOdd)
            }
        }
    }
}
