import OrderedJSON
import Synchronization
import TestSupport
import Testing

/// `run --stream`: what is told while the whole binary runs, and that it is true.
@Suite struct StreamRun {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let chain = """
        {"module": "ChainOfThought", "steps": ["question -> answer", "answer -> simplified, certainty: float"]}
        """
    private static let branches = """
        {"parallel": {"deep": "q -> a, tags: list[str]", "wide": {"signature": "q -> a", "module": "ChainOfThought"},
         "plain": "q -> n: int, yes: bool"}}
        """

    /// Programs of every shape, each with its inputs.
    private static let programs: [(program: String, inputs: [String])] = [
        ("q -> a", ["q=why \"so\"?"]),
        ("q -> a, n: int, tags: list[str], certain: bool, rate: float", ["q=日本語 and <b> & 🎉"]),
        (chain, ["question=why?"]),
        (branches, ["q=why?"]),
        ("{\"adapter\": \"json\", \"signature\": \"q -> a, n: int, tags: list[str]\"}", ["q=a \\ and \"b\""]),
        ("{\"adapter\": \"xml\", \"signature\": \"q -> a, b\"}", ["q=one, two, three"]),
        ("{\"adapter\": \"json\", \"parallel\": {\"x\": \"q -> a\", \"y\": \"q -> tags: list[str]\"}}", ["q=why?"]),
    ]

    /// A server that gives each field a text that fits its name.
    private func rig(bytes: Int? = nil, delta: Int = 3) throws -> BatchRig {
        try BatchRig { options in
            options.cut.bytes = bytes
            options.cut.delta = delta
            options.answer = { field, question in
                switch field {
                case "n": "42"
                case "tags": "[\"a\", \"日本\", \"c d\"]"
                case "certain", "yes": "True"
                case "rate", "certainty": "0.5"
                default: "the \(field) of \(question)\nin two lines: 漢字 🎉"
                }
            }
        }
    }

    private func source(_ program: String) throws -> String {
        program.hasPrefix("{") ? try folder.write(program, to: "p.json") : program
    }

    @Test(
        "events keep their laws and the result is that of a run without streaming", arguments: programs.indices,
        [nil, 1, 11] as [Int?])
    func laws(place: Int, bytes: Int?) async throws {
        let (program, inputs) = Self.programs[place]
        let rig = try rig(bytes: bytes)
        defer { rig.stop() }
        let arguments = ["run", try source(program)] + inputs + rig.flags
        let plain = try await ToolRun.run(arguments, in: folder)
        let streamed = try await ToolRun.run(arguments + ["--stream=ndjson"], in: folder)
        #expect(plain.code == 0 && streamed.code == 0, "\(plain.errors)\(streamed.errors)")
        let events = StreamedEvents(lines: streamed.output)
        #expect(events.breaches == [])
        #expect(events.events.last?["output"] == (try JSON(parsing: plain.output)))
        #expect(!events.texts.isEmpty && events.all("reset").isEmpty)
        #expect(streamed.errors == "")
        let server = try await ToolRun.run(arguments + ["--stream=sse"], in: folder)
        let sent = StreamedEvents(sse: server.output)
        #expect(sent.breaches == [])
        #expect(sent.texts == events.texts)
    }

