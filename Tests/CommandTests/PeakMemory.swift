import Basics
import Synchronization
import TestSupport

/// The most memory that a process had, as the system tells it while the process runs (Linux).
///
/// What wait4 tells counts the memory of the tests too, from between fork and exec.
final class PeakMemory: Sendable {
    private let kilobytes = Mutex(0)

    /// The most so far, in MB.
    var megabytes: Double { Double(kilobytes.withLock { $0 }) / 1024 }

    /// Looks at a process until it has ended.
    func watch(_ pid: Int32) {
        _ = SystemThread.start { [self] in
            while let text = Golden.text(of: "/proc/\(pid)/status"), !text.isEmpty {
                // A process that has ended and was not waited for has no memory.
                guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
                    let found = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Int($0) })
                else { return }
                kilobytes.withLock { $0 = max($0, found) }
                pause()
            }
        }
    }
}
