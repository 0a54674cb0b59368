import Platform
import Console

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A yes or no from whoever sits at the terminal.
enum TerminalQuestion {
    /// The answer; nil when nobody can be asked.
    static func ask(_ question: String) -> Bool? {
        guard Terminal.isTTY(0), Terminal.isTTY(2) else { return nil }
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else { return nil }
        defer { close(terminal) }
        guard (try? Output(descriptor: terminal).write("dspy-swift: " + Terminal.escaped(question))) != nil else {
            return nil
        }
        var answer: [UInt8] = []
        var byte: UInt8 = 0
        while answer.count < 64 {
            let count = read(terminal, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1, byte != 0x0A else { break }
            answer.append(byte)
        }
        return ["y", "yes"].contains(String(decoding: answer, as: UTF8.self).lowercased())
    }
}
