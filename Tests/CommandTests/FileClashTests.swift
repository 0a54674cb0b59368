import TestSupport
import Testing

/// Files of one command that are one file, and files that must not be overwritten.
@Suite struct FileClashes {
    private let folder: TemporaryFolder

    private static let contents = [
        "p.json": #"{"signature": "q -> a", "instructions": {"file": "i.md"}, "demos": "d.jsonl"}"#,
        "i.md": "Answer.\n",
        "d.jsonl": #"{"q": "x", "a": "y"}"# + "\n", "in.jsonl": #"{"q": "1"}"# + "\n" + #"{"q": "2"}"# + "\n",
        "one.json": #"{"q": "1"}"#, "replies.json": #"{"[[ ## q ## ]]": "[[ ## a ## ]]\nyes"}"#, "q.txt": "why?",
        "out.jsonl": "", "dspy-swift.json": "{}",
    ]

    init() throws {
        folder = try TemporaryFolder()
        for (name, text) in Self.contents { try folder.write(text, to: name) }
    }

    private func expectUntouched() {
        for (name, text) in Self.contents {
            #expect(Golden.text(of: folder.path + "/" + name) == text, "\(name)")
        }
    }

    @Test(
        "are refused before anything is opened, --force or not",
        arguments: [
            "run p.json -i one.json -o one.json", "run p.json q=x -o p.json", "run p.json q=x -o ./i.md",
            "run p.json q=x -o d.jsonl", "run p.json q=x --record p.json", "run p.json q=x --trace i.md",
            "run p.json q=x --record x.jsonl --trace ./x.jsonl", "run p.json q=x -o x.jsonl --record x.jsonl",
            "run p.json q=@q.txt -o q.txt", "run p.json q=x --trace replies.json", "run p.json q=x -o dspy-swift.json",
            "run p.json -i in.jsonl --replay in.jsonl --trace in.jsonl",
            "batch p.json in.jsonl -o in.jsonl", "batch p.json in.jsonl -o p.json", "batch p.json in.jsonl -o i.md",
            "batch p.json in.jsonl -o out.jsonl --record out.jsonl",
            "batch p.json in.jsonl -o out.jsonl --record in.jsonl",
            "batch p.json in.jsonl -o out.jsonl --trace out.jsonl.run.json",
            "batch p.json in.jsonl -o out.csv --output-format csv --record out.csv.jsonl",
            "batch p.json in.jsonl -o out.jsonl --record r.jsonl --trace r.jsonl",
            "tool call p.json t --record p.json",
        ])
    func refused(line: String) async throws {
        let words = line.split(separator: " ").map(String.init)
        for more in [[], ["--force"]] {
            let run = try await ToolRun.run(words + ["--lm", "scripted/replies.json"] + more, in: folder)
            #expect(run.code == 64, "\(run.errors)")
            #expect(run.errors.contains("are one file"), "\(run.errors)")
            expectUntouched()
            #expect(Golden.text(of: folder.path + "/x.jsonl") == nil)
            #expect(Golden.text(of: folder.path + "/r.jsonl") == nil)
        }
    }

    @Test("standard streams count as well")
    func streams() async throws {
        for line in [
            "batch p.json --lm scripted/replies.json < in.jsonl >> in.jsonl",
            "batch p.json in.jsonl --lm scripted/replies.json --record r.jsonl >> r.jsonl",
            "batch p.json --lm scripted/replies.json -o in.jsonl --force < in.jsonl", "show p.json >> p.json",
            "fmt --stdout p.json >> p.json",
        ] {
            let run = try await ToolRun.shell("\(ToolRun.path()) \(line)", in: folder)
            #expect(run.code == 64, "\(line): \(run.errors)")
            expectUntouched()
        }
    }

