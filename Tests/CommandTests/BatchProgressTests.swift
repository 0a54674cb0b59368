import Basics
import Console
import DSPyBatch
import DSPyClients
import OrderedJSON
import Synchronization
import TestSupport
import Testing

@testable import dspy_swift

/// What a batch tells of its speed.
@Suite struct BatchProgressFigures {
    private final class Time: Sendable {
        let now = Mutex(ContinuousClock.now)
        func advance(_ seconds: Double) { now.withLock { $0 += .milliseconds(Int(seconds * 1000)) } }
    }

    @Test("R23: rows of earlier runs count for what is done, not for the speed and the time that is left")
    func resumed() throws {
        let (time, counters) = (Time(), BatchCounters())
        counters.update { ($0.ok, $0.failed, $0.resumed, $0.total) = (900, 100, 1000, 1100) }
        let progress = BatchProgress(
            .json, name: "x", counters: counters, limits: CallLimits(CallPace()),
            messages: Messages(try BatchCommand.table.parse(["p.json"])), now: { time.now.withLock { $0 } })
        let first = progress.figures.json
        #expect(first["rows_per_second"] == 0.0 && first["eta_seconds"] == .null)
        time.advance(10)
        counters.update { ($0.ok, $0.failed, $0.cost) = (915, 105, 0.5) }
        let figures = progress.figures
        let second = figures.json
        #expect(second["rows_per_second"] == 2.0 && second["eta_seconds"] == 40.0 && second["resumed"] == 1000)
        #expect(figures.expectedCost == 2.5)
        #expect(
            Self.bar(figures, 90)[0].hasSuffix(
                "92%  1\u{202F}020/1\u{202F}100  · 2.0/s · ETA 40s · 0:00:10"), "\(Self.bar(figures, 90))")
        #expect(figures.summary.contains("1000 from before, 0:00:10, 2.0 rows/s"), "\(figures.summary)")
    }

    @Test("the speed is that of the last minute, and beside it that of five")
    func recent() {
        var rate = ProgressRate()
        #expect(rate.rows == 0)
        for second in 0...400 { rate.note(rows: second * 100, tokens: second * 1000, at: Double(second)) }
        #expect(rate.rows == 100 && rate.rowsOfFiveMinutes == 100 && rate.tokens == 1000)
        for second in 401...470 { rate.note(rows: 40_000 + (second - 400) * 3, at: Double(second)) }
        #expect(rate.rows == 3)
        #expect(rate.rowsOfFiveMinutes.map { $0 > 70 && $0 < 90 } == true)
        var young = ProgressRate()
        for second in 0...80 { young.note(rows: second, at: Double(second)) }
        #expect(young.rows == 1 && young.rowsOfFiveMinutes == nil)
    }

    @Test("numbers as people read them")
    func numbers() {
        let clocks = [0, 59.9, 108, 7500, 1e12].map { "\(FigureText.clock($0)) \(FigureText.span($0))" }
        #expect(
            clocks == [
                "0:00:00 0s", "0:00:59 59s", "0:01:48 1m48s", "2:05:00 2h05m", "277777:46:40 277777h46m",
            ])
        let shorts: [Double] = [0, 999, 1000, 27_000, 99_949, 99_950, 999_499, 999_500, 4_100_000]
        #expect(
            shorts.map(FigureText.short) == [
                "0", "999", "1.0k", "27.0k", "99.9k", "100k", "999k", "1.0M", "4.1M",
            ])
        #expect([0.0042, 0.994, 0.995, 1.844].map(FigureText.dollars) == ["0.0042", "0.9940", "1.00", "1.84"])
        #expect(
            [0, 999, 1000, 1_234_567].map(FigureText.grouped) == [
                "0", "999", "1\u{202F}000", "1\u{202F}234\u{202F}567",
            ])
    }

    private static func bar(_ figures: ProgressFigures, _ width: Int) -> [String] {
        ProgressBar(figures, style: TextStyle(isOn: false), width: width).lines
    }

    private static var full: ProgressFigures {
        var counters = BatchCounters().snapshot
        (counters.ok, counters.failed, counters.bad, counters.retried, counters.cached) = (5690, 22, 3, 41, 10)
        (counters.total, counters.tokens, counters.cost, counters.inFlight) = (10_000, 4_100_000, 1.84, 64)
        var pace = CallLimiter.Snapshot()
        (pace.limit, pace.inFlight, pace.refusals, pace.pause, pace.trend) = (64, 48, 6, 0.84, 1)
        var rate = ProgressRate()
        for second in 0...151 { rate.note(rows: second * 41, tokens: second * 27_000, at: Double(second)) }
        return ProgressFigures(name: "classify", counters: counters, pace: pace, seconds: 151, rate: rate)
    }

    @Test("a wide terminal gets all of it")
    func wide() {
        #expect(
            Self.bar(Self.full, 200) == [
                " batch classify  █████████████▋            57%  5\u{202F}712/10\u{202F}000  · 41.0/s (5m 41.0/s)"
                    + " · ETA 1m44s · 0:02:31",
                "   ok 5\u{202F}690 · failed 22 · bad 3 · retried 41 · cached 10 · in flight 48/64↑ · 429s 6 · wait 0.8s"
                    + " · 4.1M tok (27.0k/s) · $1.84 → ~$3.22",
            ])
    }

    @Test("what says least goes first where there is less room, and no line is ever too long")
    func narrow() {
        let (first, second) = (Self.bar(Self.full, 80)[0], Self.bar(Self.full, 80)[1])
        #expect(first.contains("█") && !first.contains("5m") && first.hasSuffix("ETA 1m44s · 0:02:31"), "\(first)")
        #expect(second.contains("failed 22") && second.contains("wait 0.8s") && !second.contains("tok"), "\(second)")
        #expect(Self.bar(Self.full, 20)[1] == "   failed 22")
        var generator = SeededGenerator(seed: 3)
        for name in ["x", "日本語の名前の長いプログラム", String(repeating: "long", count: 50), "e\u{301}🇩🇪"] {
            for width in 0..<150 {
                var figures = Self.full
                figures.name = name
                if Bool.random(using: &generator) { figures.counters.total = nil }
                figures.counters.ok = Int.random(in: 0..<1_000_000_000, using: &generator)
                for line in Self.bar(figures, width) { #expect(DisplayWidth.of(line) <= width, "\(width): \(line)") }
            }
        }
    }

    @Test("of each kind of failure there is one line in five seconds")
    func errorLines() {
        var lines = ErrorLines()
        func line(_ row: String, _ code: String, _ time: Double) -> String? {
            lines.line(row: row, code: code, message: "m", at: time)
        }
        #expect(line("1", "a", 0) == "row 1: a: m")
        #expect(line("2", "a", 1) == nil)
        #expect(line("3", "b", 2) == "row 3: b: m")
        #expect(line("4", "a", 4.9) == nil)
        #expect(line("5", "a", 5) == "row 5: a: m (and 2 more before it)")
        #expect(line("6", "a", 11) == "row 6: a: m")
    }

    @Test(
        "on a terminal of any width the bar is drawn over itself, and failures and messages stand above it",
        .enabled(if: Conditions.has("tmux"), "tmux is not installed: apt-get install tmux"))
    func terminal() async throws {
        let folder = try TemporaryFolder()
        let rig = try BatchRig(delay: .milliseconds(20))
        defer { rig.stop() }
        let rows = (1...400).map { "{\"q\": \"\($0 == 3 ? "FAIL400" : "SLOW") \($0)\"}\n" }
        try folder.write(rows.joined(), to: "in.jsonl")
        let command = "\(ToolRun.path()) batch 'q -> a' in.jsonl -o out.jsonl -j 4 \(rig.flags.joined(separator: " "))"
        try folder.write("echo $$ > pid\nexec \(command)\n", to: "tool.sh")
        try folder.write("export OPENAI_API_KEY=sk-none\nbash tool.sh\n", to: "go.sh")
        let screen = try await TmuxScreen(columns: 50, rows: 24, in: folder)
        try await screen.type("bash go.sh")
        func bars(_ lines: [String]) -> Int { lines.count { $0.contains("/s") && $0.contains("/400") } }
        func done(_ lines: [String]) -> Substring? {
            lines.last { $0.contains("/400") }?.split(separator: " ").first { $0.hasSuffix("/400") }
        }
        var lines = try await screen.wait { lines in lines.contains { $0.contains("row 3: ") } && bars(lines) > 0 }
        #expect(lines[0].contains("row 3: ") || lines[1].contains("row 3: "), "\(lines)")
        #expect(bars(lines) == 1 && lines.last?.contains("in flight") == true, "\(lines)")
        let pid = try #require(Golden.text(of: folder.path + "/pid").flatMap { Int32($0.trimmingEnd) })
        // tmux breaks lines anew for another width, and may put those above into its history.
        for columns in [100, 40, 80] {
            // Lines drawn for one width must not arrive at a terminal that has another by then.
            Signal.stop(pid)
            defer { Signal.goOn(pid) }
            try await Task.sleep(for: .milliseconds(300))
            let before = try await done(screen.lines())
            try await screen.resize(columns: columns, rows: 24)
            Signal.goOn(pid)
            lines = try await screen.wait { lines in
                bars(lines) > 0 && done(lines) != before && lines.last?.contains("in flight") == true
            }
            #expect(bars(lines) == 1 && lines.count { $0.contains("in flight") } == 1, "\(lines)")
        }
        try await screen.press("C-c")
        lines = try await screen.wait { lines in lines.contains { $0.contains("go on with: ") } }
        #expect(bars(lines) == 0 && lines.contains { $0.contains("stopping: rows in flight") }, "\(lines)")
    }

    @Test("R23: a resumed batch tells the speed of its own rows")
    func resumedBatch() async throws {
        let folder = try TemporaryFolder()
        let rig = try BatchRig(delay: .milliseconds(50))
        defer { rig.stop() }
        let rows = (1...310).map { "{\"q\": \"\($0 > 300 ? "SLOW" : "question") \($0)\"}\n" }
        try folder.write(rows.joined(), to: "in.jsonl")
        let arguments =
            ["batch", "q -> a", "in.jsonl", "-o", "out.jsonl", "--progress", "json", "--resume"] + rig.flags
        let first = try await ToolRun.run(arguments + ["--limit", "300", "-j", "64"], in: folder)
        #expect(first.code == 0 && rig.ledger.count == 300, "\(first.errors)")
        let run = try await ToolRun.run(arguments + ["-j", "1"], in: folder) { pid in
            _ = SystemThread.start {
                for count in [303, 306, 309] {
                    for _ in 0..<3000 where rig.ledger.count < count { pause() }
                    Signal.send(10, to: pid)
                }
            }
        }
        #expect(run.code == 0, "\(run.errors)")
        let told = run.errors.split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
        // The last signal may come when all rows are done.
        let running = told.filter { $0["type"] == "progress" && $0["eta_seconds"]?.number != nil }
        let last = try #require(running.last)
        #expect(last["resumed"] == 300 && last["total"] == 310)
        // A row takes half a second at the least, and three hundred were there before the first one.
        let rate = try #require(last["rows_per_second"]?.number)
        let rest = try #require(last["eta_seconds"]?.number)
        #expect(rate > 0 && rate < 10 && rest > 0.05, "\(last.text())")
    }
}
