import OrderedJSON
import Synchronization
import TestSupport
import Testing

/// `run --stream` into pipes: readers that leave, that are slow, and that are programs.
@Suite struct StreamPipes {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The tool's command in a shell, with everything but its mode.
    private func command(_ question: String, _ rig: BatchRig) -> String {
        ([ToolRun.path(), "run", "'q -> a'", "'q=\(question)'"] + rig.flags).joined(separator: " ")
    }

    @Test(
        "a reader that leaves ends the run in silence with 141, and the call with it, whether SIGPIPE is ignored or not",
        arguments: ["", "trap '' PIPE; "], ["text", "ndjson"])
    func head(before: String, mode: String) async throws {
        let gone = Mutex<Double?>(nil)
        let (disconnects, feed) = AsyncStream<Void>.makeStream()
        let rig = try BatchRig(delay: .milliseconds(1)) { options in
            options.gap = .milliseconds(20)
            options.answer = { _, _ in String(repeating: "word ", count: 500) }
            options.onDisconnect = { entry in
                gone.withLock { $0 = entry.end }
                feed.yield()
            }
        }
        defer { rig.stop() }
        let run = try await ToolRun.shell(
            before + command("why?", rig) + " --stream=\(mode) 2> errors | head -c 10 > first; echo ${PIPESTATUS[0]}",
            in: folder)
        let end = rig.server.now
        #expect(run.output == "141\n")
        #expect(Golden.text(of: folder.path + "/errors") == "")
        // The answer would go on for long: that the server hears of the end shows that the call was cancelled.
        if rig.ledger.count == 1 {
            for await _ in disconnects { break }
            #expect((gone.withLock { $0 } ?? .infinity) - end < (Conditions.isTimed ? 1 : 60))
        }
        #expect(Golden.text(of: folder.path + "/first")?.utf8.count == 10)
    }

    @Test("a reader that leaves while the model is silent ends the run as well")
    func silent() async throws {
        let rig = try BatchRig { $0.cut.deltasBeforeFault = 9 }
        defer { rig.stop() }
        let pipe = try LivePipe(in: folder, pace: .stopping(after: 1))
        async let run = ToolRun.run(
            ["run", "q -> a", "q=STREAM-HANG why?", "--stream=text"] + rig.flags, in: folder, output: pipe.path)
        // The first text comes, then nothing for an hour.
        await pipe.stopped()
        pipe.close()
        let done = try await run
        #expect(done.code == 141)
        #expect(done.errors == "")
    }

    @Test(
        "events reach jq line by line while the run goes on", .enabled(if: Conditions.has("jq"), "jq is not installed"))
    func jq() async throws {
        let rig = try BatchRig { $0.cut.deltasBeforeFault = 9 }
        defer { rig.stop() }
        let pipe = try LivePipe(in: folder)
        let tool = command("STREAM-HANG why?", rig)
        async let run = ToolRun.shell(
            "sh -c 'echo $$ > pid; exec \"$@\"' sh \(tool) --stream=ndjson | jq --unbuffered -r .type > live; "
                + "echo ${PIPESTATUS[0]}", in: folder)
        for await line in pipe.lines where line.text == "delta" {
            Signal.send(15, to: Int32((Golden.text(of: folder.path + "/pid") ?? "").split(separator: "\n")[0]) ?? 0)
            break
        }
        let done = try await run
        #expect(done.output == "143\n")
        let types = await pipe.text().split(separator: "\n")
        #expect(types.prefix(2) == ["start", "node_start"] && types.last == "error")
    }

    @Test("long lines arrive whole through a pipe", arguments: [200_000, 3_000_000])
    func longLine(size: Int) async throws {
        let rig = try BatchRig { options in
            options.cut.delta = 50_000
            options.answer = { _, _ in String(repeating: "0123456789", count: size / 10) }
        }
        defer { rig.stop() }
        let run = try await ToolRun.shell(
            "set -o pipefail; \(command("why?", rig)) --stream=ndjson | cat", in: folder)
        #expect(run.code == 0, "\(run.errors)")
        let events = StreamedEvents(lines: run.output)
        #expect(events.breaches == [])
        #expect(events.events.last?["output"]?["a"]?.string?.utf8.count == size)
    }

    @Test("a reader that stops holds the network back, memory stays flat, and everything arrives when it reads on")
    func slowReader() async throws {
        // Some 50 MB on the wire, in chunks like those of a model.
        let count = 2_000
        let delta: JSON = ["content": .string(String(repeating: "x", count: 1_500))]
        let chunk: JSON = [
            "choices": [["index": 0, "delta": delta]], "padding": .string(String(repeating: "p", count: 24_000)),
        ]
        let head: JSON = ["choices": [["index": 0, "delta": ["content": "[[ ## a ## ]]\n"]]]]
        let end: JSON = ["choices": [["index": 0, "delta": [:], "finish_reason": "stop"]]]
        let chunks = ([head] + Array(repeating: chunk, count: count) + [end]).map {
            Array("data: \($0.text())\n\n".utf8)
        }
        let progress = Mutex(0)
        let server = try LoopbackServer { _, _ in
            var reply = LoopbackServer.Reply(headers: [("Content-Type", "text/event-stream")], chunks: chunks)
            reply.onChunk = { place in progress.withLock { $0 = place } }
            return reply
        }
        defer { server.stop() }
        let pipe = try LivePipe(in: folder, pace: .stopping(after: 4_000))
        let memory = PeakMemory()
        async let run = ToolRun.run(
            [
                "run", "q -> a", "q=x", "--lm", "openai/any", "--api-base", server.address + "/v1", "--no-cache",
                "--stream=ndjson",
            ], in: folder, output: pipe.path, onStart: { memory.watch($0) })
        await pipe.stopped()
        // Until the server can send no more.
        var (before, same) = (-1, 0)
        while same < 30 {
            await Task.detached { pause() }.value
            let now = progress.withLock { $0 }
            same = now == before ? same + 1 : 0
            before = now
        }
        #expect(before < count / 2, "\(before) chunks were taken though nobody read")
        #expect(memory.megabytes < 150, "\(memory.megabytes) MB")
        pipe.goOn()
        let done = try await run
        #expect(done.code == 0, "\(done.errors)")
        let events = StreamedEvents(lines: await pipe.text())
        #expect(events.breaches == [])
        #expect(events.texts["self#1.a"]?.utf8.count == count * 1_500)
        #expect(memory.megabytes < 250, "\(memory.megabytes) MB")
    }
}
