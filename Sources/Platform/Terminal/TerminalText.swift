extension Unicode.Scalar {
    /// Whether a terminal may obey it, or show what stands beside it in another order.
    ///
    /// C0 but line end and tab, DEL, C1, and the marks, overrides and isolates of bidirectional text. Letters that are read from right to left are none of these.
    package var isObeyed: Bool {
        switch value {
        case 0x09, 0x0A: false
        case ..<0x20, 0x7F...0x9F: true
        default: isDirection
        }
    }

    /// Whether it only says in which direction text is read.
    ///
    /// - Source: Unicode 16, UAX #9, 2.1 to 2.5.
    package var isDirection: Bool {
        switch value {
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// Written out as JSON and Swift readers know it: `\u202e`.
    package var writtenOut: String {
        let digits = String(value, radix: 16)
        return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension Terminal {
    /// A text in which nothing is left that a terminal would obey: such characters are written out, `\u001b`.
    ///
    /// In the text of JSON they can only stand inside strings, and there this is how JSON itself writes them: the value stays
    /// the same.
    ///
    /// - Parameter keepsLines: Whether line ends and tabs stay; else the text cannot pass for more than one line.
    package static func escaped(_ text: String, keepsLines: Bool = true) -> String {
        guard mayBeObeyed(text.utf8, keepsLines: keepsLines) else { return text }
        var shown = ""
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\n" where !keepsLines: shown += "\\n"
            case "\t" where !keepsLines: shown += "\\t"
            // The line end of other systems is none the less one.
            case "\r" where keepsLines && rest.first == "\n": break
            case _ where scalar.isObeyed: shown += scalar.writtenOut
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// The same for bytes of UTF-8.
    package static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        mayBeObeyed(bytes, keepsLines: true) ? Array(escaped(String(decoding: bytes, as: UTF8.self)).utf8) : bytes
    }

    /// What to do with bytes for a descriptor: nil for anything but a terminal, which gets them as they are.
    package static func escaping(for descriptor: Int32) -> (@Sendable ([UInt8]) -> [UInt8])? {
        isTTY(descriptor) ? { @Sendable bytes in escaped(bytes) } : nil
    }

    /// Whether there is a byte that something obeyed may begin with.
    private static func mayBeObeyed(_ bytes: some Sequence<UInt8>, keepsLines: Bool) -> Bool {
        bytes.contains { byte in
            switch byte {
            case 0x09, 0x0A: !keepsLines
            // C2 begins C1, D8 and E2 the marks of direction.
            case ..<0x20, 0x7F, 0xC2, 0xD8, 0xE2: true
            default: false
            }
        }
    }
}