    @Test("text of one field is its value and a line end; tagged lines hold every line once")
    func textAndTagged() async throws {
        let rig = try rig()
        defer { rig.stop() }
        let text = try await ToolRun.run(["run", "q -> a", "q=why?", "--stream"] + rig.flags, in: folder)
        #expect(text.output == "the a of why?\nin two lines: 漢字 🎉\n")
        let program = try source(Self.branches)
        let tagged = try await ToolRun.run(["run", program, "q=why?", "--stream"] + rig.flags, in: folder)
        #expect(tagged.code == 0, "\(tagged.errors)")
        let lines = tagged.output.split(separator: "\n").map(String.init)
        #expect(
            lines.sorted() == [
                "deep.a\tin two lines: 漢字 🎉", "deep.a\tthe a of why?", "deep.tags\t[\"a\", \"日本\", \"c d\"]",
                "plain.n\t42", "plain.yes\tTrue", "wide.a\tin two lines: 漢字 🎉", "wide.a\tthe a of why?",
                "wide.reasoning\tin two lines: 漢字 🎉", "wide.reasoning\tthe reasoning of why?",
            ])
        #expect(lines.filter { $0.hasPrefix("wide.a") } == ["wide.a\tthe a of why?", "wide.a\tin two lines: 漢字 🎉"])
    }

    @Test("--stream-field leaves the other fields out, and a name that is none says so")
    func chosen() async throws {
        let rig = try rig()
        defer { rig.stop() }
        let program = try source(Self.branches)
        let run = try await ToolRun.run(
            ["run", program, "q=why?", "--stream=ndjson", "--stream-field", "deep.a", "--stream-field", "n"]
                + rig.flags,
            in: folder)
        let events = StreamedEvents(lines: run.output)
        #expect(events.breaches == [])
        #expect(Set(events.texts.keys) == ["deep#1.a", "plain#1.n"])
        let wrong = try await ToolRun.run(
            ["run", program, "q=why?", "--stream", "--stream-field", "deep.b"] + rig.flags, in: folder)
        #expect(wrong.code == 64 && wrong.errors.contains("deep.a"), "\(wrong.errors)")
    }

    @Test("an answer from the cache streams the same texts and asks nobody")
    func cache() async throws {
        let rig = try rig()
        defer { rig.stop() }
        let arguments = [
            "run", try source(Self.branches), "q=why?", "--stream=ndjson", "--lm", "openai/any", "--api-base",
            rig.server.address,
        ]
        let first = StreamedEvents(lines: try await ToolRun.run(arguments, in: folder).output)
        let asked = rig.ledger.count
        let second = StreamedEvents(lines: try await ToolRun.run(arguments, in: folder).output)
        #expect(first.breaches == [] && second.breaches == [])
        #expect(asked == 3 && rig.ledger.count == 3)
        #expect(second.texts == first.texts && !second.texts.isEmpty)
        #expect(second.events.last?["output"] == first.events.last?["output"])
        #expect(Set(second.types) == Set(first.types))
    }

    @Test("-o gets the prediction while the events go to standard output")
    func file() async throws {
        let rig = try rig()
        defer { rig.stop() }
        let run = try await ToolRun.run(
            ["run", "q -> n: int", "q=why?", "--stream=ndjson", "-o", "out.json"] + rig.flags, in: folder)
        #expect(StreamedEvents(lines: run.output).breaches == [])
        #expect(Golden.text(of: folder.path + "/out.json") == "{\"n\": 42}\n")
    }

    @Test(
        "one branch never waits for another, and a signal ends the run with an error as the last event",
        arguments: [(2, 130), (15, 143), (1, 129)])
    func branches(signal: Int32, code: Int32) async throws {
        let rig = try BatchRig { $0.cut.deltasBeforeFault = 9 }
        defer { rig.stop() }
        let program = try folder.write(
            "{\"parallel\": {\"slow\": \"s -> a\", \"x\": \"q -> a\", \"y\": \"q -> a\", \"z\": \"q -> a\"}}",
            to: "p.json")
        let pipe = try LivePipe(in: folder)
        async let run = ToolRun.run(
            ["run", program, "s=STREAM-HANG for an hour", "q=why?", "--stream=ndjson"] + rig.flags, in: folder,
            output: pipe.path, onStart: { pid in rig.pid.withLock { $0 = pid } })
        // The slow branch would go on in an hour: only when the others do not wait for it do they all end.
        var (ended, slow) = (Set<String>(), 0)
        for await line in pipe.lines {
            let event = try JSON(parsing: line.text)
            if event["node"] == "slow", event["type"] == "delta" { slow += 1 }
            if event["type"] == "node_end" { ended.insert(event["node"]?.string ?? "") }
            if ended == ["x", "y", "z"], slow > 0 {
                Signal.send(signal, to: rig.pid.withLock { $0 })
                break
            }
        }
        let done = try await run
        #expect(done.code == code, "\(done.errors)")
        #expect(done.errors.split(separator: "\n").count == 1)
        let events = StreamedEvents(lines: await pipe.text())
        #expect(events.breaches == [])
        #expect(events.events.last?["type"] == "error" && events.events.last?["code"] == "cancelled")
    }
}
