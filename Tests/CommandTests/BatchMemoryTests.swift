import OrderedJSON
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

    /// The peak in MB, and rows each second.
    private func run(_ count: Int, ids: Bool, _ arguments: [String]) async throws -> (peak: Double, rate: Double) {
        let path = try write(count, ids: ids)
        defer { unlink(path) }
        let memory = PeakMemory()
        let start = ContinuousClock.now
        let run = try await ToolRun.run(
            ["batch", "q -> a", path, "--lm", "scripted/echo", "--no-cache", "--progress", "none"] + arguments,
            in: folder, output: "/dev/null", released: BatchRig.isFullSize
        ) { memory.watch($0) }
        let parts = (ContinuousClock.now - start).components
        #expect(run.code == 0 && run.errors.contains("\(count) ok, 0 failed"), "\(run.errors)")
        return (memory.megabytes, Double(count) / (Double(parts.seconds) + Double(parts.attoseconds) / 1e18))
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
    @Test(
        "R18: ten million rows need no more memory than a hundred thousand, and no more time for each",
        .enabled(if: BatchRig.isFullSize))
    func tenMillion() async throws {
        let small = try await run(100_000, ids: false, [])
        let large = try await run(10_000_000, ids: false, [])
        #expect(large.peak <= small.peak + 100, "\(small.peak) MB, \(large.peak) MB")
        #expect(large.rate >= small.rate * 0.8, "\(small.rate)/s, \(large.rate)/s")
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
