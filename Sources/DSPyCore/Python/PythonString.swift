/// Python's string methods, where Swift's differ: they work on code points, and know other white space.
package enum PythonString {
    /// Whether `str.isspace` holds for the code point.
    package static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// `str.strip()`.
    package static func strip(_ text: some StringProtocol) -> String {
        let fast = text.utf8.withContiguousStorageIfAvailable { bytes -> String? in
            guard let range = plainRange(of: bytes) else { return nil }
            return String(decoding: bytes[range], as: UTF8.self)
        }
        return fast.flatMap { $0 } ?? stripEnd(stripStart(text))
    }

    /// `str.strip()` of a text's bytes.
    static func strip(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        guard let range = plainRange(of: bytes) else { return strip(String(decoding: bytes, as: UTF8.self)) }
        return String(decoding: bytes[range], as: UTF8.self)
    }

    /// What is left of a text without white space at both ends; nil when it takes more than ASCII to tell.
    private static func plainRange(of bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        var (start, end) = (0, bytes.count)
        while start < end, isSpace(Unicode.Scalar(bytes[start])), bytes[start] < 0x80 { start += 1 }
        while start < end, isSpace(Unicode.Scalar(bytes[end - 1])), bytes[end - 1] < 0x80 { end -= 1 }
        guard start < end else { return start..<start }
        return bytes[start] < 0x80 && bytes[end - 1] < 0x80 ? start..<end : nil
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
        var text = text
        return text.withUTF8 { bytes in
            var lines: [String] = []
            var start = 0
            while start < bytes.count {
                let (end, next) = line(in: bytes, from: start)
                lines.append(String(decoding: bytes[start..<end], as: UTF8.self))
                start = next
            }
            return lines
        }
    }

    /// Where the line at a place ends, and where the next one begins.
    static func line(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> (end: Int, next: Int) {
        var place = endOfPlainRun(in: bytes, from: start)
        while place < bytes.count {
            let length = lineEnd(in: bytes, at: place)
            if length > 0 { return (place, place + length) }
            place = endOfPlainRun(in: bytes, from: place + 1)
        }
        return (place, place)
    }

    /// Where the run of bytes ends that are ASCII and no control characters: most of every text, and no line end.
    private static func endOfPlainRun(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var place = start
        let raw = UnsafeRawBufferPointer(bytes)
        // Eight bytes at a time. A subtraction that borrows only spoils bytes above the first hit, which is all that counts.
        while place + 8 <= bytes.count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            let hits = ((word &- 0x2020_2020_2020_2020) | word) & 0x8080_8080_8080_8080
            if hits != 0 { return place + hits.trailingZeroBitCount / 8 }
            place += 8
        }
        while place < bytes.count, bytes[place] &- 0x20 < 0x60 { place += 1 }
        return place
    }

    /// Whether there are line ends beside the plain line feed.
    static func hasOddLineEnds(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var place = endOfPlainRun(in: bytes, from: 0)
        while place < bytes.count {
            if bytes[place] != 0x0A, lineEnd(in: bytes, at: place) > 0 { return true }
            place = endOfPlainRun(in: bytes, from: place + 1)
        }
        return false
    }

    /// How many bytes the line end at a place has; 0 when there is none.
    static func lineEnd(in bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Int {
        func byte(_ distance: Int) -> UInt8 { place + distance < bytes.count ? bytes[place + distance] : 0 }
        switch bytes[place] {
        case 0x0D: return byte(1) == 0x0A ? 2 : 1
        case 0x0A...0x0C, 0x1C...0x1E: return 1
        case 0xC2: return byte(1) == 0x85 ? 2 : 0
        case 0xE2: return byte(1) == 0x80 && (byte(2) == 0xA8 || byte(2) == 0xA9) ? 3 : 0
        default: return 0
        }
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
        var (text, needle) = (text, needle)
        return text.withUTF8 { bytes in
            needle.withUTF8 { needle in
                guard let first = needle.first else { return true }
                var place = 0
                while place <= bytes.count - needle.count {
                    if bytes[place] == first, bytes[place..<(place + needle.count)].elementsEqual(needle) {
                        return true
                    }
                    place += 1
                }
                return false
            }
        }
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

    /// `f"{number:,}"` of a number that is not negative, or with another text between the groups of three.
    package static func grouped(_ number: Int, by separator: String = ",") -> String {
        let digits = String(number)
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text += separator }
            text.append(digit)
        }
        return text
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
