import Basics
import DSPyCore
import OrderedJSON
import Synchronization

/// What a batch has done so far, for progress and the last line.
package final class BatchCounters: Sendable {
    /// One look at the counters.
    package struct Snapshot: Sendable {
        /// Rows with a prediction, those of earlier runs included.
        package var ok = 0
        /// Rows that failed, those of earlier runs included.
        package var failed = 0
        /// Rows among the failed that could not be read at all.
        package var bad = 0
        /// Rows that earlier runs had finished.
        package var resumed = 0
        /// Requests that went out because one before had failed.
        package var retried = 0
        /// Rows answered from the cache.
        package var cached = 0
        /// Rows that run now.
        package var inFlight = 0
        /// Tokens in and out.
        package var tokens = 0
        /// Dollars, as far as prices are known.
        package var cost = 0.0
        /// Whether every row's price was known.
        package var isCostKnown = true
        /// How many rows there are, once that is known.
        package var total: Int?
        /// Failed rows by error code.
        package var codes: [String: Int] = [:]

        /// Rows that this run has finished.
        package var finished: Int { ok + failed - resumed }
    }

    private let state = Mutex(Snapshot())

    /// Counters at zero.
    package init() {}

    /// The counters now.
    package var snapshot: Snapshot { state.withLock { $0 } }

    /// Changes the counters.
    package func update(_ change: (inout Snapshot) -> Void) { state.withLock { change(&$0) } }

    /// Counts a row that ran to its end.
    ///
    /// - Returns: The counters after it.
    func add(_ row: FinishedRow) -> Snapshot {
        state.withLock { state in
            if let code = row.failure?.code {
                state.failed += 1
                state.codes[code.rawValue, default: 0] += 1
                if code == .badLine || code == .lineTooLong { state.bad += 1 }
            } else {
                state.ok += 1
            }
            state.retried = state.retried.adding(saturating: row.retries)
            if row.isCached { state.cached += 1 }
            state.tokens = state.tokens.adding(saturating: row.tokens)
            if let cost = row.cost, cost.isFinite { state.cost += max(0, cost) } else { state.isCostKnown = false }
            return state
        }
    }
}
