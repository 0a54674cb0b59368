extension Terminal {
    /// Text from outside without anything a terminal would obey: escape sequences, control characters but line end and
    /// tab, DEL and C1.
    ///
    /// An escape sequence without end loses only its first character, so it cannot swallow what follows.
    package static func sanitized(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = String.UnicodeScalarView()
        var rest = Substring(text).unicodeScalars
        while let scalar = rest.first {
            rest.removeFirst()
            switch scalar {
            case "\u{1B}": skipSequence(&rest)
            case "\u{9B}": skipControlSequence(&rest)
            case "\u{90}", "\u{98}", "\u{9D}", "\u{9E}", "\u{9F}": skipString(&rest)
            case _ where isControl(scalar): break
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case ..<0x20, 0x7F...0x9F: true
        default: false
        }
    }

    /// What follows ESC (ECMA-48 §5): a control sequence, a string with a terminator, or a few characters.
    private static func skipSequence(_ rest: inout Substring.UnicodeScalarView) {
        switch rest.first {
        case "[":
            rest.removeFirst()
            skipControlSequence(&rest)
        case "]", "P", "X", "^", "_":
            rest.removeFirst()
            skipString(&rest)
        default:
            let end = rest.drop { (0x20...0x2F).contains($0.value) }
            if let final = end.first, (0x30...0x7E).contains(final.value) { rest = end.dropFirst() }
        }
    }

    private static func skipControlSequence(_ rest: inout Substring.UnicodeScalarView) {
        let end = rest.drop { (0x30...0x3F).contains($0.value) }.drop { (0x20...0x2F).contains($0.value) }
        if let final = end.first, (0x40...0x7E).contains(final.value) { rest = end.dropFirst() }
    }

    private static func skipString(_ rest: inout Substring.UnicodeScalarView) {
        let end = rest.drop { $0 != "\u{07}" && $0 != "\u{1B}" && $0 != "\u{9C}" }
        guard let terminator = end.first else { return }
        let behind = end.dropFirst()
        if terminator != "\u{1B}" {
            rest = behind
        } else if behind.first == "\\" {
            rest = behind.dropFirst()
        }
    }
}
