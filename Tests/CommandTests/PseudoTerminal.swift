import Basics
import Dispatch
import Synchronization
import TestSupport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A terminal that nobody looks at: what is written to it is kept (Linux).
final class PseudoTerminal: Sendable {
    /// What a program opens.
    let path: String
    private let programsEnd: Int32
    private let bytes = Mutex<[UInt8]>([])
    private let isOver = DispatchSemaphore(value: 0)

    /// Opens a terminal of a size, and reads it on a thread of its own.
    init(columns: UInt16, rows: UInt16) throws {
        let end = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        // What unlockpt and ptsname do on Linux; see ioctl_tty(2): TIOCSPTLCK and TIOCGPTN.
        var (lock, number) = (Int32(0), UInt32(0))
        guard end >= 0, ioctl(end, 0x4004_5431, &lock) == 0, ioctl(end, 0x8004_5430, &number) == 0 else {
            throw ToolRun.Refused(code: errno)
        }
        path = "/dev/pts/\(number)"
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(end, UInt(TIOCSWINSZ), &size)
        // As long as this end is open, reading the other one does not fail.
        programsEnd = open(path, O_RDWR | O_NOCTTY)
        _ = SystemThread.start { [self] in
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = read(end, &buffer, buffer.count)
                guard count > 0 else { break }
                bytes.withLock { $0 += buffer[..<count] }
            }
            close(end)
            isOver.signal()
        }
    }

    /// All that was written; no program may have the terminal open any more.
    func written() async -> String {
        close(programsEnd)
        await withCheckedContinuation { continuation in
            _ = SystemThread.start { [self] in
                isOver.wait()
                continuation.resume()
            }
        }
        return String(decoding: bytes.withLock { $0 }, as: UTF8.self)
    }

    /// What a terminal obeys of a text beside line ends and tabs, after the sequences that panes and progress are drawn with.
    static func obeyed(in text: String) -> [Unicode.Scalar] {
        var scalars: [Unicode.Scalar] = []
        for part in text.split(separator: "\u{1B}", omittingEmptySubsequences: false).enumerated() {
            var rest = part.element.unicodeScalars[...]
            if part.offset > 0 {
                let own = ["[?2026h", "[?2026l", "[?25l", "[?25h", "[K", "[J"].first { part.element.hasPrefix($0) }
                let digits = rest.dropFirst().prefix { ("0"..."9").contains($0) }
                if let own {
                    rest = rest.dropFirst(own.unicodeScalars.count)
                } else if rest.first == "[", !digits.isEmpty, rest.dropFirst(1 + digits.count).first == "A" {
                    rest = rest.dropFirst(2 + digits.count)
                } else {
                    scalars.append("\u{1B}")
                }
            }
            scalars += rest.filter { scalar in
                switch scalar.value {
                case 0x09, 0x0A, 0x0D: false
                case ..<0x20, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
                default: false
                }
            }
        }
        return scalars
    }
}
