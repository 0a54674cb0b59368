import Basics
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A running program that talks in lines; a thread of its own carries them.
///
/// Dropping it kills the program.
package final class LineProcess: Sendable {
    /// How a program ended.
    package struct End: Sendable {
        /// Its exit status; a signal counts as 128 and its number.
        package var status: Int32
        /// The last lines of its errors.
        package var lastErrors: String
        /// Whether it was ended because a line was longer than allowed.
        package var isLineTooLong: Bool
    }

    private let loop: LineLoop

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - lineLimit: How many bytes a line may have.
    ///   - onLine: Gets each line of its output, without the line end, on the program's thread; it must not wait.
    ///   - onEnd: Told once that nothing more will come.
    /// - Throws: `ProcessFailure`.
    package init(
        _ plan: SupervisedProcess.Plan, supervisor: ProcessSupervisor, lineLimit: Int = 16 << 20,
        onLine: @escaping @Sendable ([UInt8]) -> Void, onEnd: @escaping @Sendable (End) -> Void
    ) throws(ProcessFailure) {
        var plan = plan
        plan.hasInput = true
        let process = try SupervisedProcess(plan, supervisor: supervisor)
        guard let wake = Pipe() else {
            throw ProcessFailure(kind: "OSError", description: "no descriptors are left")
        }
        loop = LineLoop(process: process, wake: wake, lineLimit: lineLimit, onLine: onLine, onEnd: onEnd)
        let loop = loop
        let code = SystemThread.start { loop.run() }
        guard code == 0 else {
            throw ProcessFailure(kind: "OSError", description: "no thread could be started (errno \(code))")
        }
    }

    deinit { loop.command { $0.isKilled = true } }

    /// Sends a line; one that the program no longer reads is lost.
    package func send(_ line: [UInt8]) {
        loop.command {
            $0.outgoing += line
            $0.outgoing.append(0x0A)
        }
    }

    /// Interrupts the program, as Ctrl-C would.
    package func interrupt() { loop.interrupt() }

    /// Kills the program and what it started.
    package func kill() { loop.command { $0.isKilled = true } }

    /// Closes its input, and waits until it has ended; after `patience` it is asked to, after twice that it is killed.
    package func close(patience: Duration = .seconds(1)) async {
        await loop.ended { $0.closing = $0.closing ?? .init(since: .now, patience: patience) }
    }

    /// Waits until it has ended.
    package func waitUntilEnd() async { await loop.ended { _ in } }
}
