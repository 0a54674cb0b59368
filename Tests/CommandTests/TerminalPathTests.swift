import OrderedJSON
import TestSupport
import Testing

/// Every way on which text of a model, a provider, a file name or a program reaches a terminal.
@Suite struct TerminalPaths {
    private let folder: TemporaryFolder
    private let server: MockModelServer

    /// A title, a colour, C1, DEL, a bell, and all that turns the direction of reading; letters read from right to left stay.
    private static let evil = "a\u{1B}]0;t\u{07}\u{1B}[31m\u{9B}2J\u{7F}\u{84}\u{8}\u{202E}\u{2066}\u{200F}\u{061C}שלום"

    init() throws {
        folder = try TemporaryFolder()
        server = try MockModelServer(MockModelServer.Options())
        let evil = JSON.string(Self.evil).text()
        func file(_ name: String, _ text: String) throws {
            try folder.write(text.replacing("EVIL", with: evil), to: name)
        }
        let answer = JSON.string("[[ ## a ## ]]\n\(Self.evil)").text()
        try file("replies.json", "{\"[[ ## q ## ]]\": \(answer)}")
        try file("errors.json", #"{"error": "server_error", "message": EVIL}"#)
        try file(Self.evil + ".json", "{\"[[ ## q ## ]]\": \(answer)}")
        try file(
            "p.json",
            #"""
            {"instructions": EVIL, "lm": "scripted/replies.json", "demos": [{"q": EVIL, "a": EVIL}],
             "signature": "q -> a", "fields": {"q": EVIL, "a": {"desc": EVIL}},
             "tests": [{"inputs": {"q": EVIL}, "expect": "a == 'x'"}]}
            """#)
        try file(
            "tools.json",
            #"""
            {"signature": "q -> a", "module": "ReAct", "lm": "scripted/replies.json",
             "tools": {"t": {"command": ["printf", "%s", "{x}"], "args": {"x": "str"}, "description": EVIL}}}
            """#)
        try file("parallel.json", #"{"lm": "scripted/replies.json", "parallel": {"one": "q -> a", "two": "q -> a"}}"#)
        try file("broken.json", #"{"signature": "q -> a", EVIL: 1, "module": EVIL, "demos": [{EVIL: 1}]}"#)
        try file("in.jsonl", "{\"id\": EVIL, \"q\": EVIL}\n")
        try file("twice.jsonl", "{\"id\": EVIL, \"q\": \"1\"}\n{\"id\": EVIL, \"q\": \"1\"}\n")
        try file("bad.jsonl", "{\"id\": EVIL, \"q\": EVIL}\n{\"id\": EVIL\n")
        try file("inputs.json", #"{"q": EVIL}"#)
        try folder.write(Self.evil, to: "evil.txt")
    }

    private func written(_ line: String) async throws -> String {
        let terminal = try PseudoTerminal(columns: 100, rows: 30)
        let name = folder.path + "/evil.txt"
        let run = try await ToolRun.shell(
            """
            export NO_COLOR=1 TERM=xterm XDG_CACHE_HOME=$PWD/.cache
            EVIL=$(cat \(name)); BASE=\(server.address)
            { \(line.replacing("TOOL", with: ToolRun.path())); } > \(terminal.path) 2>&1 < /dev/null
            """, in: folder)
        #expect(run.errors == "")
        return await terminal.written()
    }

    @Test(
        "none lets through what a terminal obeys",
        arguments: [
            "TOOL show p.json -i inputs.json", "TOOL show p.json -i inputs.json --format json",
            "TOOL show p.json -i inputs.json --format curl", "TOOL show parallel.json --graph",
            "TOOL show p.json --schema", "TOOL run p.json -i inputs.json --dry-run",
            "TOOL run p.json q=x --format text", "TOOL run p.json q=x --format json",
            "TOOL run p.json q=x --format ndjson", "TOOL run p.json q=x --field a",
            "TOOL run p.json q=x --stream=text", "TOOL run p.json q=x --stream=tagged",
            "TOOL run p.json q=x --stream=ndjson", "TOOL run p.json q=x --stream=sse",
            "TOOL run parallel.json q=x --stream=panes", "TOOL run p.json q=x -o /dev/stdout",
            "TOOL run p.json q=x --trace /dev/stderr", "TOOL run p.json q=x --record /dev/stderr",
            "TOOL run p.json --tests",
            "TOOL run 'q -> a' q=x --lm \"scripted/$EVIL.json\" --usage -v",
            "TOOL run 'q -> a' q=x --lm \"scripted/missing$EVIL.json\"",
            "TOOL run 'q -> a' q=x --lm \"openai/$EVIL\" -v",
            "TOOL run 'q -> a' q=x --lm scripted/errors.json", "TOOL run 'q -> a' q=x --lm \"$EVIL\"",
            "TOOL run p.json \"$EVIL=1\"", "TOOL run p.json \"q$EVIL\"", "TOOL run p.json q=@\"$EVIL\"",
            "TOOL run p.json q=x --replay \"$EVIL\"", "TOOL run p.json q=x --record \"$EVIL/x\"",
            "TOOL run p.json q=x -o \"$EVIL/x\"", "TOOL run tools.json q=x --allow \"$EVIL\"",
            "TOOL run tools.json q=x", "TOOL run p.json q=x --stream --stream-field \"$EVIL\"",
            "TOOL run p.json q=x --set \"$EVIL\"", "TOOL run p.json q=x --timeout \"$EVIL\"",
            "TOOL run p.json \"--$EVIL\"",
            "TOOL batch p.json in.jsonl", "TOOL batch p.json in.jsonl --progress plain",
            "TOOL batch p.json in.jsonl --stream ndjson", "TOOL batch p.json in.jsonl -o /dev/stdout",
            "TOOL batch p.json in.jsonl --output-format csv", "TOOL batch p.json twice.jsonl",
            "TOOL batch p.json twice.jsonl --check",
            "TOOL batch p.json bad.jsonl --progress bar -o bad.out", "TOOL batch p.json bad.jsonl --check",
            "TOOL batch 'q -> a' in.jsonl --lm scripted/errors.json --progress bar -o \"$EVIL.out\" --retries 0",
            "TOOL batch p.json \"$EVIL\"", "TOOL batch p.json in.jsonl --field-map \"$EVIL=$EVIL\"",
            "TOOL check broken.json", "TOOL check broken.json --format json", "TOOL check broken.json --format github",
            "TOOL check \"$EVIL\"", "TOOL check \"$EVIL\" p.json", "TOOL check p.json tools.json",
            "TOOL check \"q -> $EVIL\"",
            "TOOL fmt --stdout p.json", "TOOL fmt -v \"$EVIL.json\"", "TOOL fmt --check in.jsonl",
            "TOOL new \"$EVIL\" -s 'q -> a'",
            "TOOL new \"$EVIL/x\" -s 'q -> a'", "TOOL tool list tools.json", "TOOL tool list tools.json --json",
            "TOOL tool call tools.json t x=\"$EVIL\" --allow run:printf", "TOOL tool call tools.json \"$EVIL\"",
            "TOOL tool \"$EVIL\" tools.json", "DSPY_LM=\"$EVIL\" TOOL doctor", "OPENAI_API_BASE=\"$EVIL\" TOOL doctor",
            "DSPY_CACHE_DIR=\"$PWD/$EVIL\" TOOL doctor", "OPENAI_API_BASE=\"$EVIL\" TOOL models",
            "DSPY_CACHE_DIR=\"$PWD/$EVIL\" TOOL cache",
            "DSPY_CACHE_DIR=\"$PWD/$EVIL\" TOOL cache path", "TOOL cache \"$EVIL\"", "TOOL \"$EVIL\"",
            "TOOL help \"$EVIL\"",
            "OPENAI_API_KEY=k TOOL run 'question -> answer' question=\"$EVIL\" --lm openai/any --api-base $BASE --no-cache",
            "OPENAI_API_KEY=k TOOL run 'q -> a' q=x --lm openai/any --api-base \"http://$EVIL/\" --retries 0 -v",
        ])
    func path(line: String) async throws {
        let shown = try await written(line)
        server.stop()
        #expect(PseudoTerminal.obeyed(in: shown) == [], "\(shown.debugDescription)")
        #expect(!shown.isEmpty)
    }

    @Test(
        "a whole text loses nothing: what a terminal would obey is written out",
        arguments: [
            "TOOL run p.json q=x --format text", "TOOL run p.json q=x --format json", "TOOL run p.json q=x --field a",
            "TOOL run p.json q=x --stream=tagged",
        ])
    func whole(line: String) async throws {
        let shown = try await written(line)
        server.stop()
        #expect(shown.contains(#"a\u001b]0;t\u0007\u001b[31m\u009b2J\u007f\u0084"#), "\(shown.debugDescription)")
    }

    @Test("JSON on a terminal is the same value, and letters that are read from right to left stay")
    func json() async throws {
        defer { server.stop() }
        let row = try await written("TOOL run p.json q=x --format ndjson")
        #expect(try JSON(parsing: row)["a"]?.string == Self.evil)
        let batch = try await written("TOOL batch p.json in.jsonl -q")
        #expect(try JSON(parsing: batch)["output"]?["a"]?.string == Self.evil, "\(batch.debugDescription)")
        #expect(try await written("TOOL run p.json q=x --stream=text").contains("שלום"))
    }

    @Test("a pipe gets the text of a model as it is, a file as well")
    func pipe() async throws {
        defer { server.stop() }
        let run = try await ToolRun.run(["run", "p.json", "q=x", "--field", "a", "-o", "out.txt"], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        #expect(Golden.text(of: folder.path + "/out.txt") == Self.evil + "\n")
        let piped = try await ToolRun.run(["run", "p.json", "q=x", "--field", "a"], in: folder)
        #expect(piped.output == Self.evil + "\n")
    }
}
