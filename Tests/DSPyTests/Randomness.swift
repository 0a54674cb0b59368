/// Random numbers that repeat: SplitMix64.
struct Randomness: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A text of random pieces.
    mutating func text(of pieces: [String], upTo count: Int) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...count, using: &self) { text += pieces.randomElement(using: &self) ?? "" }
        return text
    }

    /// The text with some of it dropped, doubled or replaced.
    mutating func damaged(_ text: String, with pieces: [String]) -> String {
        var scalars = Array(text.unicodeScalars)
        for _ in 0..<Int.random(in: 1...4, using: &self) {
            let place = Int.random(in: 0...scalars.count, using: &self)
            let end = min(scalars.count, place + Int.random(in: 0...3, using: &self))
            scalars.replaceSubrange(place..<end, with: Array((pieces.randomElement(using: &self) ?? "").unicodeScalars))
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
