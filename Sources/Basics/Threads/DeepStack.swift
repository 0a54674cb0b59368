import Dispatch
import Synchronization

/// Room for work that calls itself as deep as its input is nested.
package enum DeepStack {
    /// How much stack the work has.
    package static let bytes = 16 << 20

    /// Runs the body on a thread with that much stack, and waits for it; in place, if there can be no thread.
    ///
    /// The body computes and waits for nothing, so the calling thread gives no more than it would by running it itself.
    package static func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) -> Result {
        let box = Box<Result>()
        let done = DispatchSemaphore(value: 0)
        let code = SystemThread.start(stackBytes: bytes) {
            let result = body()
            box.result.withLock { $0 = result }
            done.signal()
        }
        if code == 0 { done.wait() }
        return box.result.withLock { $0 } ?? body()
    }

    private final class Box<Result: Sendable>: Sendable {
        let result = Mutex<Result?>(nil)
    }
}
