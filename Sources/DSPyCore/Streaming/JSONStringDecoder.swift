/// Decodes the inside of a JSON string that comes in pieces; half an escape, or half a surrogate pair, is held back.
struct JSONStringDecoder: Sendable {
    /// What ended a stretch.
    enum Stop {
        /// The bytes ran out.
        case ran
        /// The closing quote, which was taken.
        case closed
        /// An escape that JSON does not have.
        case broken
    }

    private enum Part: Sendable {
        case plain
        /// Behind a backslash.
        case escape
        /// Inside `\uXXXX`: the digits so far.
        case unicode(value: UInt32, digits: Int)
    }

    /// Whether only what JSON allows was found: no bare control characters.
    private(set) var isStrict = true
    private var part = Part.plain
    /// The first half of a surrogate pair, which waits for its second.
    private var high: UInt32?

    /// Decodes from a place on.
    ///
    /// - Returns: Where it stopped, and why.
    mutating func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, into text: inout [UInt8]
    ) -> (place: Int, stop: Stop) {
        var place = start
        while place < bytes.count {
            switch part {
            case .plain:
                let run = place
                while place < bytes.count, bytes[place] != 0x22, bytes[place] != 0x5C {
                    if bytes[place] < 0x20 { isStrict = false }
                    place += 1
                }
                if place > run {
                    dropHigh(into: &text)
                    text.append(contentsOf: bytes[run..<place])
                }
                guard place < bytes.count else { return (place, .ran) }
                place += 1
                if bytes[place - 1] == 0x22 {
                    dropHigh(into: &text)
                    return (place, .closed)
                }
                part = .escape
            case .escape:
                guard take(escape: bytes[place], into: &text) else { return (place, .broken) }
                place += 1
            case .unicode(let value, let digits):
                guard let digit = bytes[place].hexDigit else { return (place, .broken) }
                place += 1
                let value = value << 4 | UInt32(digit)
                if digits == 3 {
                    part = .plain
                    take(unit: value, into: &text)
                } else {
                    part = .unicode(value: value, digits: digits + 1)
                }
            }
        }
        return (place, .ran)
    }

    private mutating func take(escape: UInt8, into text: inout [UInt8]) -> Bool {
        let decoded: UInt8
        switch escape {
        case 0x22, 0x5C, 0x2F: decoded = escape
        case UInt8(ascii: "b"): decoded = 0x08
        case UInt8(ascii: "f"): decoded = 0x0C
        case UInt8(ascii: "n"): decoded = 0x0A
        case UInt8(ascii: "r"): decoded = 0x0D
        case UInt8(ascii: "t"): decoded = 0x09
        case UInt8(ascii: "u"):
            part = .unicode(value: 0, digits: 0)
            return true
        default: return false
        }
        part = .plain
        dropHigh(into: &text)
        text.append(decoded)
        return true
    }

    private mutating func take(unit: UInt32, into text: inout [UInt8]) {
        if let first = high, (0xDC00...0xDFFF).contains(unit) {
            high = nil
            append(Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (unit - 0xDC00)), into: &text)
            return
        }
        dropHigh(into: &text)
        if (0xD800...0xDBFF).contains(unit) {
            high = unit
        } else {
            append(Unicode.Scalar(unit), into: &text)
        }
    }

    /// A half without its other half becomes U+FFFD, as everywhere in this library.
    private mutating func dropHigh(into text: inout [UInt8]) {
        guard high != nil else { return }
        high = nil
        append(nil, into: &text)
    }

    private func append(_ scalar: Unicode.Scalar?, into text: inout [UInt8]) {
        text.append(contentsOf: UTF8.encode(scalar ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter)
    }
}

extension UInt8 {
    /// What an ASCII hexadecimal digit stands for, else nil.
    fileprivate var hexDigit: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x61...0x66: self - 0x61 + 10
        case 0x41...0x46: self - 0x41 + 10
        default: nil
        }
    }
}
