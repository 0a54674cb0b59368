/// Python's white space in UTF-8 bytes.
enum PythonSpace {
    /// How many bytes the white space at a place has; 0 when there is none.
    static func length(in bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Int {
        let first = bytes[place]
        if first < 0x80 { return isSpace(first) ? 1 : 0 }
        switch first {
        case 0xC2 where place + 1 < bytes.count: return bytes[place + 1] == 0x85 || bytes[place + 1] == 0xA0 ? 2 : 0
        case 0xE1, 0xE2, 0xE3:
            return place + 2 < bytes.count && isSpace(first, bytes[place + 1], bytes[place + 2]) ? 3 : 0
        default: return 0
        }
    }

    /// How many bytes the white space before an end has; 0 when there is none.
    static func length(in bytes: UnsafeBufferPointer<UInt8>, before end: Int) -> Int {
        let last = bytes[end - 1]
        if last < 0x80 { return isSpace(last) ? 1 : 0 }
        if end >= 2, bytes[end - 2] == 0xC2 { return last == 0x85 || last == 0xA0 ? 2 : 0 }
        return end >= 3 && isSpace(bytes[end - 3], bytes[end - 2], last) ? 3 : 0
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x09...0x0D, 0x1C...0x20: true
        default: false
        }
    }

    private static func isSpace(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Bool {
        switch (first, second, third) {
        case (0xE1, 0x9A, 0x80), (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xA8), (0xE2, 0x80, 0xA9), (0xE2, 0x80, 0xAF),
            (0xE2, 0x81, 0x9F), (0xE3, 0x80, 0x80):
            true
        default: false
        }
    }
}
