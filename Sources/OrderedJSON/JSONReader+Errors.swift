extension JSONReader {
    /// An error at an offset, by default the cursor.
    func failure(_ code: JSONError.Code, _ message: String, at place: Int? = nil) -> JSONError {
        var position = TextPosition.start
        position.advance(to: place ?? offset, in: bytes)
        return JSONError(code: code, message: message, position: position)
    }

    /// The error for a character at the cursor that is not what the grammar asks for.
    func expected(_ what: String) -> JSONError {
        guard offset < bytes.count else {
            return failure(.unexpectedEnd, "unexpected end of the text, expected \(what)")
        }
        guard scalar(at: offset) != nil else { return invalidUTF8(at: offset) }
        return failure(.unexpectedCharacter, "unexpected \(found(at: offset)), expected \(what)")
    }

    /// The error for bytes that are no UTF-8.
    func invalidUTF8(at place: Int) -> JSONError {
        failure(.invalidUTF8, "the byte \(hex(UInt32(bytes[place]), width: 2)) is not valid UTF-8", at: place)
    }

    /// Names the character at an offset for a message.
    func found(at place: Int) -> String {
        guard let scalar = scalar(at: place) else { return "an invalid byte" }
        return scalar.value < 0x20 || scalar.value == 0x7F || (0x80...0xA0).contains(scalar.value)
            ? "the character U+\(hex(scalar.value, width: 4))" : "'\(scalar)'"
    }

    /// The whole Unicode scalar at an offset, or nil when the bytes there are not UTF-8.
    func scalar(at place: Int) -> Unicode.Scalar? {
        var decoder = UTF8()
        var iterator = bytes[place..<min(place + 4, bytes.count)].makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
        return scalar
    }

    /// The first offset in a range whose bytes are not UTF-8.
    func firstInvalidUTF8(in range: Range<Int>) -> Int? {
        var place = range.lowerBound
        while place < range.upperBound {
            if bytes[place] < 0x80 {
                place += 1
                continue
            }
            guard let scalar = scalar(at: place), place + UTF8.width(scalar) <= range.upperBound else { return place }
            place += UTF8.width(scalar)
        }
        return nil
    }

    private func hex(_ value: UInt32, width: Int) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
