import Dispatch

/// Wakes a thread that waits; wakes that come while it does not wait count once.
struct BlockingSignal: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    /// Wakes the waiting thread.
    func signal() { semaphore.signal() }

    /// Waits until it is woken.
    func wait() { semaphore.wait() }

    /// Waits until it is woken or the time is over; whether it was woken.
    func wait(milliseconds: Int) -> Bool { semaphore.wait(timeout: .now() + .milliseconds(milliseconds)) == .success }
}
