import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A running program, the leader of a process group of its own; whatever it starts dies with it unless it leaves the group.
///
/// It inherits no descriptor but its standard ones, no blocked and no ignored signal.
package final class SupervisedProcess: Sendable {
    /// What to start.
    package struct Plan: Sendable {
        /// The program's path.
        package var executable: String
        /// All arguments, the program's name first.
        package var arguments: [String]
        /// All of the environment.
        package var environment: [String: String]
        /// The working folder; nil for this process's.
        package var folder: String?
        /// Whether somebody will write to its input; else it reads from nowhere.
        package var hasInput = false

        package init(
            executable: String, arguments: [String], environment: [String: String], folder: String? = nil,
            hasInput: Bool = false
        ) {
            (self.executable, self.arguments, self.environment) = (executable, arguments, environment)
            (self.folder, self.hasInput) = (folder, hasInput)
        }
    }

    /// The process, which is also its group.
    package let id: Int32
    /// Where to write its input, if it has one.
    package let input: Int32?
    /// Where to read its output; does not block.
    package let output: Int32
    /// Where to read its errors; does not block.
    package let errors: Int32
    private let supervisor: ProcessSupervisor
    private let state = Mutex(State())

    private struct State {
        var isInputOpen = true
        var status: Int32?
    }

    /// Starts a program.
    ///
    /// - Throws: `ProcessFailure`.
    package init(_ plan: Plan, supervisor: ProcessSupervisor) throws(ProcessFailure) {
        let feed = plan.hasInput ? Pipe() : nil
        guard !plan.hasInput || feed != nil else { throw Self.failure(plan, errno) }
        guard let output = Pipe() else {
            let code = errno
            feed?.closeBoth()
            throw Self.failure(plan, code)
        }
        guard let errors = Pipe() else {
            let code = errno
            feed?.closeBoth()
            output.closeBoth()
            throw Self.failure(plan, code)
        }
        let started = supervisor.start { Self.spawn(plan, feed?.reading, output.writing, errors.writing) }
        if let feed { close(feed.reading) }
        close(output.writing)
        close(errors.writing)
        guard case .success(let id) = started else {
            if let feed { close(feed.writing) }
            close(output.reading)
            close(errors.reading)
            throw Self.failure(plan, started.code)
        }
        self.id = id
        self.supervisor = supervisor
        input = feed?.writing
        self.output = output.reading
        self.errors = errors.reading
        for descriptor in [input, self.output, self.errors] {
            if let descriptor { Pipe.unblock(descriptor) }
        }
    }

    deinit {
        end()
        closeInput()
        close(output)
        close(errors)
    }

    /// Whether it has ended; it stays known to the system until `end`, so that its number is not given away.
    package var hasExited: Bool {
        state.withLock { state in
            if state.status != nil { return true }
            var info = siginfo_t()
            let code = waitid(P_PID, id_t(id), &info, WEXITED | WNOHANG | WNOWAIT)
            return code != 0 || info.si_signo == SIGCHLD
        }
    }

    /// Closes its input.
    package func closeInput() {
        guard let input else { return }
        let wasOpen = state.withLock { state in
            defer { state.isInputOpen = false }
            return state.isInputOpen
        }
        if wasOpen { close(input) }
    }

    /// Sends a signal to it and all that it started.
    package func signal(_ number: Int32) {
        state.withLock { state in
            if state.status == nil { kill(-id, number) }
        }
    }

    /// Interrupts it, but nothing that it started.
    package func interruptLeader() {
        state.withLock { state in
            if state.status == nil { kill(id, SIGINT) }
        }
    }

    /// Asks it to end, and waits for that on this thread, but not for long.
    package func terminate(patience: Duration = .milliseconds(200)) {
        signal(SIGTERM)
        let deadline = ContinuousClock.now + patience
        while !hasExited, .now < deadline { usleep(5_000) }
    }

    /// Kills what is left of its group, and takes its exit status: a signal counts as 128 and its number.
    @discardableResult
    package func end() -> Int32 {
        state.withLock { state in
            if let status = state.status { return status }
            kill(-id, SIGKILL)
            supervisor.forget(id)
            var status: Int32 = 0
            while waitpid(id, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7F
            let code = signal == 0 ? (status >> 8) & 0xFF : 128 + signal
            state.status = code
            return code
        }
    }

    private static func failure(_ plan: Plan, _ code: Int32) -> ProcessFailure {
        let kind =
            switch code {
            case ENOENT: "FileNotFoundError"
            case EACCES, EPERM: "PermissionError"
            default: "OSError"
            }
        let name = plan.arguments.first ?? plan.executable
        return ProcessFailure(kind: kind, description: "cannot start \(name): \(SystemCall.words(for: code))")
    }

    private static func spawn(_ plan: Plan, _ input: Int32?, _ output: Int32, _ errors: Int32) -> SpawnResult {
        let spawn = Spawn()
        if let input {
            spawn.copy(input, to: 0)
        } else {
            spawn.open("/dev/null", O_RDONLY, as: 0)
        }
        spawn.copy(output, to: 1)
        spawn.copy(errors, to: 2)
        spawn.closeRest()
        if let folder = plan.folder { spawn.changeFolder(folder) }
        return spawn.run(plan.executable, plan.arguments, plan.environment, group: .own)
    }
}
