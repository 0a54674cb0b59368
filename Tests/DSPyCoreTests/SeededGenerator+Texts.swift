import Basics
import TestSupport

extension SeededGenerator {
    /// A text of random pieces.
    mutating func text(of pieces: [String], upTo count: Int) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...count, using: &self) { text += pieces.randomElement(using: &self) ?? "" }
        return text
    }

    /// The text with some of it dropped, doubled or replaced.
    mutating func damaged(_ text: String, with pieces: [String]) -> String {
        var scalars = Array(text.unicodeScalars)
        for _ in 0..<Int.random(in: 1...4, using: &self) {
            let place = Int.random(in: 0...scalars.count, using: &self)
            let end = min(scalars.count, place + Int.random(in: 0...3, using: &self))
            scalars.replaceSubrange(place..<end, with: Array((pieces.randomElement(using: &self) ?? "").unicodeScalars))
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
