import Platform
import DSPyCore
import OrderedJSON

/// The state of one run: which rows wait, which run, and whether new ones may start.
///
/// An object, because a struct of so many parts would be copied at every look.
final class Run {
    private let options: BatchOptions
    private let counters: BatchCounters
    private(set) var earlier: EarlierRows?
    var sink: RecordSink

    private var waiting: [BatchRow] = []
    private var place = 0
    private var isInputEnded = false
    private var (inFlight, most) = (0, 0)
    private var started = 0
    private var seenIDs = IDTable()
    private var samplePlace = 0
    private var refusals = RefusalStreak()
    /// Whether rows are being asked for.
    var isReading = false
    /// Why the batch ends early.
    private(set) var reason: StopReason?
    /// Whether what runs is to be cancelled.
    private(set) var mustAbort = false
    var failure: BatchFailure?

    /// Where rows of an earlier run stand now, latest first; only kept when they may have moved.
    private(set) var places: [UInt64: [RowPlace]] = [:]
    private let keepsPlaces: Bool

    init(
        options: BatchOptions, counters: BatchCounters, earlier: EarlierRows?, keepsPlaces: Bool, sink: RecordSink
    ) {
        self.keepsPlaces = keepsPlaces
        self.options = options
        self.counters = counters
        self.earlier = earlier
        self.sink = sink
    }

    private var isStopped: Bool { reason != nil || failure != nil }
    private var isLimitReached: Bool { options.limit.map { started >= $0 } ?? false }

    private var isInputSeen: Bool { isInputEnded && place == waiting.count }
    private var isAllStarted: Bool { isLimitReached || isInputSeen }
    /// Whether the input is only read to learn which rows of earlier runs are still in it.
    private var isReadingOn: Bool {
        isLimitReached && !isInputSeen && options.readsToTheEnd && earlier?.hasMissing == true
    }

    /// Whether nothing is left to start.
    private var isEnding: Bool { isStopped || isAllStarted && !isReadingOn }

    /// Whether nothing runs and nothing is left to start.
    var isFinished: Bool { mustAbort || inFlight == 0 && isEnding }

    /// Whether more rows are to be read.
    var wantsRows: Bool {
        !isReading && !isInputEnded && !isStopped && place == waiting.count && (!isLimitReached || isReadingOn)
    }

    /// Takes rows that were read; none means that the input has ended.
    func add(_ rows: [BatchRow]) {
        isReading = false
        if rows.isEmpty { isInputEnded = true }
        waiting = rows
        place = 0
    }

    func inputFailed(_ input: InputFailure) {
        isReading = false
        isInputEnded = true
        failure = BatchFailure(input)
    }

    /// The next row to start; nil when there is none, or no room.
    ///
    /// Rows that need no run are dealt with on the way.
    func nextRow() async -> BatchRow? {
        while place < waiting.count, !isStopped {
            if isLimitReached { return passOver() }
            guard inFlight < min(options.window, max(1, options.room())),
                sink.hasRoom(window: options.window)
            else { return nil }
            let row = waiting[place]
            place += 1
            let isDone = earlier?.meet(row.key) == true
            guard isSelected(row) else { continue }
            started += 1
            if isDone {
                // A further row of this id is refused, as it would have been in one run.
                if row.mayRepeat, options.refusesDuplicates { _ = seenIDs.note(row.id, line: row.line) }
                if keepsPlaces {
                    let place = RowPlace(
                        index: row.index, line: row.line, number: row.hasOwnID ? nil : row.id)
                    places[row.key, default: []].insert(place, at: 0)
                }
                continue
            }
            guard let row = await accepted(row) else { continue }
            sink.expect(row.index)
            inFlight += 1
            most = max(most, inFlight)
            let running = inFlight
            counters.update { $0.inFlight = running }
            return row
        }
        return nil
    }

    /// Takes note of rows that are not to be started.
    private func passOver() -> BatchRow? {
        guard isReadingOn else { return nil }
        for row in waiting[place...] { _ = earlier?.meet(row.key) }
        place = waiting.count
        return nil
    }

    /// Takes rows out of the counts that earlier runs had finished and that are not in the input any more.
    ///
    /// - Returns: The rows of earlier runs as the input has them.
    func close() -> EarlierRows? {
        guard !mustAbort, failure == nil, isInputSeen, var earlier else { return earlier }
        earlier.isInputSeen = true
        let missing = earlier.missing
        counters.update { counters in
            counters.ok -= missing.ok
            counters.failed -= missing.failed
            counters.resumed -= missing.ok + missing.failed
        }
        return earlier
    }

    private func isSelected(_ row: BatchRow) -> Bool {
        if row.index < options.skip { return false }
        if let shard = options.shard, row.index % shard.of != shard.part - 1 { return false }
        guard let sample = options.sample else { return true }
        while samplePlace < sample.count, sample[samplePlace] < row.index { samplePlace += 1 }
        return samplePlace < sample.count && sample[samplePlace] == row.index
    }

    /// The row, perhaps as a failed one; nil when it is passed over.
    private func accepted(_ row: BatchRow) async -> BatchRow? {
        var row = row
        if case .failure(let error) = row.content {
            switch options.onBadLine {
            case .error: break
            case .skip:
                counters.update { $0.bad += 1 }
                return nil
            case .abort:
                failure = .badLine(line: row.line, message: error.report.message)
                mustAbort = true
                return nil
            }
        }
        if row.mayRepeat, options.refusesDuplicates, let first = seenIDs.note(row.id, line: row.line) {
            row.content = .failure(RowError(.duplicateID, "the id \"\(row.id)\" stands in line \(first) already"))
        }
        return row
    }

    /// Takes what became of rows and writes it; only then others take their place.
    func finish(_ rows: [FinishedRow]) async {
        guard !rows.isEmpty else { return }
        if failure == nil {
            for row in rows { sink.add(row) }
            do throws(BatchFailure) {
                try await sink.flush()
                for row in rows where row.line != nil { count(row) }
            } catch {
                failure = failure ?? error
                mustAbort = true
            }
        }
        inFlight -= rows.count
        let running = inFlight
        counters.update { $0.inFlight = running }
        if isEnding, most > 0 { options.windowShrinks(Double(running) / Double(most)) }
    }

    /// Starts nothing new; with `aborts`, what runs is cancelled as well.
    func stop(_ why: StopReason, aborts: Bool) {
        // A budget that the last rows use up stops nothing.
        if why == .budget, isAllStarted { return }
        reason = reason ?? why
        if aborts { mustAbort = true }
    }

    private func count(_ row: FinishedRow) {
        let now = counters.add(row)
        if options.stopsWhenRefused, refusals.add(row), let failure = row.failure {
            stop(.refused(code: failure.code.rawValue, message: failure.message), aborts: options.onError == .abort)
        }
        if let failure = row.failure {
            options.rowFailed(failure.id, failure.code.rawValue, failure.message)
            if failure.code == .rateLimited, row.isBeyondWait { stop(.rateLimit, aborts: false) }
            let isTooMany =
                switch options.errorLimit {
                case .count(let limit)?: now.failed >= limit
                case .percent(let limit)?:
                    now.finished >= 10 && Double(now.failed) * 100 >= limit * Double(now.ok + now.failed)
                case nil: false
                }
            if isTooMany, options.onError != .continue { stop(.errors, aborts: options.onError == .abort) }
        }
        if let budget = options.budget, now.cost >= budget { stop(.budget, aborts: false) }
        if let budget = options.tokenBudget, now.tokens >= budget { stop(.budget, aborts: false) }
    }
}
