/// Turns UTF-16 into UTF-8, wherever the bytes are cut.
///
/// What is no UTF-16 (half of a pair, half a unit at the end) becomes bytes that are no UTF-8, so that only the record which holds
/// it cannot be read.
struct UTF16Decoder: Sendable {
    private let isBigEndian: Bool
    private var half: UInt8?
    private var high: UInt16?

    init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    /// The UTF-8 of what a chunk completes.
    mutating func decode(_ chunk: UnsafeRawBufferPointer) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(chunk.count)
        for byte in chunk {
            guard let first = half else {
                half = byte
                continue
            }
            half = nil
            add(isBigEndian ? UInt16(first) << 8 | UInt16(byte) : UInt16(byte) << 8 | UInt16(first), to: &text)
        }
        return text
    }

    /// What only the end completes.
    mutating func end() -> [UInt8] {
        var text: [UInt8] = []
        if let high { Self.append(UInt32(high), to: &text) }
        if half != nil { text.append(0xFF) }
        (half, high) = (nil, nil)
        return text
    }

    private mutating func add(_ unit: UInt16, to text: inout [UInt8]) {
        if let first = high {
            high = nil
            if unit & 0xFC00 == 0xDC00 {
                return Self.append(
                    0x10000 + (UInt32(first & 0x3FF) << 10 | UInt32(unit & 0x3FF)), to: &text)
            }
            Self.append(UInt32(first), to: &text)
        }
        if unit & 0xFC00 == 0xD800 { high = unit } else { Self.append(UInt32(unit), to: &text) }
    }

    /// A scalar, or half of a pair in the three bytes that UTF-8 forbids.
    private static func append(_ value: UInt32, to text: inout [UInt8]) {
        func byte(_ shift: UInt32, _ mark: UInt8) -> UInt8 { mark | UInt8(truncatingIfNeeded: value >> shift & 0x3F) }
        switch value {
        case ..<0x80: text.append(UInt8(truncatingIfNeeded: value))
        case ..<0x800: text += [0xC0 | UInt8(truncatingIfNeeded: value >> 6), byte(0, 0x80)]
        case ..<0x10000:
            text += [0xE0 | UInt8(truncatingIfNeeded: value >> 12), byte(6, 0x80), byte(0, 0x80)]
        default:
            text += [
                0xF0 | UInt8(truncatingIfNeeded: value >> 18), byte(12, 0x80), byte(6, 0x80), byte(0, 0x80),
            ]
        }
    }
}
