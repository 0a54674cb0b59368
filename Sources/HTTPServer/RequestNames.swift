/// Gives requests their names: what the client calls it, else a new one.
struct RequestNames {
    /// Tells the names of this server's requests from those of any other; the system is asked once, not for every request.
    private let seed = UInt64.random(in: .min ... .max)
    private var count: UInt64 = 0

    /// - Parameter given: The client's own, if it sent one.
    mutating func name(_ given: String?) -> String {
        if let given, Self.isName(given) { return given }
        count &+= 1
        return Self.text(Self.mixed(seed &+ count &* 0x9E37_79B9_7F4A_7C15))
    }

    /// Whether it may stand in a header, a log and a trace.
    static func isName(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
                default: false
                }
            }
    }

    /// A number that nobody guesses from its neighbour at a glance; another for every other one.
    ///
    /// - Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014), `mix64`.
    private static func mixed(_ number: UInt64) -> UInt64 {
        var number = number
        number = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ (number >> 27)) &* 0x94D0_49BB_1331_11EB
        return number ^ (number >> 31)
    }

    private static func text(_ number: UInt64) -> String {
        String(unsafeUninitializedCapacity: 16) { buffer in
            for place in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: number >> (4 * UInt64(place)) & 15)
                buffer[place] = digit < 10 ? 0x30 + digit : 0x61 + digit - 10
            }
            return 16
        }
    }
}
