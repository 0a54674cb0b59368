import Basics
import OrderedJSON
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `batch` against servers with limits, with the whole binary.
@Suite struct BatchLimits {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func batch(
        _ server: CapacityServer, rows: Int, _ arguments: String..., onStart: (@Sendable (pid_t) -> Void)? = nil
    ) async throws -> ToolRun {
        try folder.write((0..<rows).map { #"{"q": "row \#($0)"}"# + "\n" }.joined(), to: "in.jsonl")
        return try await ToolRun.run(
            ["batch", "q -> a", "in.jsonl", "-o", "out.jsonl", "--no-cache", "--lm", "openai/any", "--api-base"]
                + [server.address] + arguments, in: folder, environment: ["OPENAI_API_KEY": "sk-very-secret"],
            onStart: onStart)
    }

    private func rows() throws -> [JSON] {
        try (Golden.text(of: folder.path + "/out.jsonl") ?? "").split(separator: "\n").map {
            try JSON(parsing: String($0))
        }
    }

    @Test("a server that refuses what is too much gets no more than it can take, and all rows come through")
    func capacity() async throws {
        let server = try CapacityServer(capacity: 8, milliseconds: 40)
        defer { server.stop() }
        let run = try await batch(server, rows: 400)
        #expect(run.code == 0, "\(run.errors)")
        let rows = try rows()
        #expect(rows.count == 400 && rows.allSatisfy { $0["status"] == "ok" })
        let seen = server.seen
        #expect(seen.answered == 400 && seen.most <= 8)
        #expect(seen.most >= 6, "the server was never full")
        #expect(seen.refusals.count < 80, "\(seen.refusals.count) refusals")
    }

    @Test("after a Retry-After no row calls before the time is over")
    func retryAfter() async throws {
        let server = try CapacityServer(refusing: 30, headers: [("Retry-After", "2")])
        defer { server.stop() }
        let run = try await batch(server, rows: 200)
        #expect(run.code == 0, "\(run.errors)")
        #expect(try rows().count == 200)
        let seen = server.seen
        let refused = try #require(seen.refusals.first)
        // Requests that were on their way may still come in the first moment.
        let early = seen.arrivals.filter { $0 > refused + 0.7 && $0 < refused + 1.999 }
        #expect(early.isEmpty && seen.refusals.count == 1, "\(early)")
        #expect(seen.arrivals.count == 201)
    }

    @Test("a Retry-After beyond --retry-wait stops the batch with 75, and a resumed one does the rest")
    func tooLong() async throws {
        let server = try CapacityServer(refusing: 10, headers: [("Retry-After", "3600")])
        defer { server.stop() }
        let run = try await batch(server, rows: 300, "--retry-wait", "60")
        #expect(run.code == 75, "\(run.errors)")
        #expect(run.errors.contains("--retry-wait 60"))
        let failed = try rows().filter { $0["status"] != "ok" }
        #expect(!failed.isEmpty && failed.allSatisfy { $0["error"]?["code"] == "rate_limited" })
        #expect(server.seen.arrivals.count < 60)
        let again = try await batch(server, rows: 300, "--resume", "--retry-failed")
        #expect(again.code == 0, "\(again.errors)")
        #expect(try rows().count == 300)
    }

    @Test("a row that is tried again does not wait for the end")
    func again() async throws {
        let server = try CapacityServer(milliseconds: 40, refusing: 2)
        defer { server.stop() }
        let run = try await batch(server, rows: 300, "-j", "4")
        #expect(run.code == 0, "\(run.errors)")
        let place = try rows().firstIndex { ($0["attempts"]?.int ?? 0) > 1 }
        // A wait of one second at the most, in a run of three.
        #expect(try #require(place) < 290)
    }

    @Test("--concurrency N is never exceeded, and --rate-limit is kept")
    func given() async throws {
        let server = try CapacityServer()
        defer { server.stop() }
        #expect(try await batch(server, rows: 60, "-j", "3").code == 0)
        #expect(server.seen.most <= 3)
        let slow = try CapacityServer(milliseconds: 1)
        defer { slow.stop() }
        let start = ContinuousClock.now
        let run = try await batch(slow, rows: 30, "--force", "--rate-limit", "rpm=600,tpm=10000000")
        #expect(run.code == 0, "\(run.errors)")
        // Ten at once at first, then ten each second.
        #expect(slow.seen.arrivals.count == 30 && ContinuousClock.now - start > .seconds(1.9))
    }

    @Test("a status line tells calls under way, the limit, refusals, and when a pause ends")
    func status() async throws {
        let pid = Shared()
        let server = try CapacityServer(refusing: 20, headers: [("Retry-After", "4")]) { number in
            guard number == 20 else { return }
            _ = SystemThread.start {
                usleep(1_000_000)
                pid.value.withLock { _ = kill($0, SIGUSR1) }
            }
        }
        defer { server.stop() }
        let run = try await batch(server, rows: 100) { id in pid.value.withLock { $0 = id } }
        #expect(run.code == 0, "\(run.errors)")
        let line = run.errors.split(separator: "\n").first { $0.contains("in flight") } ?? ""
        #expect(line.contains("in flight 0/") && line.contains("1 429s"), "\(run.errors)")
        #expect(line.contains("rate limit, resumes "), "\(run.errors)")
        #expect(!run.errors.contains("sk-very-secret"))
    }

    private final class Shared: Sendable {
        let value = Mutex<pid_t>(0)
    }

    @Test("--budget-usd stops with 75 when so much is spent, at prices of the configuration")
    func budget() async throws {
        try folder.write(
            #"{"prices": {"openai/any": {"input": 1, "output": 10}}}"#, to: "dspy-swift.json")
        let server = try CapacityServer()
        defer { server.stop() }
        let run = try await batch(server, rows: 300, "--budget-usd", "0.04", "-j", "4")
        #expect(run.code == 75, "\(run.errors)")
        #expect(run.errors.contains("the budget is spent"))
        let rows = try rows()
        // Each row costs 0.002 dollars; those in flight are finished.
        #expect((20...24).contains(rows.count), "\(rows.count)")
        #expect(rows.first?["cost_usd"]?.number == 0.002)
    }

    @Test("a budget for a model without a known price is refused before any call")
    func unknownPrice() async throws {
        let server = try CapacityServer()
        defer { server.stop() }
        let run = try await batch(server, rows: 3, "--budget-usd", "1")
        #expect(run.code == 65)
        #expect(run.errors.contains("the price of openai/any is not known"), "\(run.errors)")
        #expect(server.seen.arrivals.isEmpty)
    }

    @Test(
        "flags that make no sense are refused",
        arguments: [
            ["-j", "0"], ["-j", "5-2"], ["-j", "some"], ["-j", "1-2-3"], ["-j", "20000"], ["--rate-limit", "rpm=0"],
            ["--rate-limit", "600"], ["--rate-limit", "rpm=600,x=1"], ["--budget-usd", "-1"],
        ])
    func wrongFlags(arguments: [String]) async throws {
        try folder.write("{\"q\": \"x\"}\n", to: "in.jsonl")
        let run = try await ToolRun.run(
            ["batch", "q -> a", "in.jsonl", "-o", "out.jsonl", "--lm", "scripted/echo"] + arguments, in: folder)
        #expect(run.code == 64, "\(run.errors)")
    }
}
