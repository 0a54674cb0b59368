package import OrderedJSON

/// One finding in a program file: where, how bad, what was found and expected, and what to do.
package struct SpecDiagnostic: Error, Sendable, Hashable, CustomStringConvertible {
    /// How bad it is.
    package enum Severity: String, Sendable, Hashable {
        /// The program cannot run.
        case error
        /// The program runs, but perhaps not as meant.
        case warning
    }

    /// How bad it is.
    package var severity: Severity
    /// The kind of finding; names are stable.
    package var code: SpecCode
    /// What was found and what was expected.
    package var message: String
    /// What was probably meant, or how to go on.
    package var help: String?
    /// The file as it was named; nil for a signature given on the command line.
    package var file: String
    /// From the first character of the faulty text to the place behind its last one.
    package var range: Range<TextPosition>
    /// The line that holds the start, without its end.
    package var sourceLine: String

    /// `file:line:column: error: message`.
    package var summary: String {
        "\(file):\(range.lowerBound): \(severity.rawValue): \(message)"
    }

    /// The summary, the source line with a caret under the faulty text, and the help.
    package var description: String {
        let number = String(range.lowerBound.line)
        let margin = String(repeating: " ", count: number.count)
        var text = "\(summary)\n \(number) | \(Self.clipped(sourceLine, around: range.lowerBound.column).text)"
        text += "\n \(margin) | \(caret)"
        if let help { text += "\n \(margin) = \(help)" }
        return text
    }

    private var caret: String {
        let (shown, column) = Self.clipped(sourceLine, around: range.lowerBound.column)
        let length =
            range.upperBound.line == range.lowerBound.line
            ? max(1, range.upperBound.column - range.lowerBound.column) : 1
        let scalars = Array(shown.unicodeScalars)
        // Tabs stay tabs, so that the caret stands under the text in any terminal; wide characters take two columns.
        let lead = scalars.prefix(max(0, column - 1)).map { scalar -> String in
            scalar == "\t" ? "\t" : Self.isWide(scalar) ? "  " : " "
        }
        let under = scalars.dropFirst(max(0, column - 1)).prefix(length).map { Self.isWide($0) ? "^^" : "^" }
        return lead.joined() + (under.isEmpty ? "^" : under.joined())
    }

    /// A long line is cut to the part around the fault.
    private static func clipped(_ line: String, around column: Int) -> (text: String, column: Int) {
        let scalars = Array(line.unicodeScalars.filter { $0.value >= 0x20 || $0 == "\t" })
        guard scalars.count > 160 else { return (String(String.UnicodeScalarView(scalars)), column) }
        let start = max(0, min(column - 60, scalars.count - 120))
        let part = scalars[start..<min(scalars.count, start + 120)]
        let lead = start > 0 ? "…" : ""
        let end = start + 120 < scalars.count ? "…" : ""
        return (lead + String(String.UnicodeScalarView(part)) + end, column - start + lead.unicodeScalars.count)
    }

    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}

/// The kinds of findings in a program file; `rawValue` is the stable name that `check --format json` prints.
package enum SpecCode: String, Sendable, Hashable, CaseIterable {
    /// Not JSON.
    case syntax
    /// Nested deeper than a program may be.
    case tooDeep = "too_deep"
    /// A key that does not belong here.
    case unknownKey = "unknown_key"
    /// A key that stands twice.
    case duplicateKey = "duplicate_key"
    /// A key whose feature is not part of this version.
    case unavailable
    /// A value of the wrong kind.
    case wrongKind = "wrong_kind"
    /// A key that is missing, or two that exclude each other.
    case shape
    /// A signature string that DSPy refuses.
    case signature
    /// Something in a signature string that DSPy passes over in silence.
    case ignored
    /// A type that does not exist, or a default that does not fit its type.
    case type
    /// A field that the signature does not have.
    case unknownField = "unknown_field"
    /// A name that nothing defines.
    case unknownName = "unknown_name"
    /// Two things of one name.
    case nameClash = "name_clash"
    /// A value that hides one nobody has read.
    case shadowed
    /// An edge between two steps whose types do not fit.
    case edge
    /// A file that is missing, unreadable or outside the folder.
    case file
    /// A program that contains itself.
    case cycle
    /// A demo that does not fit the signature.
    case demo
    /// A key of a provider written into the file.
    case secret
}
