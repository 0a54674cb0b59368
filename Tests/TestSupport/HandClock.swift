import Synchronization

/// A clock that stands still: a sleep ends when the test says so, or when its task is cancelled.
package final class HandClock: Clock {
    /// A time of this clock.
    package struct Instant: InstantProtocol {
        fileprivate var offset: Swift.Duration
        /// Later by so much.
        package func advanced(by duration: Swift.Duration) -> Instant { Instant(offset: offset + duration) }
        /// The time between both.
        package func duration(to other: Instant) -> Swift.Duration { other.offset - offset }
        /// Whether the left one is earlier.
        package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let asked = Mutex<[Swift.Duration]>([])
    private let gate: Gate

    /// A clock.
    ///
    /// - Parameter isOpen: Whether sleeps end at once.
    package init(isOpen: Bool) { gate = Gate(isOpen: isOpen) }

    /// No time at all.
    package let minimumResolution = Swift.Duration.zero
    /// Always the start.
    package var now: Instant { Instant(offset: .zero) }
    /// How long sleepers asked to sleep.
    package var sleeps: [Swift.Duration] { asked.withLock { $0 } }

    /// Waits until the test lets it.
    package func sleep(until deadline: Instant, tolerance: Swift.Duration?) async throws {
        asked.withLock { $0.append(deadline.offset) }
        try await gate.pass()
    }
}
