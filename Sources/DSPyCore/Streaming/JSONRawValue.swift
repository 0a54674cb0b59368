/// Finds the end of a JSON value that is no string, in bytes that come in pieces.
struct JSONRawValue: Sendable {
    private let isContainer: Bool
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    /// A value that starts with the given byte, which is not taken yet.
    init(startingWith byte: UInt8) {
        isContainer = byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
    }

    /// Where the value ends.
    ///
    /// - Returns: The place behind what belongs to it, and whether it is over there.
    mutating func advance(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> (place: Int, isOver: Bool) {
        var place = start
        while place < bytes.count {
            let byte = bytes[place]
            if !isContainer {
                switch byte {
                case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x09, 0x0A, 0x0D:
                    return (place, true)
                default: place += 1
                }
                continue
            }
            place += 1
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == 0x5C {
                    isEscaped = true
                } else if byte == 0x22 {
                    isInString = false
                }
                continue
            }
            switch byte {
            case 0x22: isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return (place, true) }
            default: break
            }
        }
        return (place, false)
    }
}
