extension JSONReader {
    /// Steps over a byte order mark, which only readers that allow comments take.
    mutating func skipByteOrderMark() throws(JSONError) {
        guard bytes.starts(with: [0xEF, 0xBB, 0xBF]) else { return }
        guard options.allowsComments else {
            throw failure(.byteOrderMark, "the text begins with a byte order mark")
        }
        offset = 3
    }

    /// Steps over white space, and comments where they are allowed.
    @inline(__always)
    mutating func skipSpace() throws(JSONError) {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x0A, 0x0D, 0x09: offset += 1
            case UInt8(ascii: "/") where options.allowsComments: try skipComment()
            default: return
            }
        }
    }

    private mutating func skipComment() throws(JSONError) {
        let start = offset
        let kind = offset + 1 < bytes.count ? bytes[offset + 1] : 0
        offset += 2
        switch kind {
        case UInt8(ascii: "/"):
            while offset < bytes.count, bytes[offset] != 0x0A, bytes[offset] != 0x0D { offset += 1 }
        case UInt8(ascii: "*"):
            while !(offset + 1 < bytes.count && bytes[offset] == UInt8(ascii: "*")
                && bytes[offset + 1] == UInt8(ascii: "/"))
            {
                guard offset < bytes.count else {
                    throw failure(.unexpectedEnd, "this comment has no end, expected '*/'", at: start)
                }
                offset += 1
            }
            offset += 2
        default:
            offset = start
            throw failure(.unexpectedCharacter, "unexpected '/', a comment begins with '//' or '/*'")
        }
        if let invalid = firstInvalidUTF8(in: start..<offset) { throw invalidUTF8(at: invalid) }
    }
}
