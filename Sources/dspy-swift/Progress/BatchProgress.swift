import Platform
import Basics
import Console
import DSPyCore
import DSPyBatch
import DSPyClients
import Dispatch
import OrderedJSON
import Synchronization

/// Shows on standard error how far a batch is: two lines on a terminal, a plain line every ten seconds elsewhere, or a line
/// of JSON every second.
final class BatchProgress: Sendable {
    /// How progress is shown.
    enum Form: String, Sendable {
        case bar, plain, json, none
    }

    private struct State {
        var rate = ProgressRate()
        var screen = PaneScreen()
        var errors = ErrorLines()
        /// Lines that are to stand above the bar.
        var notes: [String] = []
        var isOver = false
    }

    private let form: Form
    private let name: String
    private let counters: BatchCounters
    private let limits: CallLimits
    private let messages: Messages
    private let now: @Sendable () -> ContinuousClock.Instant
    private let start: ContinuousClock.Instant
    private let state = Mutex(State())
    private let pause = DispatchSemaphore(value: 0)
    private let done = DispatchSemaphore(value: 0)

    /// - Parameter now: The time; tests put another in its place.
    init(
        _ form: Form, name: String, counters: BatchCounters, limits: CallLimits, messages: Messages,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.now = now
        start = now()
        self.form = form
        self.name = name
        self.counters = counters
        self.limits = limits
        self.messages = messages
    }

    /// Starts to show.
    func begin() {
        if form == .bar { messages.divert { [self] in note($0) } }
        if form == .none || SystemThread.start({ [self] in show() }) != 0 { done.signal() }
    }

    /// Shows a last time and stops; of the bar nothing stays.
    func end() {
        state.withLock { $0.isOver = true }
        pause.signal()
        _ = done.wait(timeout: .now() + .seconds(2))
        messages.divert(nil)
        guard form == .bar else { return }
        draw()
        try? Output.error.write(drawn: state.withLock { $0.screen.end(with: "", columns: Terminal.columns(2)) })
    }

    /// One line of status, as JSON where progress is.
    func tellStatus() {
        let figures = figures
        let line = form == .json ? figures.json.text(.python) : figures.plain
        guard form == .bar else {
            try? Output.error.writeLine(line)
            return
        }
        note(Terminal.escaped(line))
    }

    /// Puts a line above the bar, at once.
    private func note(_ line: String) {
        state.withLock { $0.notes.append(line) }
        pause.signal()
    }

    /// Takes note of a failed row.
    func rowFailed(_ row: String, code: String, message: String) {
        guard form == .bar else { return }
        let time = seconds
        state.withLock { state in
            guard let line = state.errors.line(row: row, code: code, message: message, at: time) else { return }
            state.notes.append(messages.terminal.style.red(Terminal.escaped(line)))
        }
    }

    /// What there is to tell now.
    var figures: ProgressFigures {
        let (now, time) = (counters.snapshot, seconds)
        let rate = state.withLock { state in
            state.rate.note(rows: now.finished, tokens: now.tokens, at: time)
            return state.rate
        }
        return ProgressFigures(name: name, counters: now, pace: limits.snapshot, seconds: time, rate: rate)
    }

    private var seconds: Double {
        (now() - start).inSeconds
    }

    private func show() {
        // Tenths of a second from line to line.
        let every = form == .bar ? 1 : form == .json ? 10 : 100
        var ticks = 0
        while !state.withLock({ $0.isOver }) {
            if ticks % every == every - 1 || form == .bar { draw() }
            ticks += 1
            _ = pause.wait(timeout: .now() + .milliseconds(100))
        }
        if form == .json { draw() }
        done.signal()
    }

    private func draw() {
        let figures = figures
        switch form {
        case .bar:
            let columns = Terminal.columns(2)
            // One column stays free: behind a full row the cursor would still stand on its last character.
            let bar = ProgressBar(figures, style: messages.terminal.style, width: columns - 1)
            let frame = state.withLock { state in
                defer { state.notes = [] }
                return state.screen.frame(bar.lines, above: state.notes, columns: columns)
            }
            try? Output.error.write(drawn: frame)
        case .plain: try? Output.error.writeLine(figures.plain)
        case .json: try? Output.error.writeLine(figures.json.text(.python))
        case .none: break
        }
    }
}
