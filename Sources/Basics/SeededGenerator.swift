/// A generator whose numbers are the same for the same seed everywhere (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// A generator of a seed.
    package init(seed: UInt64) { state = seed }

    /// The next number.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// `count` different numbers below `total`, sorted.
    package static func sample(_ count: Int, of total: Int, seed: UInt64) -> [Int] {
        var generator = SeededGenerator(seed: seed)
        var chosen: [Int] = []
        // Walks the numbers once: each is taken with the chance that fills the sample exactly.
        for number in 0..<total where chosen.count < count {
            if Int.random(in: 0..<(total - number), using: &generator) < count - chosen.count { chosen.append(number) }
        }
        return chosen
    }
}
