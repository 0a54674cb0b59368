import OrderedJSON

/// The part of a line that shows a fault; a long line is cut around it.
package struct SourceExcerpt: Sendable, Hashable {
    /// The text, without its line end and with control characters blanked.
    package let text: String
    /// Where the fault starts in the text: Unicode scalars from 1.
    package let column: Int

    /// How many characters are shown on either side of the fault's start.
    private static let reach = 100

    /// The part around a place; the work done does not depend on how long the line is.
    init(_ bytes: [UInt8], around offset: Int) {
        let place = min(max(0, offset), bytes.count)
        var start = place
        var seen = 0
        while start > 0, !Self.endsLine(bytes[start - 1]), seen < Self.reach, place - start < Self.reach * 4 {
            start -= 1
            if bytes[start] & 0xC0 != 0x80 { seen += 1 }
        }
        var end = place
        seen = 0
        while end < bytes.count, !Self.endsLine(bytes[end]), end - place < Self.reach * 4 {
            if bytes[end] & 0xC0 != 0x80 { seen += 1 }
            if seen > Self.reach { break }
            end += 1
        }
        let lead = start > 0 && !Self.endsLine(bytes[start - 1]) ? "…" : ""
        let rest = end < bytes.count && !Self.endsLine(bytes[end]) ? "…" : ""
        let before = lead + String(decoding: bytes[start..<place], as: UTF8.self)
        column = before.unicodeScalars.count + 1
        text = Self.shown(before + String(decoding: bytes[place..<end], as: UTF8.self) + rest)
    }

    private static func endsLine(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    private static func shown(_ text: String) -> String {
        var view = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            view.append((scalar.value < 0x20 && scalar != "\t") || scalar.value == 0x7F ? " " : scalar)
        }
        return String(view)
    }

    /// The carets that stand under a number of characters from the fault's start.
    ///
    /// Tabs stay tabs, so that the carets stand under the text in any terminal; wide characters take two columns.
    func carets(_ length: Int) -> String {
        let scalars = Array(text.unicodeScalars)
        let lead = scalars.prefix(column - 1).map { scalar in
            scalar == "\t" ? "\t" : String(repeating: " ", count: Self.width(scalar))
        }
        let under = scalars.dropFirst(column - 1).prefix(max(1, length)).map { scalar in
            String(repeating: "^", count: Self.width(scalar))
        }
        let carets = under.joined()
        return lead.joined() + (carets.isEmpty ? "^" : carets)
    }

    /// How many columns of a terminal a character takes.
    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
