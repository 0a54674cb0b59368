import Basics
import Dispatch

/// The stack that secondary threads have on some systems.
private let smallStack = 512 * 1024

/// Runs something on a thread with 512 KiB of stack, and gives its result.
package func onSmallStack<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        let code = SystemThread.start(stackBytes: smallStack) { continuation.resume(returning: body()) }
        precondition(code == 0, "no thread could be started")
    }
}

/// Runs something on a thread with 512 KiB of stack, and waits for it.
package func onSmallStack(_ body: @escaping @Sendable () -> Void) {
    let done = DispatchSemaphore(value: 0)
    let code = SystemThread.start(stackBytes: smallStack) {
        body()
        done.signal()
    }
    precondition(code == 0, "no thread could be started")
    done.wait()
}
