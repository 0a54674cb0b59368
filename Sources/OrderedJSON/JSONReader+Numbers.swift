extension JSONReader {
    /// Reads the number at the cursor: an int of any size, or a float.
    mutating func readNumber() throws(JSONError) -> JSON {
        let start = offset
        let isNegative = bytes[offset] == UInt8(ascii: "-")
        if isNegative { offset += 1 }
        guard let first = byte, first.isDigit else {
            offset = start
            if isNegative, options.allowsNonFinite, takeWord("-Infinity") { return .double(-.infinity) }
            throw failure(.invalidNumber, "'-' without digits")
        }
        let digitStart = offset
        let whole = takeDigits()
        guard first != UInt8(ascii: "0") || offset - digitStart == 1 else {
            throw failure(.invalidNumber, "a number must not begin with zeros", at: start)
        }
        guard byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") else {
            return try integer(whole, digits: digitStart..<offset, start: start, isNegative: isNegative)
        }
        return .double(try fraction(whole, wholeDigits: offset - digitStart, start: start, isNegative: isNegative))
    }

    /// Reads `true`, `false`, `null`, and the words for non-finite floats where they are allowed.
    mutating func readWord() throws(JSONError) -> JSON {
        switch bytes[offset] {
        case UInt8(ascii: "t") where takeWord("true"): return .bool(true)
        case UInt8(ascii: "f") where takeWord("false"): return .bool(false)
        case UInt8(ascii: "n") where takeWord("null"): return .null
        case UInt8(ascii: "N") where options.allowsNonFinite && takeWord("NaN"): return .double(.nan)
        case UInt8(ascii: "I") where options.allowsNonFinite && takeWord("Infinity"): return .double(.infinity)
        default: throw expected("a value")
        }
    }

    private mutating func takeWord(_ word: StaticString) -> Bool {
        let end = offset + word.utf8CodeUnitCount
        guard end <= bytes.count else { return false }
        for index in 0..<word.utf8CodeUnitCount where bytes[offset + index] != word.utf8Start[index] { return false }
        offset = end
        return true
    }

    /// Steps over digits; their value is only meant when they are few enough for 64 bits.
    private mutating func takeDigits(after value: UInt64 = 0) -> UInt64 {
        var value = value
        while offset < bytes.count, bytes[offset].isDigit {
            value = value &* 10 &+ UInt64(bytes[offset] - UInt8(ascii: "0"))
            offset += 1
        }
        return value
    }

    private func integer(
        _ value: UInt64, digits: Range<Int>, start: Int, isNegative: Bool
    ) throws(JSONError) -> JSON {
        if digits.count <= 18 { return .int(isNegative ? -Int(value) : Int(value)) }
        guard digits.count <= options.maximumIntegerDigits else {
            throw failure(
                .numberTooLong, "an integer of more than \(options.maximumIntegerDigits) digits", at: start)
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        return Int(text).map(JSON.int) ?? .bigInt(text)
    }

    private mutating func fraction(
        _ whole: UInt64, wholeDigits: Int, start: Int, isNegative: Bool
    ) throws(JSONError) -> Double {
        var mantissa = whole
        var digits = wholeDigits
        var exponent = 0
        if byte == UInt8(ascii: ".") {
            offset += 1
            let fractionStart = offset
            mantissa = takeDigits(after: mantissa)
            guard offset > fractionStart else { throw failure(.invalidNumber, "a digit must follow '.' in a number") }
            digits += offset - fractionStart
            exponent = fractionStart - offset
        }
        if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            exponent += try readExponent()
        }
        // Up to 2^53 and 10^22 both factors are exact, so one rounding gives the nearest float (Clinger 1990).
        if digits <= 19, mantissa <= 1 << 53, (-22...22).contains(exponent) {
            let magnitude = Double(mantissa)
            let scaled = exponent < 0 ? magnitude / powersOfTen[-exponent] : magnitude * powersOfTen[exponent]
            return isNegative ? -scaled : scaled
        }
        return Double(String(decoding: bytes[start..<offset], as: UTF8.self)) ?? .nan
    }

    private mutating func readExponent() throws(JSONError) -> Int {
        offset += 1
        let isNegative = byte == UInt8(ascii: "-")
        if isNegative || byte == UInt8(ascii: "+") { offset += 1 }
        let start = offset
        let value = takeDigits()
        guard offset > start else { throw failure(.invalidNumber, "a digit must follow the exponent mark of a number") }
        let magnitude = offset - start > 9 ? 1_000_000_000 : Int(value)
        return isNegative ? -magnitude : magnitude
    }
}

extension UInt8 {
    /// Whether this is an ASCII digit.
    var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
}

/// The powers of ten a float holds exactly.
private let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
]
