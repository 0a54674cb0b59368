import Console
import DSPy
import DSPyBatch
import DSPyClients
import Dispatch
import OrderedJSON
import Synchronization

/// Shows on standard error how far a batch is: two lines on a terminal, a plain line every ten seconds elsewhere.
final class BatchProgress: Sendable {
    /// How progress is shown.
    enum Form: String, Sendable {
        case bar, plain, json, none
    }

    private let form: Form
    private let name: String
    private let counters: BatchCounters
    private let limits: CallLimits
    private let now: @Sendable () -> ContinuousClock.Instant
    private let start: ContinuousClock.Instant
    private let style: TextStyle
    private let stopped = Mutex(false)
    private let pause = DispatchSemaphore(value: 0)
    private let done = DispatchSemaphore(value: 0)
    private let recent = Mutex(ProgressRate())

    /// - Parameter now: The time; tests put another in its place.
    init(
        _ form: Form, name: String, counters: BatchCounters, limits: CallLimits, style: TextStyle,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.now = now
        start = now()
        self.form = form
        self.name = name
        self.counters = counters
        self.limits = limits
        self.style = style
    }

    /// Starts to show.
    func begin() {
        guard form != .none else {
            done.signal()
            return
        }
        if form == .bar { try? Output.error.write("\n\n") }
        let code = SystemThread.start { [self] in show() }
        if code != 0 { done.signal() }
    }

    /// Shows a last time and stops.
    func end() {
        stopped.withLock { $0 = true }
        pause.signal()
        _ = done.wait(timeout: .now() + .seconds(2))
        if form == .bar { try? Output.error.write("\u{1B}[2A\u{1B}[J") }
    }

    /// One line of status, as JSON where progress is.
    func tellStatus() { try? Output.error.writeLine(form == .json ? jsonLine().text(.python) : plainLine()) }

    private func show() {
        var ticks = 0
        let every = form == .bar ? 1 : 100
        while !stopped.withLock({ $0 }) {
            if form == .bar || ticks % every == every - 1 { draw() }
            ticks += 1
            _ = pause.wait(timeout: .now() + .milliseconds(100))
        }
        done.signal()
    }

    private func draw() {
        switch form {
        case .bar: try? Output.error.write(bar())
        case .plain: try? Output.error.writeLine(plainLine())
        case .json: try? Output.error.writeLine(jsonLine().text(.python))
        case .none: break
        }
    }

    // MARK: Figures

    private var elapsed: Double {
        let parts = (now() - start).components
        return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    }

    /// Rows per second of the last minute; rows of earlier runs do not count.
    private func rate(_ snapshot: BatchCounters.Snapshot) -> Double {
        let time = elapsed
        return recent.withLock { $0.perSecond(finished: snapshot.finished, at: time) }
    }

    /// The two lines of a terminal.
    func bar() -> String {
        let now = counters.snapshot
        let rate = rate(now)
        let finished = now.ok + now.failed
        var first = " batch \(name)"
        if let total = now.total, total > 0 {
            let share = min(1, Double(finished) / Double(total))
            first +=
                "  \(Self.blocks(share, width: 24))  \(Int(share * 100))%  \(Self.grouped(finished))/\(Self.grouped(total))"
            if let rest = ProgressRate.rest(done: finished, total: total, perSecond: rate) {
                first += "  · ETA \(Self.clock(rest))"
            }
        } else {
            first += "  \(Self.grouped(finished))"
        }
        first += "  · \(Self.decimal(rate))/s  · \(Self.clock(elapsed))"
        var second = "   ok \(Self.grouped(now.ok))"
        if now.failed > 0 { second += " · \(style.red("failed \(Self.grouped(now.failed))"))" }
        if now.bad > 0 { second += " · bad \(Self.grouped(now.bad))" }
        if now.retried > 0 { second += " · retried \(Self.grouped(now.retried))" }
        if now.cached > 0 { second += " · cached \(Self.grouped(now.cached))" }
        let pace = PaceWords(limits.snapshot)
        second += " · in flight \(pace.inFlight(rows: now.inFlight))"
        if pace.refusals > 0 { second += " · 429s \(Self.grouped(pace.refusals))" }
        if now.tokens > 0 { second += " · \(Self.grouped(now.tokens)) tok" }
        if now.cost > 0 { second += " · $\(Self.decimal(now.cost, places: 4))" }
        if let pause = pace.pause { second += " · \(style.yellow(pause))" }
        return "\u{1B}[2A\u{1B}[K\(first)\n\u{1B}[K\(second)\n"
    }

