import Platform
import Console
import Synchronization

/// The first signal that asked the process to stop.
final class StopSignal: Sendable {
    private let first = Mutex<ExitCode?>(nil)

    /// Keeps the first code.
    func note(_ code: ExitCode) { first.withLock { $0 = $0 ?? code } }

    /// The code to exit with; nil when nobody asked to stop.
    var code: ExitCode? { first.withLock { $0 } }
}
