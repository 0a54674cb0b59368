import Basics
import Dispatch

/// The time that limits are kept by; tests put another in its place.
package struct CallClock: Sendable {
    /// Seconds since some moment; never goes back.
    let now: @Sendable () -> Double
    /// Runs something so many seconds later.
    let after: @Sendable (Double, @escaping @Sendable () -> Void) -> Void

    package init(
        now: @escaping @Sendable () -> Double,
        after: @escaping @Sendable (Double, @escaping @Sendable () -> Void) -> Void
    ) {
        self.now = now
        self.after = after
    }

    /// The clock of this machine.
    package static let system = {
        let start = ContinuousClock.now
        return CallClock(
            now: { (ContinuousClock.now - start).inSeconds },
            after: { seconds, body in
                let wait = DispatchTimeInterval.microseconds(Int(min(max(seconds, 0), 1e9) * 1e6) + 1)
                DispatchQueue.global().asyncAfter(deadline: .now() + wait, execute: body)
            })
    }()
}
