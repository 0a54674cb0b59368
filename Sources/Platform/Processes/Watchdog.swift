import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The second process that kills all tools when the first one is gone, even by SIGKILL.
///
/// It reads lines from its input, `+GROUP` for a process group that started and `-GROUP` for one that is over. The input
/// ends when the first process does, however that happens; then the watchdog kills the groups that are left, and ends.
package enum Watchdog {
    /// The hidden first argument that turns the executable into a watchdog.
    package static let argument = "--watchdog"
    private static let offered = Atomic(false)

    /// Becomes the watchdog, and never returns, when the arguments ask for it; else notes that this executable can be one.
    ///
    /// `main` calls it first.
    package static func runIfAsked(_ arguments: [String]) {
        guard arguments.count == 2, arguments[1] == argument else {
            offered.store(true, ordering: .relaxed)
            // A parent that ignores it hands that down, and then no exit status would ever be seen.
            signal(SIGCHLD, SIG_DFL)
            return
        }
        // It has a session of its own, so a terminal sends it nothing; whoever ends a tree of processes politely must not
        // end it before the others.
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE] { signal(number, SIG_IGN) }
        serve(0)
        exit(0)
    }

    /// Whether this executable can be asked.
    static var isOffered: Bool { offered.load(ordering: .relaxed) }

    /// The path of this executable.
    static var ownPath: String? {
        #if canImport(Glibc)
            return "/proc/self/exe"
        #else
            return CommandLine.arguments.first.flatMap { Executable.find($0) }
        #endif
    }

    /// Reads lines until the end, then kills the groups that are left.
    static func serve(_ input: Int32) {
        var groups: Set<pid_t> = []
        var line: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = chunk.withUnsafeMutableBytes { read(input, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            for byte in chunk.prefix(count) {
                guard byte == 0x0A else {
                    line.append(byte)
                    continue
                }
                apply(String(decoding: line, as: UTF8.self), to: &groups)
                line.removeAll(keepingCapacity: true)
            }
        }
        for group in groups { kill(-group, SIGKILL) }
    }

    private static func apply(_ line: String, to groups: inout Set<pid_t>) {
        guard let group = pid_t(line.dropFirst()), group > 1 else { return }
        if line.hasPrefix("+") { groups.insert(group) } else { groups.remove(group) }
    }
}
