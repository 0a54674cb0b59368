import OrderedJSON
import TestSupport
import Testing

/// `run --stream` where the answer breaks off, or is none.
@Suite struct StreamFaults {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A server that sends part of the text before its fault.
    private func rig() throws -> BatchRig { try BatchRig { $0.cut.deltasBeforeFault = 8 } }

    private func run(_ question: String, _ flags: [String], _ rig: BatchRig) async throws -> ToolRun {
        try await ToolRun.run(["run", "q -> a", "q=\(question)"] + flags + rig.flags, in: folder)
    }

    @Test(
        "a stream that breaks off is asked for again, and what it told is void",
        arguments: [
            ("STREAM-RESET", "transport"), ("STREAM-CLOSE", "transport"), ("STREAM-END", "transport"),
            ("STREAM-ERROR", "server_error"),
        ])
    func again(fault: String, code: String) async throws {
        let rig = try rig()
        defer { rig.stop() }
        let question = fault + "-ONCE why?"
        let run = try await run(question, ["--stream=ndjson"], rig)
        #expect(run.code == 0, "\(run.errors)")
        let events = StreamedEvents(lines: run.output)
        #expect(events.breaches == [])
        #expect(
            events.types == ["start", "node_start", "delta", "retry", "reset", "delta", "node_end", "result"])
        #expect(events.all("retry").map { $0["reason"]?.string } == [code])
        #expect(events.texts["self#1.a"] == "answer to \(question)")
        #expect(rig.ledger.count == 2)
    }

    @Test("text and tagged lines say that a field begins anew, and a whole line never stands twice")
    func againForPeople() async throws {
        let rig = try rig()
        defer { rig.stop() }
        let text = try await run("STREAM-RESET-ONCE why?", ["--stream=text"], rig)
        #expect(text.code == 0)
        let lines = text.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 2 && lines[1] == "answer to STREAM-RESET-ONCE why?")
        #expect(lines[1].hasPrefix(lines[0]) && lines[0].hasPrefix("answer"))
        #expect(text.errors == "dspy-swift: warning: a begins anew\n")
        let tagged = try await run("STREAM-END-ONCE why?", ["--stream=tagged"], rig)
        #expect(tagged.output == "a\tanswer to STREAM-END-ONCE why?\n")
        #expect(tagged.errors == "dspy-swift: warning: a begins anew\n")
    }

    @Test(
        "what cannot be mended ends with an error event, DSPy's class and its exit code",
        arguments: [
            ("STREAM-RESET", 69, "transport", "LMTransportError"),
            ("STREAM-CLOSE", 69, "transport", "LMTransportError"),
            ("STREAM-END", 69, "transport", "LMTransportError"), ("STREAM-ERROR", 69, "server_error", "LMServerError"),
            ("STREAM-BAD-JSON", 1, "bad_reply", "LMProviderError"),
            ("STREAM-BAD-UTF8", 1, "bad_reply", "LMProviderError"),
            ("STREAM-PAGE", 1, "bad_reply", "LMProviderError"), ("GARBAGE", 1, "parse_failed", "AdapterParseError"),
            ("FAIL401", 77, "auth", "LMAuthError"), ("FAIL429", 69, "rate_limited", "LMRateLimitError"),
        ])
    func fatal(fault: String, exit: Int32, code: String, name: String) async throws {
        let rig = try rig()
        defer { rig.stop() }
        for mode in ["ndjson", "sse"] {
            let run = try await run("\(fault) why?", ["--stream=\(mode)", "--retries", "0"], rig)
            #expect(run.code == exit, "\(run.errors)")
            let events = mode == "sse" ? StreamedEvents(sse: run.output) : StreamedEvents(lines: run.output)
            #expect(events.breaches == [])
            let last = events.events.last
            #expect(last?["type"] == "error" && last?["code"]?.string == code && last?["node"] == "self")
            #expect(last?["retryable"] == .bool(exit == 69))
            #expect(events.all("node_end").first?["error"]?.string == code)
            #expect(run.errors.contains(name) && run.errors.split(separator: "\n").count == 1, "\(run.errors)")
        }
        let text = try await run("\(fault) why?", ["--stream=text", "--retries", "0"], rig)
        #expect(text.code == exit)
        #expect("answer to \(fault) why?\n".hasPrefix(text.output.dropLast()))
        #expect(text.output.isEmpty || text.output.hasSuffix("\n"))
    }

    @Test("a server that sends its answer whole is taken as it is")
    func whole() async throws {
        let rig = try rig()
        defer { rig.stop() }
        let run = try await run("STREAM-WHOLE why?", ["--stream=ndjson"], rig)
        let events = StreamedEvents(lines: run.output)
        #expect(run.code == 0 && events.breaches == [])
        #expect(events.texts["self#1.a"] == "answer to STREAM-WHOLE why?")
    }

    @Test("one branch that fails ends the run, and the error names it")
    func branch() async throws {
        let rig = try rig()
        defer { rig.stop() }
        let program = try folder.write(
            "{\"parallel\": {\"good\": \"q -> a\", \"bad\": \"s -> a\", \"hangs\": \"t -> a\"}}", to: "p.json")
        let run = try await ToolRun.run(
            ["run", program, "q=why?", "s=STREAM-BAD-JSON", "t=STREAM-HANG", "--stream=ndjson"] + rig.flags, in: folder)
        #expect(run.code == 1, "\(run.errors)")
        let events = StreamedEvents(lines: run.output)
        #expect(events.breaches == [])
        #expect(events.events.last?["type"] == "error" && events.events.last?["node"] == "bad")
    }

    @Test("an answer that never ends stops at a limit that the error tells")
    func endless() async throws {
        let piece = String(repeating: "word ", count: 200_000)
        let chunk: JSON = ["choices": [["index": 0, "delta": ["content": .string(piece)]]]]
        let head: JSON = ["choices": [["index": 0, "delta": ["content": "[[ ## a ## ]]\n"]]]]
        let lines = [head] + Array(repeating: chunk, count: 20)
        let server = try LoopbackServer { _, _ in
            .init(
                headers: [("Content-Type", "text/event-stream")],
                chunks: lines.map { Array("data: \($0.text())\n\n".utf8) })
        }
        defer { server.stop() }
        let run = try await ToolRun.run(
            [
                "run", "q -> a", "q=x", "--lm", "openai/any", "--api-base", server.address + "/v1", "--no-cache",
                "--stream=ndjson",
            ], in: folder)
        #expect(run.code == 1)
        let events = StreamedEvents(lines: run.output)
        #expect(events.breaches == [])
        #expect(events.events.last?["code"] == "bad_reply")
        #expect(run.errors.contains("more than 16 MiB"), "\(run.errors)")
        #expect(server.requests.count == 1)
    }
}
