import Basics
import DSPyCore
import OrderedJSON
import Synchronization

/// What is left of a row once its run has ended: its line, and what counts of it.
struct FinishedRow: Sendable {
    /// The row's place among the rows.
    let index: Int
    /// The line to write; nil for a row that was cancelled, so that a later run does it.
    let line: [UInt8]?
    /// Why there is no prediction, and which row has none; nil when there is one.
    let failure: Failure?
    /// Whether the provider asked for a longer wait than is allowed.
    let isBeyondWait: Bool
    /// Requests that went out because one before had failed.
    let retries: Int
    /// Whether every answer came from the cache.
    let isCached: Bool
    /// Tokens in and out.
    let tokens: Int
    /// Dollars; nil when a price is not known.
    let cost: Double?

    /// A row that has no prediction.
    struct Failure: Sendable {
        let id: String
        let code: ErrorCode
        let message: String
        /// Whether the provider would refuse any other row too.
        let holdsForAll: Bool
    }

    init(_ index: Int, _ record: BatchRecord?, encode: (BatchRecord) -> [UInt8]) {
        self.index = index
        line = record.map(encode)
        if let record, case .failure(let error) = record.outcome {
            failure = Failure(
                id: record.id, code: error.report.code, message: error.report.message, holdsForAll: error.holdsForAll)
            isBeyondWait = error.isBeyondWait
        } else {
            (failure, isBeyondWait) = (nil, false)
        }
        retries = record?.retries ?? 0
        isCached = record?.isCached ?? false
        // What a server says it has counted is no number to rely on.
        var tokens = 0
        for (_, counts) in record?.usage ?? [:] {
            tokens = tokens.adding(saturating: max(0, counts["total_tokens"]?.int ?? 0))
        }
        self.tokens = tokens
        cost = record?.cost ?? (record?.usage.isEmpty ?? true ? 0 : nil)
    }
}

/// Rows whose runs have ended and that nobody has seen yet.
///
/// Rows often end together; whoever takes them gets all at once, and writes them at once.
final class FinishedRows: Sendable {
    private let rows = Mutex<[FinishedRow]>([])

    /// Notes that a row's run has ended.
    func add(_ row: FinishedRow) { rows.withLock { $0.append(row) } }

    /// All that are there, in the order they ended; nobody gets them again.
    func take() -> [FinishedRow] {
        rows.withLock { rows in
            defer { rows = [] }
            return rows
        }
    }
}
