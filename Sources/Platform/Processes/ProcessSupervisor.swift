import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Knows all tool processes of this one, and lets a watchdog kill them should this one die without a chance to do it.
///
/// The watchdog is a second process of an executable whose `main` calls `Watchdog.runIfAsked`; it starts with the first tool.
package final class ProcessSupervisor: Sendable {
    /// The supervisor of this process; it has a watchdog when this executable is one that can be asked to be it.
    package static let shared = ProcessSupervisor(watchdog: nil, asksMain: true)

    private struct State {
        var groups: Set<pid_t> = []
        var line: Int32?
        var watchdog: pid_t?
    }

    private let executable: String?
    private let asksMain: Bool
    private let state = Mutex(State())

    /// A supervisor.
    ///
    /// - Parameter watchdog: The executable to start as the watchdog; nil for none.
    package convenience init(watchdog: String?) { self.init(watchdog: watchdog, asksMain: false) }

    private init(watchdog: String?, asksMain: Bool) {
        executable = watchdog
        self.asksMain = asksMain
    }

    deinit {
        state.withLock { state in
            if let line = state.line { close(line) }
            if let watchdog = state.watchdog { waitpid(watchdog, nil, 0) }
        }
    }

    /// The processes that run now, by their groups.
    package var running: Set<Int32> { state.withLock { $0.groups } }

    /// The watchdog's process, once it runs.
    package var watchdog: Int32? { state.withLock { $0.watchdog } }

    /// Starts a process and tells the watchdog of it.
    func start(_ spawn: () -> SpawnResult) -> SpawnResult {
        state.withLock { state in
            // First the watchdog, then the tool: between the two nothing is unwatched but the moment of one write.
            if state.line == nil { startWatchdog(&state) }
            let result = spawn()
            if case .success(let id) = result {
                state.groups.insert(id)
                tell("+\(id)\n", &state)
            }
            return result
        }
    }

    /// Tells the watchdog that a group is over; its number may be given away only after that.
    func forget(_ id: pid_t) {
        state.withLock { state in
            state.groups.remove(id)
            tell("-\(id)\n", &state)
        }
    }

    private var watchdogPath: String? {
        if let executable { return executable }
        return asksMain && Watchdog.isOffered ? Watchdog.ownPath : nil
    }

    private func startWatchdog(_ state: inout State) {
        guard let path = watchdogPath, let pipe = Pipe() else { return }
        let spawn = Spawn()
        spawn.copy(pipe.reading, to: 0)
        spawn.open("/dev/null", O_WRONLY, as: 1)
        spawn.open("/dev/null", O_WRONLY, as: 2)
        spawn.closeRest()
        spawn.changeFolder("/")
        let result = spawn.run(path, ["dspy-swift", Watchdog.argument], [:], group: .ownSession)
        close(pipe.reading)
        guard case .success(let id) = result else {
            close(pipe.writing)
            return
        }
        state.watchdog = id
        state.line = pipe.writing
    }

    private func tell(_ text: String, _ state: inout State) {
        guard let line = state.line, !Self.write(text, to: line) else { return }
        // Somebody ended the watchdog; a new one learns all groups.
        close(line)
        if let id = state.watchdog { waitpid(id, nil, 0) }
        (state.line, state.watchdog) = (nil, nil)
        startWatchdog(&state)
        guard let line = state.line else { return }
        _ = Self.write(state.groups.map { "+\($0)\n" }.joined(), to: line)
    }

    private static func write(_ text: String, to line: Int32) -> Bool {
        BrokenPipe.quietly { SystemCall.write(Array(text.utf8), to: line) == nil }
    }
}
