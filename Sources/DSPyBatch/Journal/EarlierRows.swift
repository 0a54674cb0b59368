/// The rows that an output held when a run began, as they are met again in the input.
package struct EarlierRows: Sendable {
    private var ok: KeySet
    private var failed: KeySet
    private let redoesFailed: Bool
    /// Whether some failed row stood beside a prediction for it.
    private let hasRepaired: Bool
    /// Rows of the input beyond those that were there of the same hash.
    private var more: [UInt64: Int] = [:]
    /// Whether the whole input was seen, so that a row that was not met is not in it any more.
    var isInputSeen = false

    /// The rows of a journal.
    ///
    /// - Parameter redoesFailed: Whether failed rows are to be done again.
    package init(_ scan: JournalScan, redoesFailed: Bool) {
        ok = KeySet(sorted: scan.ok)
        // A row that failed and was done again later stands twice until the file is tidied.
        let failures = scan.failures.filter { scan.countOK($0.key) == 0 }
        failed = KeySet(sorted: failures.flatMap { Array(repeating: $0.key, count: $0.value) }.sorted())
        hasRepaired = failures.count < scan.failures.count
        self.redoesFailed = redoesFailed
    }

    /// How many rows have a prediction, and how many failed and are not done again.
    package var counts: (ok: Int, failed: Int) { (ok.keys.count, redoesFailed ? 0 : failed.keys.count) }

    /// How many of those were not met.
    var missing: (ok: Int, failed: Int) { (ok.left, redoesFailed ? 0 : failed.left) }

    /// Whether some row was not met yet.
    var hasMissing: Bool { ok.left + failed.left > 0 }

    /// Takes note of a row of the input.
    ///
    /// - Returns: Whether it needs no run.
    mutating func meet(_ key: UInt64) -> Bool {
        if ok.take(key) { return true }
        if failed.take(key) { return !redoesFailed }
        if ok.contains(key) || failed.contains(key) { more[key, default: 0] += 1 }
        return false
    }

    /// Which lines of the journal are too many now, by their hash: failed ones that were done again, and those of rows that
    /// are not in the input any more, or not as often.
    func surplus(in scan: () throws(BatchFailure) -> JournalScan) throws(BatchFailure) -> [UInt64: SurplusLines] {
        let hasRedone = redoesFailed && failed.left < failed.keys.count
        guard hasRepaired || hasRedone || isInputSeen && hasMissing else { return [:] }
        let scan = try scan()
        var surplus: [UInt64: SurplusLines] = [:]
        for set in [ok, failed] {
            set.forEach { key, count, taken in
                let wanted = (isInputSeen ? taken : count) + (more[key] ?? 0)
                let (good, bad) = (scan.countOK(key), scan.failures[key] ?? 0)
                let tooMany = good + bad - wanted
                guard tooMany > 0 else { return }
                let failed = min(tooMany, bad)
                surplus[key] = SurplusLines(failed: failed, ok: tooMany - failed, isGone: wanted == 0)
            }
        }
        return surplus
    }
}

/// How many lines of one hash are too many; the first ones go.
struct SurplusLines: Sendable, Hashable {
    /// Lines of failed rows.
    var failed = 0
    /// Lines of predictions.
    var ok = 0
    /// Whether the row is not in the input any more.
    var isGone = false

    /// Whether a line of this kind goes; counts it.
    mutating func take(isOK: Bool) -> Bool {
        if isOK {
            ok -= 1
            return ok >= 0
        }
        failed -= 1
        return failed >= 0
    }
}
