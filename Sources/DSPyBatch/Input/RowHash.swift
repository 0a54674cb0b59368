package import OrderedJSON

/// FNV-1a over bytes, 64 bits: the same in every process and version.
package struct RowHash: Sendable {
    /// The hash so far.
    package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The hash of nothing.
    package init() {}

    /// Adds bytes.
    package mutating func add(_ bytes: some Sequence<UInt8>) {
        let hash = value
        let fast = bytes.withContiguousStorageIfAvailable { bytes in bytes.reduce(hash, Self.step) }
        value = fast ?? bytes.reduce(hash, Self.step)
    }

    private static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }

    /// The hash of a row: its own id, and its fields in compact form.
    package static func key(id: String?, fields: JSONObject) -> UInt64 {
        var hash = RowHash()
        if let id {
            hash.add(id.utf8)
            hash.add([0])
        }
        JSON.object(fields).withText { hash.add($0) }
        return hash.value
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
