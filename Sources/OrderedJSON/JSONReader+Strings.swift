extension JSONReader {
    /// Reads the string whose opening quote stands at the cursor.
    mutating func readString() throws(JSONError) -> String {
        offset += 1
        let start = offset
        var isASCII = true
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\"") {
                let text = try plainText(start..<offset, isASCII: isASCII)
                offset += 1
                return text
            }
            if byte == UInt8(ascii: "\\") { return try readEscapedString(from: start) }
            if byte < 0x20 { throw controlCharacter() }
            if byte >= 0x80 { isASCII = false }
            offset += 1
        }
        throw unclosedString(from: start)
    }

    private func plainText(_ range: Range<Int>, isASCII: Bool) throws(JSONError) -> String {
        let content = UnsafeBufferPointer(rebasing: bytes[range])
        if isASCII { return String(decoding: content, as: UTF8.self) }
        if let text = String(validating: content, as: UTF8.self) { return text }
        throw invalidUTF8(at: firstInvalidUTF8(in: range) ?? range.lowerBound)
    }

    /// Reads on from the first backslash; runs between escapes are copied whole.
    private mutating func readEscapedString(from start: Int) throws(JSONError) -> String {
        var text: [UInt8] = []
        var runStart = start
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                if let invalid = firstInvalidUTF8(in: runStart..<offset) { throw invalidUTF8(at: invalid) }
                text.append(contentsOf: bytes[runStart..<offset])
                offset += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                if let invalid = firstInvalidUTF8(in: runStart..<offset) { throw invalidUTF8(at: invalid) }
                text.append(contentsOf: bytes[runStart..<offset])
                try readEscape(into: &text, stringStart: start)
                runStart = offset
            case 0..<0x20:
                throw controlCharacter()
            default:
                offset += 1
            }
        }
        throw unclosedString(from: start)
    }

    private mutating func readEscape(into text: inout [UInt8], stringStart: Int) throws(JSONError) {
        guard offset + 1 < bytes.count else { throw unclosedString(from: stringStart) }
        let escape = bytes[offset + 1]
        if escape == UInt8(ascii: "u") {
            text.append(contentsOf: Array(String(try readUnicodeEscape()).utf8))
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
