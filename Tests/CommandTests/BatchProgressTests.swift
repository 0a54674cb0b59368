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
    func resumed() {
        let (time, counters) = (Time(), BatchCounters())
        counters.update { ($0.ok, $0.failed, $0.resumed, $0.total) = (900, 100, 1000, 1100) }
        let progress = BatchProgress(
            .json, name: "x", counters: counters, limits: CallLimits(CallPace()), style: TextStyle(isOn: false),
            now: { time.now.withLock { $0 } })
        let first = progress.jsonLine()
        #expect(first["rows_per_second"] == 0.0 && first["eta_seconds"] == .null)
        time.advance(10)
        counters.update { ($0.ok, $0.failed) = (915, 105) }
        let second = progress.jsonLine()
        #expect(second["rows_per_second"] == 2.0 && second["eta_seconds"] == 40.0 && second["resumed"] == 1000)
        #expect(progress.bar().contains("1\u{202F}020/1\u{202F}100  · ETA 0:00:40  · 2.0/s"), "\(progress.bar())")
        #expect(progress.summary().contains("1000 from before, 0:00:10, 2.0 rows/s"), "\(progress.summary())")
    }

    @Test("only the last minute counts")
    func recent() {
        var rate = ProgressRate()
        for second in 0...100 { _ = rate.perSecond(finished: second * 100, at: Double(second)) }
        for second in 101...170 { _ = rate.perSecond(finished: 10_000 + (second - 100) * 3, at: Double(second)) }
        #expect(rate.perSecond(finished: 10_210, at: 170) == 3)
        #expect(ProgressRate.rest(done: 5, total: nil, perSecond: 1) == nil)
        #expect(ProgressRate.rest(done: 5, total: 5, perSecond: 1) == nil)
        #expect(ProgressRate.rest(done: 5, total: 9, perSecond: 0) == nil)
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
            startThread {
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
