/// A string value with its places, down to each character.
public struct PositionedString: Sendable {
    /// The decoded text.
    public var text: String
    /// From the opening quote to behind the closing one.
    public var range: Range<TextPosition>
    /// The spelling between the quotes when it holds escapes; without one it is the text itself.
    var spelling: [UInt8]?

    /// The source place of a scalar of the decoded text, counted from 0.
    ///
    /// Of an escape it is the place of the backslash. An index at or behind the end gives the place of the closing quote.
    public func position(ofScalar index: Int) -> TextPosition {
        var position = range.lowerBound
        position.offset += 1
        position.column += 1
        guard let spelling else {
            for scalar in text.unicodeScalars.prefix(max(0, index)) {
                position.offset += UTF8.width(scalar)
                position.column += 1
            }
            return position
        }
        var place = 0
        for _ in 0..<max(0, index) where place < spelling.count {
            let length = Self.length(at: place, in: spelling)
            position.offset += length
            position.column += spelling[place] == UInt8(ascii: "\\") ? length : 1
            place += length
        }
        return position
    }

    /// How many bytes spell the scalar that begins at a place: an escape, a surrogate pair of escapes, or the scalar.
    private static func length(at place: Int, in spelling: [UInt8]) -> Int {
        guard spelling[place] == UInt8(ascii: "\\") else {
            var end = place + 1
            while end < spelling.count, spelling[end] & 0xC0 == 0x80 { end += 1 }
            return end - place
        }
        guard let high = unit(at: place, in: spelling) else { return 2 }
        guard (0xD800...0xDBFF).contains(high), let low = unit(at: place + 6, in: spelling),
            (0xDC00...0xDFFF).contains(low)
        else { return 6 }
        return 12
    }

    private static func unit(at place: Int, in spelling: [UInt8]) -> UInt32? {
        guard place + 6 <= spelling.count, spelling[place] == UInt8(ascii: "\\"),
            spelling[place + 1] == UInt8(ascii: "u")
        else { return nil }
        return spelling[place + 2..<place + 6].reduce(0) { $0 << 4 | UInt32($1.hexDigitValue ?? 0) }
    }
}
