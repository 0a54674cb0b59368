/// How a batch runs.
package struct BatchOptions: Sendable {
    /// When failed rows stop the batch.
    package enum ErrorLimit: Sendable, Hashable {
        /// So many failed rows.
        case count(Int)
        /// So large a part of the finished rows, in percent, once ten are finished.
        case percent(Double)
    }

    /// What happens when the limit of failed rows is reached.
    package enum OnError: String, Sendable, CaseIterable {
        /// Nothing.
        case `continue`
        /// What runs may finish.
        case drain
        /// What runs is cancelled.
        case abort
    }

    /// What becomes of a line that cannot be read.
    package enum OnBadLine: String, Sendable, CaseIterable {
        /// A failed row.
        case error
        /// Nothing.
        case skip
        /// The end of the batch before any further call.
        case abort
    }

    /// The order of rows on the way out.
    package enum Order: String, Sendable, CaseIterable {
        /// As they finish.
        case completion
        /// As they came in.
        case input
    }

    /// How many rows run at once, at the most.
    package var window = 20
    /// How many rows there is room for now, where that changes.
    package var room: @Sendable () -> Int = { .max }
    /// When failed rows stop the batch.
    package var errorLimit: ErrorLimit?
    /// What happens then.
    package var onError = OnError.drain
    /// Whether a batch stops in which every row is refused for a reason that holds for all.
    package var stopsWhenRefused = true
    /// What becomes of a line that cannot be read.
    package var onBadLine = OnBadLine.error
    /// Whether a row whose id was there before is a failed row.
    package var refusesDuplicates = true
    /// The order of rows on the way out, where the output is no journal.
    package var order = Order.completion
    /// How many rows to pass over.
    package var skip = 0
    /// Whether the input ends, so that it may be read behind the last row that is done.
    package var readsToTheEnd = false
    /// How many rows to do; nil for all.
    package var limit: Int?
    /// Which part of the rows to do: every `of`th, from `part`, counted from 1.
    package var shard: (part: Int, of: Int)?
    /// The places of the rows to do, sorted; nil for all.
    package var sample: [Int]?
    /// When to stop for time.
    package var deadline: ContinuousClock.Instant?
    /// When to stop for money, in dollars of this run.
    package var budget: Double?
    /// When to stop for tokens of this run.
    package var tokenBudget: Int?
    /// How long rows in flight may take after a drain was asked.
    package var grace = Duration.seconds(30)
    /// Hears of each failed row: its id, the code and the message of its error.
    package var rowFailed: @Sendable (_ id: String, _ code: String, _ message: String) -> Void = { _, _, _ in }
    /// Hears which part of the rows that ran at most still runs, from 0 to 1, each time that one ends and none is left to
    /// start.
    package var windowShrinks: @Sendable (Double) -> Void = { _ in }

    package init() {}
}

/// Why a batch ended before its input did.
package enum StopReason: Sendable, Hashable {
    /// Somebody asked, by a signal.
    case asked
    /// Too many failed rows.
    case errors
    /// The provider refuses every row: the key, the credit or the model; the last refusal in words.
    case refused(code: String, message: String)
    /// The money or tokens are spent.
    case budget
    /// The time is over.
    case deadline
    /// A provider asks to wait longer than allowed.
    case rateLimit
}