    @Test("devices may stand for several, and messages and a trace may go the same way on purpose")
    func devices() async throws {
        let run = try await ToolRun.run(
            [
                "run", "p.json", "q=x", "--lm", "scripted/replies.json", "--record", "/dev/null", "--trace",
                "/dev/null",
                "-o", "/dev/null",
            ], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        let shell = try await ToolRun.shell(
            "\(ToolRun.path()) run p.json q=x --lm scripted/replies.json --trace /dev/stderr 2>log", in: folder)
        #expect(shell.code == 0, "\(shell.errors)")
    }

    // MARK: Recordings and traces

    private func run(_ more: String...) async throws -> ToolRun {
        try await ToolRun.run(["run", "q -> a", "q=x", "--lm", "scripted/replies.json"] + more, in: folder)
    }

    @Test("an earlier recording or trace is overwritten only with --force", arguments: ["--record", "--trace"])
    func earlier(flag: String) async throws {
        #expect(try await run(flag, "r.jsonl").code == 0)
        let before = try #require(Golden.text(of: folder.path + "/r.jsonl"))
        let again = try await run(flag, "r.jsonl")
        #expect(again.code == 73)
        #expect(again.errors.contains("r.jsonl is not empty; --force overwrites it"), "\(again.errors)")
        #expect(Golden.text(of: folder.path + "/r.jsonl") == before)
        #expect(try await run(flag, "r.jsonl", "--force").code == 0)
        let after = try #require(Golden.text(of: folder.path + "/r.jsonl"))
        #expect(after.split(separator: "\n").count == before.split(separator: "\n").count)
        let batch = try await ToolRun.run(
            ["batch", "q -> a", "in.jsonl", "--lm", "scripted/replies.json", flag, "r.jsonl"], in: folder)
        #expect(batch.code == 73)
        #expect(Golden.text(of: folder.path + "/r.jsonl") == after)
    }

    @Test("a batch that goes on records behind what it recorded, and the whole replays")
    func resumed() async throws {
        try folder.write((1...6).map { "{\"q\": \"\($0)\"}\n" }.joined(), to: "six.jsonl")
        let flags = ["--lm", "scripted/replies.json", "--record", "r.jsonl", "--trace", "t.jsonl", "-o", "six.out"]
        let first = try await ToolRun.run(["batch", "q -> a", "six.jsonl", "--limit", "3"] + flags, in: folder)
        #expect(first.code == 0, "\(first.errors)")
        // A killed run may leave half a line.
        _ = try await ToolRun.shell("printf '{\"request\": {\"mod' >> r.jsonl", in: folder)
        let second = try await ToolRun.run(["batch", "q -> a", "six.jsonl", "--resume"] + flags, in: folder)
        #expect(second.code == 0, "\(second.errors)")
        let lines = try #require(Golden.text(of: folder.path + "/r.jsonl")).split(separator: "\n")
        #expect(lines.count == 6)
        #expect(try #require(Golden.text(of: folder.path + "/t.jsonl")).contains("\"item\":\"6\""))
        let replay = try await ToolRun.run(["batch", "q -> a", "six.jsonl", "--replay", "r.jsonl"], in: folder)
        #expect(replay.code == 0, "\(replay.errors)")
        #expect(replay.output.split(separator: "\n").count == 6)
    }

    @Test("a recording that cannot be written is told once, costs no answer, and keeps whole lines only")
    func full() async throws {
        let device = try await run("--record", "/dev/full", "-q")
        #expect(device.code == 0 && device.output.contains("yes"))
        #expect(device.errors.components("is not whole") == 1, "\(device.errors)")
        try folder.write((1...60).map { "{\"q\": \"\($0)\"}\n" }.joined(), to: "many.jsonl")
        let run = try await ToolRun.shell(
            "(ulimit -f 8; exec \(ToolRun.path()) batch 'q -> a' many.jsonl --lm scripted/replies.json --record r.jsonl) | cat > many.out; "
                + "exit ${PIPESTATUS[0]}", in: folder)
        #expect(run.code == 0, "\(run.errors)")
        #expect(run.errors.components("is not whole") == 1, "\(run.errors)")
        #expect(Golden.text(of: folder.path + "/many.out")?.split(separator: "\n").count == 60)
        let recorded = try #require(Golden.text(of: folder.path + "/r.jsonl"))
        #expect(recorded.hasSuffix("}\n") && recorded.utf8.count <= 8192 && recorded.utf8.count > 6000)
    }
}

extension String {
    /// How often a text stands in it.
    fileprivate func components(_ text: String) -> Int { ranges(of: text).count }
}
