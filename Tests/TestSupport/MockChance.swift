import Basics
/// Which fault a request meets: what its question asks for, else what chance says.
enum MockChance {
    /// The fault; it follows from seed, question and attempt alone, so that a run meets the same ones in any order.
    static func fault(_ prompt: MockPrompt, _ attempt: Int, _ options: MockModelServer.Options) -> MockFault? {
        let asked = MockFault(question: prompt.wish, isFirst: attempt == 1)
        if let asked, prompt.streams || !asked.isOfStreams { return asked }
        guard attempt <= options.mostFaults, !options.faults.isEmpty else { return nil }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in "\(options.seed) \(attempt) \(prompt.question)".utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        var numbers = SeededGenerator(seed: hash)
        var number = Double.random(in: 0..<1, using: &numbers)
        for (fault, part) in options.faults {
            if number < part { return prompt.streams || !fault.isOfStreams ? fault : nil }
            number -= part
        }
        return nil
    }
}
