/// What the process tells the shell, in the numbers of sysexits.h and of signals.
package enum ExitCode: Int32, Sendable, Hashable, CaseIterable {
    /// Everything asked for was done.
    case ok = 0
    /// The run failed, or a part of it did.
    case failed = 1
    /// The command line is wrong.
    case usage = 64
    /// The input data is wrong.
    case data = 65
    /// An input file is missing or cannot be read.
    case noInput = 66
    /// A service cannot be reached.
    case unavailable = 69
    /// The output exists already or is in use.
    case exists = 73
    /// Reading or writing failed, for example on a full disk.
    case io = 74
    /// Stopped early; the same command can go on from here.
    case resumable = 75
    /// A service refused the credentials, or the caller has not granted what the program depends on.
    case noPermission = 77
    /// Something that must be set up is not.
    case notConfigured = 78
    /// Stopped because the terminal or the connection went away (SIGHUP).
    case hungUp = 129
    /// Stopped by SIGINT.
    case interrupted = 130
    /// Stopped because nobody reads the output any more.
    case brokenPipe = 141
    /// Stopped by SIGTERM.
    case terminated = 143
}
