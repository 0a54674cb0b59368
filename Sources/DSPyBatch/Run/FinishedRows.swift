import Synchronization

/// Rows whose runs have ended and that nobody has seen yet.
///
/// Rows often end together; whoever takes them gets all at once, and writes them at once.
final class FinishedRows: Sendable {
    /// A row's place among the rows, and what became of it; nil when it was cancelled.
    typealias Row = (index: Int, record: BatchRecord?)

    private let rows = Mutex<[Row]>([])

    /// Notes that a row's run has ended.
    func add(_ index: Int, _ record: BatchRecord?) { rows.withLock { $0.append((index, record)) } }

    /// All that are there, in the order they ended; nobody gets them again.
    func take() -> [Row] {
        rows.withLock { rows in
            defer { rows = [] }
            return rows
        }
    }
}
