import Basics
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A process that may outlive this one: input comes from nowhere, output goes to a file, and no watchdog knows it.
package struct ChildProcess: Sendable {
    private let id: pid_t

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - arguments: The program's path, then its arguments.
    ///   - environment: All of its environment.
    ///   - log: The file that its output and errors are appended to.
    /// - Throws: `ProcessFailure` when the system refuses.
    package init(
        _ arguments: [String], environment: [String: String], log: String
    ) throws(ProcessFailure) {
        let spawn = Spawn()
        spawn.open("/dev/null", O_RDONLY, as: 0)
        spawn.open(log, O_WRONLY | O_CREAT | O_APPEND, as: 1)
        spawn.copy(1, to: 2)
        switch spawn.run(arguments[0], arguments, environment, group: .inherited) {
        case .success(let id): self.id = id
        case .failure(let code):
            throw ProcessFailure(
                kind: "OSError", description: "cannot start \(arguments[0]): \(SystemCall.words(for: code))")
        }
    }

    /// The exit status, or nil while it runs; a signal counts as 128 and its number.
    package func exitStatus() -> Int32? {
        var status: Int32 = 0
        guard waitpid(id, &status, WNOHANG) == id else { return nil }
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    /// Asks it to end.
    package func terminate() { kill(id, SIGTERM) }

    /// Waits for its end.
    ///
    /// - Throws: `CancellationError` once `isCancelled` says so; the process is then ended.
    package func wait(isCancelled: () -> Bool) throws -> Int32 {
        while true {
            if let status = exitStatus() { return status }
            if isCancelled() {
                terminate()
                var status: Int32 = 0
                waitpid(id, &status, 0)
                throw CancellationError()
            }
            SystemThread.sleep(.milliseconds(20))
        }
    }
}
