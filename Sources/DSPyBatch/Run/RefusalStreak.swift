import DSPyCore

/// Notices that a provider refuses every row for a reason that no row has brought along: the key, the credit, the model.
///
/// Counted are refusals of one kind in a row, as long as nothing has succeeded: a provider may refuse one row for what stands
/// in it, with the same status, and goes on with the next.
struct RefusalStreak {
    private var code: ErrorCode?
    private var count = 0
    private var isOver = false

    /// So many refusals in a row hold for all rows.
    private static let enough = 5
    /// What is wrong with a row itself tells nothing of the provider.
    private static let ofRows: Set<ErrorCode> = [.badLine, .lineTooLong, .duplicateID, .missingInput, .typeMismatch]

    /// Takes what became of a row.
    ///
    /// - Returns: Whether every row is refused, as far as anybody can tell.
    mutating func add(_ row: FinishedRow) -> Bool {
        guard !isOver else { return false }
        guard let failure = row.failure else {
            // The cache answers whatever the key is.
            isOver = !row.isCached
            return false
        }
        if Self.ofRows.contains(failure.code) { return false }
        guard failure.holdsForAll else {
            (code, count) = (nil, 0)
            return false
        }
        if code != failure.code { (code, count) = (failure.code, 0) }
        count += 1
        return count >= Self.enough
    }
}
