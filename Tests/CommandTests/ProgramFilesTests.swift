import TestSupport
import Testing

/// What a user meets when a program file, a folder or a model's name is not quite right.
@Suite struct ProgramFiles {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("check warns of a provider that does not exist, and says which was meant")
    func providers() async throws {
        try folder.write(
            #"{"lms": {"x": "opnai/gpt-4o"}, "steps": ["q -> a", {"signature": "a -> b", "lm": "x"}, {"signature": "b -> c", "lm": "gpt-4o"}]}"#,
            to: "p.json")
        let run = try await ToolRun.run(["check", "p.json"], in: folder)
        #expect(run.code == 0)
        #expect(
            run.errors.hasPrefix(#"p.json:1:15: warning: unknown provider "opnai"; did you mean "openai"?"#),
            "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 3, "\(run.errors)")
        let strict = try await ToolRun.run(["check", "p.json", "--strict"], in: folder)
        #expect(strict.code == 65)
    }

    @Test("a folder stands for its program.json, in fmt as well, and its absence is told")
    func folders() async throws {
        try folder.write(#"{"signature":"q -> a"}"#, to: "program.json")
        let formatted = try await ToolRun.run(["fmt", "."], in: folder)
        #expect(formatted.code == 0)
        #expect(Golden.text(of: folder.path + "/program.json") == "{\n  \"signature\": \"q -> a\"\n}\n")
        let empty = try TemporaryFolder()
        let run = try await ToolRun.run(["check", empty.path], in: folder)
        #expect(run.code == 66)
        #expect(run.errors.contains("no such file; a folder stands for its program.json"))
    }

    @Test("fmt goes on after a file that it cannot read as JSON")
    func goesOn() async throws {
        try folder.write("{", to: "bad.json")
        try folder.write(#"{"signature":"q -> a"}"#, to: "good.json")
        let run = try await ToolRun.run(["fmt", "bad.json", "good.json"], in: folder)
        #expect(run.code == 65)
        #expect(run.errors.hasPrefix("bad.json:1:2: error: unexpected end"))
        #expect(Golden.text(of: folder.path + "/good.json")?.hasPrefix("{\n") == true)
    }

    @Test("a signature typed on the command line is told about as it was typed")
    func signature() async throws {
        let run = try await ToolRun.run(["check", #"q: Literal["a"] -> a: itn"#], in: folder)
        #expect(run.errors.hasPrefix("<signature>:1:23: error: Unknown name: itn\n 1 | q: Literal[\"a\"] -> a: itn\n"))
    }

    @Test("usage errors point to the help of the command as it is called")
    func help() async throws {
        let run = try await ToolRun.run(["run", "q -> a", "x=1"], in: folder)
        #expect(run.code == 64)
        #expect(run.errors.contains("(see 'dspy-swift run --help')"))
    }

    @Test("show prints the temperature that a run of several generations would send")
    func generations() async throws {
        try folder.write(#"{"signature": "q -> a", "n": 2, "config": {"temperature": 0}}"#, to: "p.json")
        let run = try await ToolRun.run(["show", "p.json", "q=x", "--format", "json"], in: folder)
        #expect(run.output.contains("\"temperature\": 0.7"))
        let chosen = try await ToolRun.run(
            ["show", "p.json", "q=x", "--set", "lm.temperature=0.9", "--format", "json"], in: folder)
        #expect(
            chosen.output.contains("\"temperature\": 0.7"), "the program's own temperature comes before the model's")
    }

    @Test(
        "new writes a program that check takes, whatever the file is called",
        arguments: ["1st", "a b", "-x.y", "日本", "class", "_"])
    func newNames(name: String) async throws {
        let run = try await ToolRun.run(["new", "-s", "q -> a", "--", name], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        let check = try await ToolRun.run(["check", "./\(name).json"], in: folder)
        #expect(check.code == 0, "\(check.errors)")
    }

    @Test("new refuses a path without a file name", arguments: ["x/", ".json", "x/.json"])
    func newWithoutName(path: String) async throws {
        let run = try await ToolRun.run(["new", path, "-s", "q -> a"], in: folder)
        #expect(run.code == 64)
        #expect(run.errors.contains("has no file name"))
    }
}
