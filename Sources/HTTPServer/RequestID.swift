/// The name of a request: what its client calls it, else a new one.
enum RequestID {
    /// - Parameter given: The client's own, if it sent one.
    static func name(_ given: String?) -> String {
        if let given, isName(given) { return given }
        return fresh()
    }

    /// Whether it may stand in a header, a log and a trace.
    static func isName(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    private static func fresh() -> String {
        let number = UInt64.random(in: .min ... .max)
        return String(unsafeUninitializedCapacity: 16) { buffer in
            for place in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: number >> (4 * UInt64(place)) & 15)
                buffer[place] = digit < 10 ? 0x30 + digit : 0x61 + digit - 10
            }
            return 16
        }
    }
}
