import Dispatch
import Platform
import Synchronization

/// Writes lines one after another on a thread of its own: nobody who answers requests waits for a terminal, a pipe or a disk.
///
/// Where the reader stands still, a bounded number waits; what comes beyond is counted and left out.
final class LineQueue: Sendable {
    private static let most = 1000

    private let queue: DispatchQueue
    private let state = Mutex((waiting: 0, dropped: 0))

    init(_ name: String) { queue = DispatchQueue(label: name) }

    /// Writes something later.
    func put(_ write: @escaping @Sendable () -> Void) {
        let isTaken = state.withLock { state in
            guard state.waiting < Self.most else {
                state.dropped += 1
                return false
            }
            state.waiting += 1
            return true
        }
        guard isTaken else { return }
        queue.async { [self] in
            write()
            let dropped = state.withLock { state in
                state.waiting -= 1
                defer { state.dropped = 0 }
                return state.dropped
            }
            if dropped > 0 {
                try? Output.error.writeLine("dspy-swift: \(dropped) lines were left out: nobody took them in time")
            }
        }
    }

    /// Waits until all is written, for a second at most: a reader that stands still holds up no end.
    func finish() {
        let done = DispatchSemaphore(value: 0)
        queue.async { done.signal() }
        _ = done.wait(timeout: .now() + .seconds(1))
    }
}
