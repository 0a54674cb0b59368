/// How many columns characters take in a terminal.
///
/// - Source: Unicode's EastAsianWidth (W and F take two columns) and emoji-data.
package enum DisplayWidth {
    /// The columns of one character: 0, 1 or 2.
    package static func of(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        // Nearly all text.
        if first.value < 0x300 { return character.unicodeScalars.count == 1 ? 1 : width(of: character, first) }
        return width(of: character, first)
    }

    /// The columns of a text of one line.
    package static func of(_ text: String) -> Int { text.reduce(0) { $0 + of($1) } }

    /// A text that takes no more than so many columns; where something is left out, it ends in `…`.
    package static func cut(_ text: String, to width: Int) -> String {
        guard of(text) > width else { return text }
        var (used, shown) = (0, "")
        for character in text {
            used += of(character)
            if used > width - 1 { break }
            shown.append(character)
        }
        return width > 0 ? shown + "…" : ""
    }

    private static func width(of character: Character, _ first: Unicode.Scalar) -> Int {
        if isWide(first) || first.properties.isEmojiPresentation { return 2 }
        // A sign that a variation selector turns into an emoji, a flag, a keycap.
        if character.unicodeScalars.contains("\u{FE0F}") { return 2 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return (0x1160...0x11FF).contains(first.value) ? 0 : 1
        }
    }

    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x1100 else { return false }
        var (low, high) = (0, wide.count)
        while low < high {
            let middle = (low + high) / 2
            if wide[middle].upperBound < scalar.value { low = middle + 1 } else { high = middle }
        }
        return low < wide.count && wide[low].contains(scalar.value)
    }

    /// Wide characters that are no emoji, in rising order.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x3247, 0x3250...0x4DBF, 0x4E00...0xA4CF,
        0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60,
        0xFFE0...0xFFE6, 0x16FE0...0x16FF1, 0x17000...0x18CFF, 0x18D00...0x18D08, 0x1AFF0...0x1B2FF, 0x1F200...0x1F265,
        0x20000...0x2FFFD, 0x30000...0x3FFFD,
    ]
}
