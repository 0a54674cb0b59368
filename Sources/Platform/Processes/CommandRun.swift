#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One run of a program: feeds it, collects what it prints, and sees to its end; blocks the thread it runs on.
package struct CommandRun {
    /// How a run went.
    package enum Outcome {
        /// The program ended with this status.
        case ended(Int32)
        /// It took too long.
        case timedOut
        /// It printed too much.
        case flooded
        /// Nobody wants the result any more.
        case cancelled
    }

    /// How long output may stay open once the program itself has ended.
    private static let grace = Duration.milliseconds(500)
    private static let errorsKept = 8192

    /// What it printed.
    package private(set) var output: [UInt8] = []
    private var errors: [UInt8] = []
    private var input: ArraySlice<UInt8>
    private let timeout: Duration
    private let limit: Int
    private var chunk = [UInt8](repeating: 0, count: 65_536)

    package init(input: [UInt8], timeout: Duration, limit: Int) {
        self.input = input[...]
        self.timeout = timeout
        self.limit = limit
    }

    /// The last lines of its errors.
    package var lastErrors: String { OutputText.lastLines(errors) }

    /// Waits until the program is over, or must be.
    package mutating func wait(for process: SupervisedProcess, isCancelled: () -> Bool) -> Outcome {
        let outcome = drive(process, isCancelled)
        if case .ended = outcome { return .ended(process.end()) }
        process.terminate()
        process.end()
        return outcome
    }

    private mutating func drive(_ process: SupervisedProcess, _ isCancelled: () -> Bool) -> Outcome {
        let deadline = ContinuousClock.now + timeout
        var graceEnd: ContinuousClock.Instant?
        var (outputOpen, errorsOpen, inputOpen) = (true, true, process.input != nil)
        var pause: Int32 = 1
        while true {
            if isCancelled() { return .cancelled }
            let now = ContinuousClock.now
            let hasExited = process.hasExited
            if hasExited, graceEnd == nil { graceEnd = min(now + Self.grace, deadline) }
            if hasExited, !outputOpen && !errorsOpen || graceEnd.map({ now >= $0 }) ?? false { return .ended(0) }
            if now >= deadline { return .timedOut }
            if inputOpen, input.isEmpty {
                process.closeInput()
                inputOpen = false
            }
            var polls = [
                pollfd(fd: outputOpen ? process.output : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: errorsOpen ? process.errors : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: inputOpen ? process.input ?? -1 : -1, events: Int16(POLLOUT), revents: 0),
            ]
            // Once all is closed only the process is waited for, which ends at once as a rule.
            let isQuiet = !outputOpen && !errorsOpen
            if isQuiet { pause = min(pause * 2, 20) }
            poll(&polls, 3, isQuiet ? pause : 25)
            if polls[0].revents != 0 {
                outputOpen = take(from: process.output) { run, bytes in run.output += bytes }
                if output.count > limit {
                    output.removeSubrange(limit...)
                    return .flooded
                }
            }
            if polls[1].revents != 0 {
                errorsOpen = take(from: process.errors) { run, bytes in
                    run.errors += bytes
                    if run.errors.count > 2 * Self.errorsKept { run.errors = Array(run.errors.suffix(Self.errorsKept)) }
                }
            }
            if polls[2].revents != 0, inputOpen, let descriptor = process.input {
                feed(descriptor)
                // A program that does not read its input is no failure.
                if polls[2].revents & Int16(POLLERR) != 0 { input = [] }
            }
        }
    }

    /// Reads what is there; false at the end.
    private mutating func take(
        from descriptor: Int32, _ store: (inout CommandRun, ArraySlice<UInt8>) -> Void
    ) -> Bool {
        let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        guard count > 0 else { return false }
        store(&self, chunk[..<count])
        return true
    }

    private mutating func feed(_ descriptor: Int32) {
        let count = input.withUnsafeBytes { bytes in
            bytes.baseAddress.map { write(descriptor, $0, min(bytes.count, 65_536)) } ?? 0
        }
        if count > 0 {
            input = input.dropFirst(count)
        } else if count < 0, errno != EAGAIN, errno != EINTR {
            input = []
        }
    }
}