    private func plainLine() -> String {
        let now = counters.snapshot
        let total = now.total.map { "/\($0)" } ?? ""
        var line = "batch \(name): \(now.ok + now.failed)\(total) rows, ok \(now.ok), failed \(now.failed)"
        let pace = PaceWords(limits.snapshot)
        line += ", in flight \(pace.inFlight(rows: now.inFlight)), \(Self.decimal(rate(now)))/s, \(Self.clock(elapsed))"
        if now.tokens > 0 { line += ", \(now.tokens) tokens" }
        if pace.refusals > 0 { line += ", \(pace.refusals) 429s" }
        if let pause = pace.pause { line += ", \(pause)" }
        return line
    }

    /// The figures for a program that watches.
    func jsonLine() -> JSON {
        let now = counters.snapshot
        let rate = rate(now)
        let rest = ProgressRate.rest(done: now.ok + now.failed, total: now.total, perSecond: rate)
        let pace = limits.snapshot ?? .init()
        return [
            "type": "progress", "ok": .int(now.ok), "failed": .int(now.failed), "bad": .int(now.bad),
            "resumed": .int(now.resumed), "retried": .int(now.retried), "cached": .int(now.cached),
            "in_flight": .int(now.inFlight), "total": now.total.map { .int($0) } ?? .null,
            "rows_per_second": .double(rate), "eta_seconds": rest.map { .double($0) } ?? .null,
            "seconds": .double(elapsed), "tokens": .int(now.tokens), "cost_usd": .double(now.cost),
            "calls": .int(pace.inFlight), "limit": .int(pace.limit), "waiting": .int(pace.waiting),
            "refusals": .int(pace.refusals), "paused_seconds": .double(pace.pause),
        ]
    }

    /// The last line: what was done, how long it took, what it used.
    func summary() -> String {
        let now = counters.snapshot
        var parts = ["\(now.ok) ok", "\(now.failed) failed"]
        if now.resumed > 0 { parts.append("\(now.resumed) from before") }
        if now.retried > 0 { parts.append("\(now.retried) retried") }
        if now.cached > 0 { parts.append("\(now.cached) cached") }
        parts.append(Self.clock(elapsed))
        parts.append("\(Self.decimal(elapsed > 0 ? Double(now.finished) / elapsed : 0)) rows/s")
        if now.tokens > 0 { parts.append("\(now.tokens) tokens") }
        if now.cost > 0 {
            parts.append("$\(Self.decimal(now.cost, places: 4))\(now.isCostKnown ? "" : " where prices are known")")
        }
        let codes = now.codes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return parts.joined(separator: ", ") + (codes.isEmpty ? "" : " (\(codes.joined(separator: ", ")))")
    }

    private static func blocks(_ share: Double, width: Int) -> String {
        let eighths = Int(share * Double(width * 8))
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        let full = String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
        return full + String(repeating: " ", count: max(0, width - full.count))
    }

    private static func grouped(_ number: Int) -> String {
        let digits = String(number)
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text += "\u{202F}" }
            text.append(digit)
        }
        return text
    }

    static func decimal(_ number: Double, places: Int = 1) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        guard number.isFinite, number < 1e12 else { return "∞" }
        let scaled = Int((number * scale).rounded())
        let fraction = String(scaled % Int(scale))
        return "\(scaled / Int(scale)).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
    }

    static func clock(_ seconds: Double) -> String {
        let whole = Int(min(max(seconds, 0), 1e9))
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(hours):\(two(minutes)):\(two(rest))"
    }
}
