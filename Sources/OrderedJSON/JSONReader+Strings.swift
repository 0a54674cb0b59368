extension JSONReader {
    /// Reads the string whose opening quote stands at the cursor.
    mutating func readString() throws(JSONError) -> String {
        offset += 1
        let start = offset
        offset = bytes.endOfRun(from: start, isASCII: true)
        let isASCII = byte.map { $0 < 0x7F } ?? true
        if !isASCII { offset = bytes.endOfRun(from: offset, isASCII: false) }
        switch byte {
        case UInt8(ascii: "\"")?:
            let text = try plainText(start..<offset, isASCII: isASCII)
            offset += 1
            return text
        case UInt8(ascii: "\\")?: return try readEscapedString(from: start)
        case nil: throw unclosedString(from: start)
        default: throw controlCharacter()
        }
    }

    private func plainText(_ range: Range<Int>, isASCII: Bool) throws(JSONError) -> String {
        let content = UnsafeBufferPointer(rebasing: bytes[range])
        if isASCII { return String(decoding: content, as: UTF8.self) }
        if let text = String(validating: content, as: UTF8.self) { return text }
        throw invalidUTF8(at: firstInvalidUTF8(in: range) ?? range.lowerBound)
    }

    /// Reads on from the first backslash; runs between escapes are copied whole.
    private mutating func readEscapedString(from start: Int) throws(JSONError) -> String {
        var text = ByteBuffer(capacity: endOfString(from: offset) - start)
        var runStart = start
        while true {
            offset = bytes.endOfRun(from: offset, isASCII: false)
            guard offset < bytes.count else { throw unclosedString(from: start) }
            guard bytes[offset] >= 0x20 else { throw controlCharacter() }
            text.append(try plainBytes(runStart..<offset))
            if bytes[offset] == UInt8(ascii: "\"") {
                offset += 1
                return String(decoding: text.bytes, as: UTF8.self)
            }
            try readEscape(into: &text, stringStart: start)
            runStart = offset
        }
    }

    /// About where the string ends: at its closing quote, or where it cannot go on.
    private func endOfString(from start: Int) -> Int {
        var place = start
        while true {
            place = bytes.endOfRun(from: place, isASCII: false)
            guard place < bytes.count, bytes[place] == UInt8(ascii: "\\") else { return min(place, bytes.count) }
            place += 2
            if place >= bytes.count { return bytes.count }
        }
    }

    private func plainBytes(_ range: Range<Int>) throws(JSONError) -> UnsafeBufferPointer<UInt8> {
        if bytes.endOfRun(from: range.lowerBound, isASCII: true) < range.upperBound,
            let invalid = firstInvalidUTF8(in: range)
        {
            throw invalidUTF8(at: invalid)
        }
        return UnsafeBufferPointer(rebasing: bytes[range])
    }

    private mutating func readEscape(into text: inout ByteBuffer, stringStart: Int) throws(JSONError) {
        guard offset + 1 < bytes.count else { throw unclosedString(from: stringStart) }
        let escape = bytes[offset + 1]
        if escape == UInt8(ascii: "u") {
            for byte in UTF8.encode(try readUnicodeEscape()) ?? UTF8.encodedReplacementCharacter { text.append(byte) }
            return
        }
        let decoded: UInt8? =
            switch escape {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): escape
            case UInt8(ascii: "b"): 0x08
            case UInt8(ascii: "f"): 0x0C
            case UInt8(ascii: "n"): 0x0A
            case UInt8(ascii: "r"): 0x0D
            case UInt8(ascii: "t"): 0x09
            default: nil
            }
        guard let decoded else {
            throw failure(
                .invalidEscape, "a backslash before \(found(at: offset + 1)) is no escape; write '\\\\' for itself")
        }
        text.append(decoded)
        offset += 2
    }

    /// Reads `\uXXXX`, and the low half that follows a high one; half a pair alone becomes U+FFFD.
    private mutating func readUnicodeEscape() throws(JSONError) -> Unicode.Scalar {
        guard let unit = hexUnit(at: offset + 2) else {
            throw failure(.invalidEscape, "'\\u' needs four hexadecimal digits")
        }
        offset += 6
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xDC00, offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"),
            bytes[offset + 1] == UInt8(ascii: "u"), let low = hexUnit(at: offset + 2), (0xDC00...0xDFFF).contains(low)
        else { return "\u{FFFD}" }
        offset += 6
        return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    }

    private func hexUnit(at place: Int) -> UInt32? {
        guard place + 4 <= bytes.count else { return nil }
        var unit: UInt32 = 0
        for digit in bytes[place..<place + 4] {
            guard let value = digit.hexDigitValue else { return nil }
            unit = unit << 4 | UInt32(value)
        }
        return unit
    }

    private func controlCharacter() -> JSONError {
        failure(.controlCharacter, "\(found(at: offset)) inside a string must be written as an escape")
    }

    private func unclosedString(from start: Int) -> JSONError {
        failure(.unexpectedEnd, "this string has no closing quote", at: start - 1)
    }
}

extension UInt8 {
    /// What an ASCII hexadecimal digit stands for, else nil.
    var hexDigitValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
