import OrderedJSON
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a batch of many rows needs, with the whole binary; figures of memory are Linux's.
@Suite(.serialized) struct BatchMemory {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ count: Int, ids: Bool) throws -> String {
        let path = folder.path + "/\(count).jsonl"
        let file = try #require(fopen(path, "w"))
        defer { fclose(file) }
        for number in 0..<count {
            let id = ids ? "\"id\": \"the-row-with-number-\(number)\", " : ""
            fputs("{\(id)\"q\": \"x \(number)\"}\n", file)
        }
        return path
    }

    /// The peak in MB, and how long it took in seconds.
    private func run(
        _ count: Int, ids: Bool, _ arguments: [String], onStart: @escaping @Sendable (pid_t) -> Void = { _ in }
    ) async throws -> (peak: Double, seconds: Double) {
        let path = try write(count, ids: ids)
        defer { unlink(path) }
        let memory = PeakMemory()
        let start = ContinuousClock.now
        let run = try await ToolRun.run(
            ["batch", "q -> a", path, "--lm", "scripted/echo", "--no-cache", "--progress", "none"] + arguments,
            in: folder, output: "/dev/null"
        ) { pid in
            memory.watch(pid)
            onStart(pid)
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        #expect(run.code == 0 && run.errors.contains("\(count) ok, 0 failed"), "\(run.errors)")
        return (memory.megabytes, seconds)
    }

    @Test("R18: ten times as many rows need no more memory, but for twenty bytes for an id", arguments: [false, true])
    func flat(ids: Bool) async throws {
        let small = try await run(3000, ids: ids, [])
        let large = try await run(30_000, ids: ids, [])
        #expect(small.peak > 1)
        // 27 000 rows more; a kilobyte kept for each would be 27 MB.
        #expect(large.peak < small.peak + 20, "\(small.peak) MB, \(large.peak) MB")
    }

    /// Wants the release build: DSPY_SWIFT_RELEASE names it.
    ///
    /// A machine may be a third slower once it has been busy for a while, so the long run stands still every twenty seconds
    /// for one of 100 000 rows: what is compared is of the same minutes.
    @Test(
        "R18: ten million rows need no more memory than a hundred thousand, and no more time for each",
        .enabled(if: BatchRig.isFullSize))
    func tenMillion() async throws {
        let first = try await run(100_000, ids: false, [])
        let process = Mutex<pid_t>(0)
        let pauses = Task {
            var (rates, still): ([Double], Double) = ([], 0)
            while (try? await Task.sleep(for: .seconds(20))) != nil {
                let pid = process.withLock { $0 }
                guard pid != 0, kill(pid, SIGSTOP) == 0 else { continue }
                let start = ContinuousClock.now
                let small = try? await run(100_000, ids: false, [])
                // A process that had ended before is none by now, and was not held up.
                guard kill(pid, SIGCONT) == 0, let small else { continue }
                rates.append(100_000 / small.seconds)
                still += (ContinuousClock.now - start) / .seconds(1)
            }
            return (rates.sorted(), still)
        }
        let large = try await run(10_000_000, ids: false, []) { pid in process.withLock { $0 = pid } }
        pauses.cancel()
        let (rates, still) = await pauses.value
        let rate = 10_000_000 / (large.seconds - still)
        let told =
            "first \(first.peak) MB, \(100_000 / first.seconds)/s; beside \(rates.map { Int($0) }); "
            + "ten million \(large.peak) MB, \(rate)/s, \(still) s still\n"
        Bytes.tell(Array(told.utf8))
        #expect(large.peak <= first.peak + 100, "\(told)")
        try #require(rates.count >= 5)
        #expect(rate >= rates[rates.count / 2] * 0.8, "\(told)")
    }

    /// Wants the release build: DSPY_SWIFT_RELEASE names it.
    @Test(
        "a million rows with ids, or put into order, need some twenty bytes for each",
        .enabled(if: BatchRig.isFullSize), arguments: [true, false])
    func remembered(ids: Bool) async throws {
        let arguments = ids ? [] : ["--order", "input", "-o", "out.jsonl", "--force", "--durability", "none"]
        let small = try await run(100_000, ids: ids, arguments)
        let large = try await run(1_100_000, ids: ids, arguments)
        #expect(large.peak <= small.peak + 35, "\(small.peak) MB, \(large.peak) MB")
    }
}
