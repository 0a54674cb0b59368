import OrderedJSON
import Synchronization
import TestSupport
import Testing

/// How fast text comes through; only with `DSPY_FULL_STREAM`, because it depends on the machine.
@Suite(.enabled(if: Conditions.isTimed, "DSPY_FULL_STREAM is not set"), .serialized)
struct StreamTiming {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("the first text is on standard output within 20 ms of being sent, in the middle of 21 runs")
    func firstDelta() async throws {
        let start: JSON = ["choices": [["index": 0, "delta": ["content": "[[ ## a ## ]]\n"]]]]
        let first: JSON = ["choices": [["index": 0, "delta": ["content": "first "]]]]
        let rest: JSON = ["choices": [["index": 0, "delta": ["content": "rest"], "finish_reason": "stop"]]]
        var waits: [Duration] = []
        for number in 0..<21 {
            let sent = Mutex(ContinuousClock.now)
            let server = try LoopbackServer { _, _ in
                var reply = LoopbackServer.Reply(
                    headers: [("Content-Type", "text/event-stream")],
                    chunks: [start, first, rest].map { Array("data: \($0.text())\n\n".utf8) })
                reply.gap = .milliseconds(100)
                reply.onChunk = { place in if place == 1 { sent.withLock { $0 = .now } } }
                return reply
            }
            let pipe = try LivePipe(in: folder, name: "live-\(number)")
            async let run = ToolRun.run(
                [
                    "run", "q -> a", "q=x", "--lm", "openai/any", "--api-base", server.address + "/v1", "--no-cache",
                    "--stream=ndjson",
                ], in: folder, output: pipe.path)
            for await line in pipe.lines where line.text.contains("\"delta\"") {
                waits.append(line.time - sent.withLock { $0 })
                break
            }
            #expect(try await run.code == 0)
            server.stop()
        }
        waits.sort()
        let figures = "first text after \(waits[10]) in the middle, \(waits[0]) at best, \(waits[20]) at worst\n"
        Bytes.tell(Array(figures.utf8))
        #expect(waits[10] < .milliseconds(20))
    }

    @Test("branches of 0.4 s end long before one of 4 s")
    func branches() async throws {
        func stream(_ pause: Double) -> String {
            let words = (0..<4).map { "{\"pause\": \(pause / 4)}, \"word\($0) \"" }.joined(separator: ", ")
            return "{\"stream\": [\"[[ ## a ## ]]\\n\", \(words)]}"
        }
        try folder.write("{\"slow one\": \(stream(4)), \"quick one\": \(stream(0.4))}", to: "replies.json")
        let program = try folder.write(
            "{\"parallel\": {\"slow\": \"s -> a\", \"x\": \"q -> a\", \"y\": \"q -> a\", \"z\": \"q -> a\"}}",
            to: "p.json")
        let run = try await ToolRun.run(
            ["run", program, "s=slow one", "q=quick one", "--lm", "scripted/replies.json", "--stream=ndjson"],
            in: folder)
        let events = StreamedEvents(lines: run.output)
        #expect(events.breaches == [])
        for event in events.all("node_end") where event["node"] != "slow" {
            #expect((event["ms"]?.int ?? .max) < 1_500)
        }
        #expect((events.events.last?["ms"]?.int ?? 0) >= 4_000)
    }
}
