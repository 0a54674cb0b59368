import Platform
import Console

/// A yes or no from whoever sits at the terminal.
enum TerminalQuestion {
    /// The answer; nil when nobody can be asked.
    static func ask(_ question: String) -> Bool? {
        guard Terminal.isTTY(0), Terminal.isTTY(2) else { return nil }
        // Not standard input: that may be a pipe, and the answer is the person's.
        guard let terminal = try? OpenFile("/dev/tty", for: .talking) else { return nil }
        defer { terminal.close() }
        guard (try? terminal.write(Array("dspy-swift: \(Terminal.escaped(question))".utf8))) != nil else { return nil }
        var answer: [UInt8] = []
        var byte: [UInt8] = [0]
        while answer.count < 64 {
            let count = (try? SystemCall.readSome(from: terminal.descriptor, into: &byte)) ?? 0
            guard count == 1, byte[0] != 0x0A else { break }
            answer.append(byte[0])
        }
        return ["y", "yes"].contains(String(decoding: answer, as: UTF8.self).lowercased())
    }
}
