/// FNV-1a over bytes, 64 bits: the same in every process and version.
package struct StableHash: Sendable {
    /// The hash so far.
    @usableFromInline package internal(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The hash of nothing.
    package init() {}

    /// Adds bytes.
    @inlinable
    package mutating func add(_ bytes: some Sequence<UInt8>) {
        let hash = value
        let fast = bytes.withContiguousStorageIfAvailable { bytes in bytes.reduce(hash, Self.step) }
        value = fast ?? bytes.reduce(hash, Self.step)
    }

    @inlinable
    static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }

    /// Adds a value; objects count by their members, in whatever order these stand.
    package mutating func add(_ value: JSON) {
        switch value {
        case .object(let object):
            var sum: UInt64 = 0
            for (key, value) in object {
                var member = StableHash()
                member.add(key.utf8)
                member.add(byte: 0xFF)
                member.add(value)
                sum &+= member.mixed
            }
            add(byte: UInt8(ascii: "{"))
            add(number: sum)
        case .array(let values):
            add(byte: UInt8(ascii: "["))
            for value in values { add(value) }
            add(byte: UInt8(ascii: "]"))
        case .string(let text):
            add(byte: UInt8(ascii: "\""))
            add(text.utf8)
            // No byte of UTF-8: texts that follow one another cannot be cut elsewhere.
            add(byte: 0xFF)
        case .int(let number):
            add(byte: UInt8(ascii: "0"))
            add(number: UInt64(bitPattern: Int64(number)))
        default:
            value.withText { add($0) }
            add(byte: 0xFE)
        }
    }

    /// Adds one byte.
    package mutating func add(byte: UInt8) { value = Self.step(value, byte) }

    private mutating func add(number: UInt64) {
        for place in 0..<8 { add(byte: UInt8(truncatingIfNeeded: number >> UInt64(8 * place))) }
    }

    /// The hash with all bits in all places, so that sums of hashes tell their parts.
    private var mixed: UInt64 {
        var mixed = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Sixteen hexadecimal digits.
    package static func text(_ key: UInt64) -> String {
        String(unsafeUninitializedCapacity: 16) { digits in
            for place in 0..<16 {
                let digit = UInt8(key >> UInt64(60 - 4 * place) & 0xF)
                digits[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
            return 16
        }
    }
}
