import TestSupport
import Testing

/// `run --stream` on a terminal: what a model writes is never obeyed.
@Suite struct StreamTerminals {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        // A title, a colour, a cleared screen, a bell, C1 and an unfinished sequence, cut at bad places.
        let hostile = """
            {"stream": ["[[ ## a ## ]]\\nred\\u001b", "[31m \\u001b]0;ti", "tle\\u0007 \\u001b[2J\\u001b[", "H \\u009b5m \\b end\\n",
             "last\\u001b[9"]}
            """
        try folder.write("[\(hostile), \(hostile)]", to: "replies.json")
        try folder.write("{\"parallel\": {\"one\": \"q -> a\", \"two\": \"q -> a\"}}", to: "p.json")
    }

    private func run(_ program: String, _ mode: String, output: String? = nil) async throws -> ToolRun {
        try await ToolRun.run(
            ["run", program, "q=x", "--lm", "scripted/replies.json", "--stream=\(mode)"], in: folder,
            environment: ["NO_COLOR": "1", "TERM": "xterm"], output: output)
    }

    @Test(
        "neither text nor panes nor tagged lines let a sequence of the model through",
        arguments: ["text", "tagged", "panes"])
    func terminal(mode: String) async throws {
        for program in ["q -> a", "p.json"] {
            let terminal = try PseudoTerminal(columns: 80, rows: 24)
            let run = try await run(program, mode, output: terminal.path)
            #expect(run.code == 0, "\(run.errors)")
            let written = await terminal.written()
            #expect(PseudoTerminal.obeyed(in: written) == [], "\(written.debugDescription)")
            #expect(written.contains("red") && written.contains("end") && written.contains("last"))
            // Of pieces a sequence is dropped; in a line, and in the whole answer under the panes, it is written out.
            #expect(written.contains("title") == (mode != "text"))
            #expect(written.contains("\\u001b]0;title\\u0007") == (mode != "text"))
        }
    }

    @Test("a pipe gets the text as the model wrote it")
    func pipe() async throws {
        let run = try await run("q -> a", "text")
        #expect(
            run.output == "red\u{1B}[31m \u{1B}]0;title\u{07} \u{1B}[2J\u{1B}[H \u{9B}5m \u{08} end\nlast\u{1B}[9\n")
    }
}
