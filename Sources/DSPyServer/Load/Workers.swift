import Synchronization

/// Lets so many programs run at once; a bounded number of requests waits, in the order they came.
final class Workers: Sendable {
    /// A place at a worker, or in the queue for one.
    final class Place: Sendable {
        fileprivate struct State {
            /// Whether its turn has come; nil while it waits, false once it has left the queue.
            var isIn: Bool?
            var resume: CheckedContinuation<Bool, Never>?
        }

        /// Whether it counts as one request that waits; further rows of a batch do not.
        fileprivate let isCounted: Bool
        fileprivate let state = Mutex(State())

        fileprivate init(isCounted: Bool, isIn: Bool) {
            self.isCounted = isCounted
            if isIn { state.withLock { $0.isIn = true } }
        }

        /// Lets it in, or says that it waits no longer.
        ///
        /// - Returns: What tells whoever waits for it, outside of locks.
        fileprivate func settle(isIn: Bool) -> () -> Void {
            let waiter = state.withLock { state in
                state.isIn = isIn
                defer { state.resume = nil }
                return state.resume
            }
            return { waiter?.resume(returning: isIn) }
        }
    }

    private struct State {
        var running = 0
        /// How many of those that wait are counted.
        var counted = 0
        var waiting: [Place] = []
    }

    /// How many run at once.
    let limit: Int
    private let queue: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limit: How many run at once.
    ///   - queue: How many requests may wait.
    init(limit: Int, queue: Int) {
        self.limit = max(1, limit)
        self.queue = max(0, queue)
    }

    /// How many run, and how many wait.
    var figures: (running: Int, waiting: Int) { state.withLock { ($0.running, $0.counted) } }

    /// A place for a request.
    ///
    /// - Parameter isFurther: Whether it is a further row of a request that has one already.
    /// - Throws: `RunFailure` (`overloaded`) when nobody may wait any more.
    func place(isFurther: Bool = false) throws -> Place {
        try state.withLock { state in
            if state.running < limit, state.waiting.isEmpty {
                state.running += 1
                return Place(isCounted: !isFurther, isIn: true)
            }
            guard isFurther || state.counted < queue else {
                throw RunFailure(.overloaded, "too many requests are waiting; try again later", retryAfter: 1)
            }
            let place = Place(isCounted: !isFurther, isIn: false)
            state.waiting.append(place)
            if !isFurther { state.counted += 1 }
            return place
        }
    }

    /// Runs something at a place, once its turn has come; the place is given back.
    ///
    /// - Throws: `CancellationError` for a task that is cancelled while it waits; what the operation throws.
    func run<Outcome: Sendable>(
        at place: Place, _ operation: @Sendable () async throws -> Outcome
    ) async throws -> Outcome {
        try await enter(place)
        defer { leave() }
        try Task.checkCancellation()
        return try await operation()
    }

    /// Gives a place back that nothing was run at.
    func giveBack(_ place: Place) {
        giveUp(place)
        if place.state.withLock({ $0.isIn }) == true { leave() }
    }

    private func enter(_ place: Place) async throws {
        if place.state.withLock({ $0.isIn }) == true { return }
        let isIn = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isIn = place.state.withLock { state in
                    if state.isIn == nil { state.resume = continuation }
                    return state.isIn
                }
                if let isIn { continuation.resume(returning: isIn) }
            }
        } onCancel: {
            giveUp(place)
        }
        if !isIn { throw CancellationError() }
    }

    /// Leaves the queue; nothing happens to a place whose turn has come.
    private func giveUp(_ place: Place) {
        let tell = state.withLock { state -> (() -> Void)? in
            guard let index = state.waiting.firstIndex(where: { $0 === place }) else { return nil }
            state.waiting.remove(at: index)
            if place.isCounted { state.counted -= 1 }
            return place.settle(isIn: false)
        }
        tell?()
    }

    private func leave() {
        let tell = state.withLock { state -> (() -> Void)? in
            guard !state.waiting.isEmpty else {
                state.running -= 1
                return nil
            }
            let next = state.waiting.removeFirst()
            if next.isCounted { state.counted -= 1 }
            // In the same moment in which it leaves the queue: whoever gives it back finds it here or there.
            return next.settle(isIn: true)
        }
        tell?()
    }
}
