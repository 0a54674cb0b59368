import Dispatch

/// Wakes a thread that waits; wakes that come while it does not wait count once.
package struct BlockingSignal: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    /// A signal that nobody has given yet.
    package init() {}

    /// Wakes the waiting thread.
    package func signal() { semaphore.signal() }

    /// Waits until it is woken.
    package func wait() { semaphore.wait() }

    /// Waits until it is woken or the time is over; whether it was woken.
    package func wait(milliseconds: Int) -> Bool {
        semaphore.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
    }
}
