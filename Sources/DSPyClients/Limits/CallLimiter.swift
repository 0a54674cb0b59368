import Basics
import DSPyCore

/// Lets requests to one provider with one key start when they may; all tasks share it.
///
/// Requests wait in the order they came, those that are tried again before the others. One lock guards all of it, and it
/// is never held while anything waits.
package final class CallLimiter: Sendable {
    /// One look at a limiter.
    package struct Snapshot: Sendable, Hashable {
        /// How many requests may be under way.
        package var limit = 0
        /// How many are.
        package var inFlight = 0
        /// How many wait for their turn.
        package var waiting = 0
        /// How many were refused (429).
        package var refusals = 0
        /// For how many seconds nothing starts because the provider said so; 0 when it did not.
        package var pause = 0.0
        /// Which way the limit went last: 1, 0 or -1.
        package var trend = 0

        /// A look at nothing.
        package init() {}
    }

    private typealias Turn = Result<CallGate.Permit, LMError>

    private struct Waiter {
        let tokens: Int
        let resume: CheckedContinuation<Turn?, Never>
    }

    private struct State {
        var gate: CallGate
        var again = WaitQueue<Waiter>()
        var fresh = WaitQueue<Waiter>()
        var nextID = 0
        /// When a look at the queue is due; nil when none is.
        var wake: Double?
    }

    /// What is to be done when the lock is free again.
    private struct Work {
        var turns: [(CheckedContinuation<Turn?, Never>, Turn)] = []
        var wakeAfter: Double?
    }

    private let clock: CallClock
    private let state: Locked<State>

    /// A limiter of this pace.
    package init(_ pace: CallPace, clock: CallClock = .system) {
        self.clock = clock
        state = Locked(State(gate: CallGate(pace, now: clock.now())))
    }

    /// Lets a request start if it may now and nobody waits, which is mostly so; nil when it has to wait.
    ///
    /// - Parameters:
    ///   - tokens: About how many tokens it will use.
    ///   - isRetry: Whether it was tried before.
    /// - Throws: `CancellationError`.
    package func acquireAtOnce(estimatedTokens tokens: Int = 0, isRetry: Bool = false) throws -> CallGate.Permit? {
        try Task.checkCancellation()
        let now = clock.now()
        return state.withLock { state in
            guard state.again.count == 0, isRetry || state.fresh.count == 0,
                case .started(let permit) = state.gate.start(tokens: tokens, at: now)
            else { return nil }
            return permit
        }
    }

    /// Waits until a request may start.
    ///
    /// - Parameters: As ``acquireAtOnce(estimatedTokens:isRetry:)``.
    /// - Throws: `LMError` when the provider asks for a longer wait than is allowed; `CancellationError`.
    package func acquire(estimatedTokens tokens: Int = 0, isRetry: Bool = false) async throws -> CallGate.Permit {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let turn = await withTaskCancellationHandler {
            await withCheckedContinuation { (resume: CheckedContinuation<Turn?, Never>) in
                let now = clock.now()
                let work: Work? = state.withLock { state in
                    // A handler that ran before this is seen here, a later one finds the waiter.
                    guard !Task.isCancelled else { return nil }
                    let waiter = Waiter(tokens: tokens, resume: resume)
                    if isRetry { state.again.append(waiter, id: id) } else { state.fresh.append(waiter, id: id) }
                    return Self.pump(&state, now)
                }
                if let work { perform(work) } else { resume.resume(returning: nil) }
            }
        } onCancel: {
            let waiter = state.withLock { $0.again.remove(id) ?? $0.fresh.remove(id) }
            waiter?.resume.resume(returning: nil)
        }
        guard let turn else { throw CancellationError() }
        return try turn.get()
    }

    /// Tells what became of a request, and how many tokens it used.
    package func release(_ permit: CallGate.Permit, _ outcome: CallOutcome, tokens: Int? = nil) {
        change { $0.end(permit, outcome, tokens: tokens, at: $1) }
    }

    /// Lets nothing start for so many seconds.
    package func pause(for seconds: Double) {
        change { $0.pause(for: seconds, at: $1) }
    }

    /// The limiter now.
    package var snapshot: Snapshot {
        let now = clock.now()
        return state.withLock { state in
            var snapshot = Snapshot()
            snapshot.limit = state.gate.adaptive.limit
            snapshot.inFlight = state.gate.adaptive.inFlight
            snapshot.waiting = state.again.count + state.fresh.count
            snapshot.refusals = state.gate.refusals
            snapshot.pause = max(0, state.gate.pausedUntil - now)
            snapshot.trend = state.gate.adaptive.trend
            return snapshot
        }
    }

    // MARK: The queue

    private func change(_ body: @Sendable (inout CallGate, Double) -> Void) {
        let now = clock.now()
        perform(
            state.withLock { state in
                body(&state.gate, now)
                return Self.pump(&state, now)
            })
    }

    private static func pump(_ state: inout State, _ now: Double) -> Work {
        var work = Work()
        while let waiter = state.again.first ?? state.fresh.first {
            let turn: Turn
            switch state.gate.start(tokens: waiter.tokens, at: now) {
            case .started(let permit): turn = .success(permit)
            case .tooLate(let seconds): turn = .failure(tooLong(seconds))
            case .whenOneEnds: return work
            case .later(let time):
                if state.wake.map({ time < $0 || $0 <= now }) ?? true {
                    state.wake = time
                    work.wakeAfter = time - now
                }
                return work
            }
            _ = state.again.popFirst() ?? state.fresh.popFirst()
            work.turns.append((waiter.resume, turn))
        }
        return work
    }

    private func perform(_ work: Work) {
        for (resume, turn) in work.turns { resume.resume(returning: turn) }
        guard let seconds = work.wakeAfter else { return }
        clock.after(seconds) { [weak self] in self?.change { _, _ in } }
    }

    private static func tooLong(_ seconds: Double) -> LMError {
        LMError(
            .rateLimited,
            "the provider asks to wait \(Int(saturating: seconds.rounded(.up))) seconds, which is too long",
            status: 429, retryAfter: seconds, attempts: 0)
    }
}
