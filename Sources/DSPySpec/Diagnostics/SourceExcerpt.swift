import DSPyCore
import OrderedJSON

/// The part of a line that shows a fault; a long line is cut around it, and secrets in it are shown as `"…"`.
package struct SourceExcerpt: Sendable, Hashable {
    /// The text, without its line end and with control characters blanked.
    package let text: String
    /// Where the fault starts in the text: Unicode scalars from 1.
    package let column: Int

    /// How many characters of the line each character of the text stands for, where that is not one for each.
    private var widths: [Int] = []

    /// How many characters are shown on either side of the fault's start.
    private static let reach = 100

    /// The part around a place; the work done does not depend on how long the line is.
    ///
    /// - Parameter secrets: Where secrets stand, in order.
    init(_ bytes: [UInt8], around offset: Int, hiding secrets: [Range<Int>] = []) {
        var place = min(max(0, offset), bytes.count)
        // A fault inside a secret is shown at its start.
        if let secret = Self.first(of: secrets, endingAfter: place), secret.contains(place) {
            place = secret.lowerBound
        }
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
        var line = Line()
        line.add(lead)
        line.add(bytes, start..<place, hiding: secrets)
        column = line.text.unicodeScalars.count + 1
        line.add(bytes, place..<end, hiding: secrets)
        line.add(rest)
        text = Self.shown(line.text)
        if line.widths.contains(where: { $0 != 1 }) { widths = line.widths }
    }

    /// A line that grows, with what each of its characters stands for.
    private struct Line {
        var text = ""
        var widths: [Int] = []

        mutating func add(_ more: String) {
            text += more
            widths += Array(repeating: 1, count: more.unicodeScalars.count)
        }

        mutating func add(_ bytes: [UInt8], _ range: Range<Int>, hiding secrets: [Range<Int>]) {
            var place = range.lowerBound
            while let secret = SourceExcerpt.first(of: secrets, endingAfter: place),
                secret.lowerBound < range.upperBound
            {
                add(String(decoding: bytes[place..<max(place, secret.lowerBound)], as: UTF8.self))
                let hidden = secret.clamped(to: range)
                let mask = "\"\(SecretOptions.mask)\""
                text += mask
                let count = String(decoding: bytes[hidden], as: UTF8.self).unicodeScalars.count
                widths += [max(1, count - 2), 1, 1]
                place = secret.upperBound
            }
            if place < range.upperBound { add(String(decoding: bytes[place..<range.upperBound], as: UTF8.self)) }
        }
    }

    /// The first of some ranges in order that ends behind a place.
    private static func first(of ranges: [Range<Int>], endingAfter place: Int) -> Range<Int>? {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound > place { high = middle } else { low = middle + 1 }
        }
        return low < ranges.count ? ranges[low] : nil
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
        let under = scalars.dropFirst(column - 1).prefix(shown(max(1, length))).map { scalar in
            String(repeating: "^", count: Self.width(scalar))
        }
        let carets = under.joined()
        return lead.joined() + (carets.isEmpty ? "^" : carets)
    }

    /// How many characters of the text show so many of the line, from the fault's start.
    private func shown(_ length: Int) -> Int {
        guard !widths.isEmpty else { return length }
        var (count, sum) = (0, 0)
        for width in widths.dropFirst(column - 1) where sum < length {
            sum += width
            count += 1
        }
        return count
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
