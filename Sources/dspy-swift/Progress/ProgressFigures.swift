import DSPyBatch
import DSPyClients
import OrderedJSON

/// What progress tells at one moment.
struct ProgressFigures: Sendable {
    /// The program's name.
    var name: String
    /// What was done.
    var counters: BatchCounters.Snapshot
    /// The limits of calls; nil where there are none.
    var pace: CallLimiter.Snapshot?
    /// How long this run has taken.
    var seconds: Double
    /// How fast it is.
    var rate: ProgressRate

    /// The rows that are done, those of earlier runs included.
    var done: Int { counters.ok + counters.failed }

    /// The seconds that the rest takes; nil when that is not known, or nothing is left.
    var rest: Double? {
        guard let total = counters.total, done < total, rate.rows > 0 else { return nil }
        return Double(total - done) / rate.rows
    }

    /// What this run will have cost in the end if rows go on costing what they did; nil when too little is known.
    var expectedCost: Double? {
        guard let total = counters.total, counters.cost > 0, counters.finished >= 10, done < total else { return nil }
        return counters.cost * Double(total - counters.resumed) / Double(counters.finished)
    }

    /// The line of a log.
    var plain: String {
        let pace = PaceText(pace)
        var line = "batch \(name): \(done)\(counters.total.map { "/\($0)" } ?? "") rows, ok \(counters.ok)"
        line += ", failed \(counters.failed), in flight \(pace.inFlight(rows: counters.inFlight))"
        line += ", \(FigureText.decimal(rate.rows))/s, \(FigureText.clock(seconds))"
        if counters.tokens > 0 { line += ", \(counters.tokens) tokens" }
        if pace.refusals > 0 { line += ", \(pace.refusals) 429s" }
        if let pause = pace.pause { line += ", \(pause)" }
        return line
    }

    /// The figures for a program that watches.
    var json: JSON {
        let pace = pace ?? .init()
        return [
            "type": "progress", "ok": .int(counters.ok), "failed": .int(counters.failed), "bad": .int(counters.bad),
            "resumed": .int(counters.resumed), "retried": .int(counters.retried), "cached": .int(counters.cached),
            "in_flight": .int(counters.inFlight), "total": counters.total.map { .int($0) } ?? .null,
            "rows_per_second": .double(rate.rows), "eta_seconds": rest.map { .double($0) } ?? .null,
            "seconds": .double(seconds), "tokens": .int(counters.tokens), "cost_usd": .double(counters.cost),
            "calls": .int(pace.inFlight), "limit": .int(pace.limit), "waiting": .int(pace.waiting),
            "refusals": .int(pace.refusals), "paused_seconds": .double(pace.pause),
        ]
    }

    /// The last line: what was done, how long it took, what it used.
    var summary: String {
        var parts = ["\(counters.ok) ok", "\(counters.failed) failed"]
        if counters.resumed > 0 { parts.append("\(counters.resumed) from before") }
        if counters.retried > 0 { parts.append("\(counters.retried) retried") }
        if counters.cached > 0 { parts.append("\(counters.cached) cached") }
        parts.append(FigureText.clock(seconds))
        parts.append("\(FigureText.decimal(seconds > 0 ? Double(counters.finished) / seconds : 0)) rows/s")
        if counters.tokens > 0 { parts.append("\(counters.tokens) tokens") }
        if counters.cost > 0 {
            let known = counters.isCostKnown ? "" : " where prices are known"
            parts.append("$\(FigureText.decimal(counters.cost, places: 4))\(known)")
        }
        let codes = counters.codes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return parts.joined(separator: ", ") + (codes.isEmpty ? "" : " (\(codes.joined(separator: ", ")))")
    }
}
