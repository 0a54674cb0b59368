import OrderedJSON
import TestSupport
import Testing

/// How a batch keeps to rates and finds a capacity, at full length; for a quiet machine.
@Suite(.serialized, .enabled(if: BatchRig.isTimed)) struct BatchPace {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func batch(_ rig: BatchRig, rows: Int, _ arguments: [String]) async throws -> ToolRun {
        try folder.write((0..<rows).map { "{\"q\": \"row \($0)\"}\n" }.joined(), to: "in.jsonl")
        return try await ToolRun.run(
            ["batch", "q -> a", "in.jsonl", "--progress", "none"] + arguments + rig.flags, in: folder,
            output: "/dev/null")
    }

    /// The most requests in a minute, wherever it begins.
    private func mostInAMinute(_ times: [Double]) -> Int {
        var (first, most) = (0, 0)
        for (place, time) in times.enumerated() {
            while times[first] <= time - 60 { first += 1 }
            most = max(most, place - first + 1)
        }
        return most
    }

    @Test(
        "R13: requests and tokens keep to their rates in every minute, without a burst at the start and without delay",
        arguments: ["rpm=600", "tpm=300000"])
    func rate(_ flag: String) async throws {
        // Each answer uses 500 tokens: both rates are ten requests a second.
        let rig = try BatchRig(delay: .milliseconds(300)) { $0.tokens = (400, 100) }
        defer { rig.stop() }
        let run = try await batch(rig, rows: 1500, ["--rate-limit", flag, "-j", "200"])
        #expect(run.code == 0, "\(run.errors)")
        let times = rig.server.entries.map(\.time)
        #expect(times.count == 1500)
        let most = mostInAMinute(times)
        #expect(most <= (flag.hasPrefix("rpm") ? 630 : 660), "\(most) requests in a minute")
        let (start, end) = (times.first ?? 0, times.last ?? 0)
        #expect(times.count { $0 < start + 1 } <= 21, "\(times.count { $0 < start + 1 }) in the first second")
        #expect(end - start <= 150 * 1.1, "\(end - start) s")
    }

    @Test("R12: a server's capacity is found, and found again when it changes", arguments: ["auto", "64"])
    func capacity(_ concurrency: String) async throws {
        let rig = try BatchRig(delay: .milliseconds(1000)) { $0.capacity = 16 }
        defer { rig.stop() }
        let changes = Task {
            for (seconds, capacity) in [(40, 4), (80, 32)] {
                try await Task.sleep(for: .seconds(Double(seconds) - rig.server.now))
                rig.server.setCapacity(capacity)
            }
        }
        _ = try await batch(rig, rows: 20_000, ["--deadline", "120", "-j", concurrency, "--retries", "1000"])
        try await changes.value
        var told = ""
        for (span, capacity) in [(10.0..<40, 16), (60.0..<80, 4), (100.0..<120, 32)] {
            let entries = rig.server.entries
            let answered = entries.count { !$0.isRefused && ($0.end.map(span.contains) ?? false) }
            let refused = entries.count { $0.isRefused && span.contains($0.time) }
            let ideal = Double(capacity) * (span.upperBound - span.lowerBound)
            let (share, refusals) = (Double(answered) / ideal, Double(refused) / Double(max(1, answered + refused)))
            told += " \(capacity): \(Int(share * 100)) %, \(Int(refusals * 100)) % refused;"
            guard concurrency == "auto" else { continue }
            #expect(share >= (capacity == 16 ? 0.9 : 0.8), "\(capacity): \(share)")
            #expect(refusals < 0.05, "\(capacity): \(refusals)")
        }
        // The fixed number stands beside for comparison.
        let line = Array("capacity with -j \(concurrency):\(told)\n".utf8)
        Bytes.tell(line)
    }
}
