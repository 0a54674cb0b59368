/// Python's string methods, where Swift's differ: they work on code points, and know other white space.
package enum PythonString {
    /// Whether `str.isspace` holds for the code point.
    package static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// Whether `str.splitlines` ends a line at the code point.
    package static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    /// `str.strip()`.
    package static func strip(_ text: some StringProtocol) -> String {
        stripEnd(stripStart(text))
    }

    /// `str.lstrip()`.
    package static func stripStart(_ text: some StringProtocol) -> Substring.UnicodeScalarView {
        Substring(text).unicodeScalars.drop(while: isSpace)
    }

    private static func stripEnd(_ scalars: Substring.UnicodeScalarView) -> String {
        var rest = scalars
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return String(rest)
    }

    /// `str.splitlines()`: the lines without their ends; no empty line after a final line end.
    package static func splitLines(_ text: String) -> [String] {
        var lines: [String] = []
        let scalars = text.unicodeScalars
        var start = scalars.startIndex
        var place = start
        while place < scalars.endIndex {
            let scalar = scalars[place]
            let next = scalars.index(after: place)
            guard isLineEnd(scalar) else {
                place = next
                continue
            }
            lines.append(String(scalars[start..<place]))
            start = next
            if scalar == "\r", next < scalars.endIndex, scalars[next] == "\n" { start = scalars.index(after: next) }
            place = start
        }
        if start < scalars.endIndex { lines.append(String(scalars[start...])) }
        return lines
    }

    /// `str.split(separator)` at every occurrence of one code point.
    package static func split(_ text: String, at separator: Unicode.Scalar) -> [String] {
        text.unicodeScalars.split(separator: separator, omittingEmptySubsequences: false).map { String($0) }
    }

    /// `str.replace(old, new)`, compared by bytes; `old` is not empty.
    package static func replace(_ text: String, _ old: String, with new: String) -> String {
        let pieces = pieces(of: text, around: old)
        return pieces.count == 1 ? text : pieces.joined(separator: new)
    }

    /// The stretches of text between the occurrences of a separator, compared by bytes; the separator is not empty.
    package static func pieces(of text: String, around separator: String) -> [String] {
        let bytes = Array(text.utf8)
        let needle = Array(separator.utf8)
        guard !needle.isEmpty, bytes.count >= needle.count else { return [text] }
        var pieces: [String] = []
        var start = 0
        var place = 0
        while place <= bytes.count - needle.count {
            if bytes[place] == needle[0], bytes[place..<(place + needle.count)].elementsEqual(needle) {
                pieces.append(String(decoding: bytes[start..<place], as: UTF8.self))
                place += needle.count
                start = place
            } else {
                place += 1
            }
        }
        if pieces.isEmpty { return [text] }
        pieces.append(String(decoding: bytes[start...], as: UTF8.self))
        return pieces
    }

    /// `needle in text`, compared by bytes.
    package static func contains(_ text: String, _ needle: String) -> Bool {
        needle.isEmpty || pieces(of: text, around: needle).count > 1
    }

    /// `text.startswith(prefix)`, compared by bytes.
    package static func hasPrefix(_ text: some StringProtocol, _ prefix: String) -> Bool {
        text.utf8.starts(with: prefix.utf8)
    }

    /// `text.endswith(suffix)`, compared by bytes.
    package static func hasSuffix(_ text: some StringProtocol, _ suffix: String) -> Bool {
        text.utf8.reversed().starts(with: suffix.utf8.reversed())
    }

    /// `str.isidentifier()`.
    package static func isIdentifier(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first else { return false }
        return isIdentifierStart(first) && text.unicodeScalars.dropFirst().allSatisfy(isIdentifierPart)
    }

    /// Whether an identifier may start with the code point.
    package static func isIdentifierStart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isXIDStart
    }

    /// Whether an identifier may go on with the code point.
    package static func isIdentifierPart(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isXIDContinue
    }

    /// `inspect.cleandoc`: tabs expanded, the margin of all lines but the first removed, blank lines at both ends dropped.
    package static func cleanDoc(_ text: String) -> String {
        var lines = split(expandTabs(text), at: "\n")
        let margin = lines.dropFirst()
            .filter { !stripStart($0).isEmpty }
            .map { $0.unicodeScalars.count - stripStart($0).count }
            .min()
        if !lines.isEmpty { lines[0] = String(stripStart(lines[0])) }
        if let margin {
            for place in lines.indices.dropFirst() {
                lines[place] = String(lines[place].unicodeScalars.dropFirst(margin))
            }
        }
        while lines.last == "" { lines.removeLast() }
        while lines.first == "" { lines.removeFirst() }
        return lines.joined(separator: "\n")
    }

    /// `str.expandtabs()`: tab stops every eight code points.
    package static func expandTabs(_ text: String) -> String {
        guard text.utf8.contains(0x09) else { return text }
        var expanded = String.UnicodeScalarView()
        var column = 0
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\t":
                let width = 8 - column % 8
                for _ in 0..<width { expanded.append(" ") }
                column += width
            case "\n", "\r":
                expanded.append(scalar)
                column = 0
            default:
                expanded.append(scalar)
                column += 1
            }
        }
        return String(expanded)
    }

    /// `textwrap.dedent`: the white space that all non-blank lines share removed; blank lines become empty.
    package static func dedent(_ text: String) -> String {
        let lines = split(text, at: "\n").map { line -> [Unicode.Scalar] in
            line.unicodeScalars.allSatisfy({ $0 == " " || $0 == "\t" }) ? [] : Array(line.unicodeScalars)
        }
        var margin: [Unicode.Scalar]?
        for line in lines {
            let indent = Array(line.prefix { $0 == " " || $0 == "\t" })
            guard indent.count < line.count else { continue }
            guard let shared = margin else {
                margin = indent
                continue
            }
            margin = Array(zip(shared, indent).prefix { $0 == $1 }.map(\.0))
        }
        let width = margin?.count ?? 0
        return lines.map { line in
            var scalars = String.UnicodeScalarView()
            scalars.append(contentsOf: line.dropFirst(width))
            return String(scalars)
        }.joined(separator: "\n")
    }
}
