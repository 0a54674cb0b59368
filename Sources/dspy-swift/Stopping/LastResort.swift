import Platform
import Basics
import Console
import DSPyCore
import Synchronization

/// Ends the process when a signal has not: what computes, or waits for a reader that never reads, does not look up.
final class LastResort: Sendable {
    private let isOver = Mutex(false)

    /// Ends the process some seconds from now on, unless that turns out to be needless.
    ///
    /// - Parameter time: How long what goes on may take; some seconds are added, for what was cancelled to end.
    func insist(_ code: ExitCode, after time: Duration = .zero) {
        _ = SystemThread.start { [self] in
            SystemThread.sleep(min(time, .seconds(1_000_000)) + .seconds(4))
            guard !isOver.withLock({ $0 }) else { return }
            try? Output.error.writeLine("dspy-swift: stopped by \(Signals.name(of: code)); it did not end by itself")
            ThisProcess.end(code)
        }
    }

    /// What was to end has ended; what follows may take its time.
    func isNeedless() { isOver.withLock { $0 = true } }
}
