#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Walks through JSON text without building a tree, for texts whose shape is known.
///
/// Every step says whether it found what was asked for. After the first "no" the scanner is of no more use: whoever asked
/// reads the whole text with ``JSON/init(parsing:options:)-(String,_)`` instead, which also knows how to put errors.
package struct JSONScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var offset = 0

    /// A scanner at the start of a text, which must stay where it is as long as the scanner lives.
    package init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Whether only white space is left.
    package mutating func isAtEnd() -> Bool {
        skipSpace()
        return offset == bytes.count
    }

    /// Steps over an object; each member's value is the body's to step over.
    ///
    /// - Parameter body: Gets the scanner before a value, and the key's bytes between its quotes.
    package mutating func object(
        _ body: (inout JSONScanner, UnsafeBufferPointer<UInt8>) -> Bool
    ) -> Bool {
        guard take(UInt8(ascii: "{")) else { return false }
        if take(UInt8(ascii: "}")) { return true }
        repeat {
            guard let key = key(), body(&self, key) else { return false }
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}"))
    }

    /// Steps over an array; each item is the body's to step over.
    package mutating func array(_ body: (inout JSONScanner) -> Bool) -> Bool {
        guard take(UInt8(ascii: "[")) else { return false }
        if take(UInt8(ascii: "]")) { return true }
        repeat {
            guard body(&self) else { return false }
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "]"))
    }

    /// Steps over a string and gives it.
    package mutating func string() -> String? {
        if let plain = plainString() { return String(decoding: plain, as: UTF8.self) }
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else { return nil }
        var reader = reader
        guard let text = try? reader.readString() else { return nil }
        offset = reader.offset
        return text
    }

    /// Steps over an int of up to 18 digits and gives it.
    package mutating func int() -> Int? {
        skipSpace()
        let start = offset
        var value = 0
        while offset < bytes.count, bytes[offset].isDigit, offset - start < 18 {
            value = value * 10 + Int(bytes[offset] - UInt8(ascii: "0"))
            offset += 1
        }
        guard offset > start, offset == start + 1 || bytes[start] != UInt8(ascii: "0") else { return nil }
        guard offset < bytes.count else { return value }
        switch bytes[offset] {
        case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "0")...UInt8(ascii: "9"): return nil
        default: return value
        }
    }

    /// Steps over `null`.
    package mutating func null() -> Bool {
        skipSpace()
        let word: StaticString = "null"
        guard offset + 4 <= bytes.count else { return false }
        guard UnsafeBufferPointer(rebasing: bytes[offset..<offset + 4]).spells(word) else { return false }
        offset += 4
        return true
    }

    /// Steps over any value.
    package mutating func skip() -> Bool {
        if plainString() != nil { return true }
        let start = offset
        if int() != nil { return true }
        offset = start
        if null() { return true }
        var reader = reader
        guard (try? reader.leadingValue()) != nil else { return false }
        offset = reader.offset
        return true
    }

    // MARK: Steps

    private var reader: JSONReader<PlainJSONBuilder> {
        var reader = JSONReader(bytes, options: .python, builder: PlainJSONBuilder())
        reader.offset = offset
        return reader
    }

    private mutating func skipSpace() {
        while offset < bytes.count, bytes[offset] <= 0x20, bytes[offset].isJSONSpace { offset += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    /// A key without escapes and beyond-ASCII, with its colon.
    private mutating func key() -> UnsafeBufferPointer<UInt8>? {
        guard let key = plainString() else { return nil }
        return take(UInt8(ascii: ":")) ? key : nil
    }

    /// Steps over a string without escapes and beyond-ASCII; nil, and no step beyond white space, when here is none.
    private mutating func plainString() -> UnsafeBufferPointer<UInt8>? {
        skipSpace()
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else { return nil }
        let end = bytes.endOfRun(from: offset + 1, isASCII: true)
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else { return nil }
        let text = UnsafeBufferPointer(rebasing: bytes[offset + 1..<end])
        offset = end + 1
        return text
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether these are the bytes of a word.
    package func spells(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount, let baseAddress else { return count == word.utf8CodeUnitCount }
        return memcmp(baseAddress, word.utf8Start, count) == 0
    }
}

extension UInt8 {
    /// Whether this is one of JSON's four kinds of white space.
    fileprivate var isJSONSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}
