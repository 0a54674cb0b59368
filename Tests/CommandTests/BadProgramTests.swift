import TestSupport
import Testing

/// Program files that cannot run: a place, a reason, exit 65, and never a crash.
@Suite struct BadPrograms {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(
        "each fault is told at its place",
        arguments: [
            (#"{"signature": "question -> "}"#, "p.json:1:25: error: signature \"question -> \" has no output field"),
            (#"{"signature": "question"}"#, "p.json:1:16: error: Invalid signature format"),
            (#"{"signature": "q -> a: itn"}"#, "p.json:1:24: error: Unknown name: itn"),
            (#"{"signature": "q -> a: list["}"#, "p.json:1:28: error: invalid syntax"),
            (#"{"signature": "q -> q"}"#, "distinct names"),
            (#"{"signatur": "q -> a"}"#, "did you mean `signature`?"),
            (#"{"signature": "q -> a", "signature": "q -> b"}"#, "stands twice"),
            (#"{"signature": 3}"#, "p.json:1:15: error: `signature` is a string"),
            (#"{"steps": "q -> a"}"#, "`steps` is an array"),
            (#"{"steps": []}"#, "`steps` is empty"),
            (#"{"parallel": ["q -> a", "q -> a"]}"#, "two branches give `a`"),
            (#"{"steps": ["q -> a"], "parallel": ["q -> b"]}"#, "not both"),
            (#"{}"#, "a node needs one of"),
            (#"[1]"#, "a program is an object or a signature string, found an array"),
            (#"{"signature": "q -> a", "module": "ReActs"}"#, "did you mean \"ReAct\"?"),
            (#"{"signature": "q -> a", "module": "Predit"}"#, "did you mean \"Predict\"?"),
            (#"{"signature": "q -> a", "fields": {"b": "x"}}"#, "`fields` speaks of `b`"),
            (#"{"signature": "q -> n: int", "defaults": {"n": "x"}}"#, "does not fit int"),
            (#"{"signature": "q -> a", "demos": "../secret.jsonl"}"#, "leaves the program's folder"),
            (#"{"signature": "q -> a", "demos": "/etc/passwd"}"#, "leaves the program's folder"),
            (#"{"signature": "q -> a", "instructions": {"file": "none.md"}}"#, "no such file"),
            (#"{"program": "none.json"}"#, "no such file"),
            (#"{"program": "p.json"}"#, "contains itself"),
            (
                #"{"steps": [{"name": "x", "signature": "q -> n: int"}, "#
                    + #"{"signature": "t: list[str] -> a", "in": {"t": "x.n"}}]}"#,
                "`t` is declared list[str], but `x.n` is int"
            ),
            (
                #"{"steps": [{"name": "x", "signature": "q -> n"}, "#
                    + #"{"signature": "t -> a", "in": {"t": "x.m"}}]}"#, "the step `x` has no `m`"
            ),
            (
                #"{"steps": [{"name": "x", "signature": "q -> n"}, "#
                    + #"{"signature": "t -> a", "in": {"u": "x.n"}}]}"#, "`in` speaks of `u`"
            ),
            (#"{"signature": "q -> a: T", "types": {"T": {"x": "U"}, "U": {"y": "T"}}}"#, "need it themselves"),
            (#"{"signature": "q -> a: T", "types": {"T": {"x": "strr"}}}"#, "Unknown name: strr"),
            (
                #"{"signature": "q -> a", "lm": {"model": "openai/x", "api_key": "sk-secret"}}"#,
                "a key may not stand in a program file"
            ),
            (#"{"signature": "q -> a", "adapter": "yaml"}"#, "there is no adapter"),
            (#"{"signature": "q -> a", "settings": {"trackusage": true}}"#, "did you mean `track_usage`?"),
            (#"{"signature": "q -> a", "outputs": ["b"]}"#, "nothing gives `b`"),
            (#"{"signature": "q -> a", "tests": [{"inputs": {"q": 1}, "expect": "a =="}]}"#, "expected a value"),
            (#"{"signature": "q -> a", "tests": [{"inputs": {"z": 1}, "expect": "a"}]}"#, "no input of the program"),
            (#"{"signature": "q -> a", "state": "s.json"}"#, "`state` is not part of this version"),
            ("{\"signature\": \"q -> a\"", "error: "),
            ("", "error: "),
            ("\u{FEFF}{", "error: "),
            ("{\"signature\": \"q -> a\"} x", "error: "),
        ])
    func faults(text: String, message: String) async throws {
        try folder.write(text, to: "p.json")
        let run = try await ToolRun.run(["check", "p.json"], in: folder)
        #expect(run.code == 65, "\(run.errors)\(run.output)")
        #expect(run.errors.contains(message), "\(run.errors)")
        #expect(!run.errors.contains("sk-secret") || message.contains("key"))
        let ran = try await ToolRun.run(["run", "p.json", "q=x", "--lm", "scripted/echo"], in: folder)
        #expect(ran.code == 65, "\(ran.errors)")
    }

    @Test("all faults are told at once, in the order of the file, each with its line and a caret")
    func allAtOnce() async throws {
        try folder.write(
            """
            {
              "modul": "Predict",
              "steps": [
                "question -> answer: strr",
                { "signature": "answer -> short", "fields": { "sort": "x" } }
              ]
            }
            """, to: "p.json")
        let run = try await ToolRun.run(["check", "p.json"], in: folder)
        #expect(run.code == 65)
        let places = run.errors.split(separator: "\n").filter { $0.hasPrefix("p.json:") }
            .map { $0.prefix { $0 != " " } }
        #expect(places == ["p.json:2:3:", "p.json:4:26:", "p.json:5:51:"], "\(run.errors)")
        #expect(run.errors.contains("\n 4 |     \"question -> answer: strr\",\n   |                          ^^^^"))
        #expect(run.errors.contains("did you mean `str`?"))
    }

    @Test("a fault inside an escaped signature string points at the source text")
    func escapedPlace() async throws {
        try folder.write(#"{"signature": "\u0071 -> \"a\""}"#, to: "p.json")
        let run = try await ToolRun.run(["check", "p.json"], in: folder)
        #expect(run.errors.contains("p.json:1:26: error:"), "\(run.errors)")
    }

    @Test("10,000 nested arrays, 100 MB, invalid UTF-8 and random bytes give a finding, not a crash")
    func hostileFiles() async throws {
        try folder.write(String(repeating: "[", count: 10_000), to: "deep.json")
        try folder.write(
            String(repeating: #"{"steps": ["#, count: 40) + #""q -> a""# + String(repeating: "]}", count: 40),
            to: "nodes.json")
        try folder.write("{\"signature\": \"" + String(repeating: "a", count: 100_000_000), to: "huge.json")
        for file in ["deep.json", "nodes.json", "huge.json"] {
            let run = try await ToolRun.run(["check", file], in: folder)
            #expect(run.code == 65, "\(file): \(run.code) \(run.errors.prefix(300))")
            #expect(run.errors.contains("error") || run.errors.contains("longer than"), "\(run.errors.prefix(300))")
        }
        var generator = SystemRandomNumberGenerator()
        for number in 0..<20 {
            let bytes = (0..<200).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let path = try Bytes.write(bytes, to: folder.path + "/random\(number).json")
            let run = try await ToolRun.run(["check", path], in: folder)
            #expect(run.code == 65, "\(bytes): \(run.code) \(run.errors)")
        }
        let invalid = try Bytes.write(
            Array("{\"signature\": \"q -> ".utf8) + [0xFF, 0xFE] + Array("\"}".utf8), to: folder.path + "/utf8.json")
        let run = try await ToolRun.run(["check", invalid], in: folder)
        #expect(run.code == 65)
        #expect(run.errors.contains("1:21"), "\(run.errors)")
    }

    @Test("check tells warnings, counts them with --strict, and prints JSON and annotations")
    func checkForms() async throws {
        try folder.write(#"{"signature": "q, q: int = 3 -> a"}"#, to: "p.json")
        let plain = try await ToolRun.run(["check", "p.json"], in: folder)
        #expect(plain.code == 0)
        #expect(plain.errors.contains("warning: the field `q` stands twice"))
        #expect(plain.errors.contains("the default of `q` is dropped"))
        let strict = try await ToolRun.run(["check", "p.json", "--strict"], in: folder)
        #expect(strict.code == 65)
        let json = try await ToolRun.run(["check", "p.json", "--format", "json"], in: folder)
        #expect(json.output.contains("\"severity\": \"warning\"") && json.output.contains("\"line\": 1"))
        let github = try await ToolRun.run(["check", "p.json", "--format", "github"], in: folder)
        #expect(github.output.contains("::warning file=p.json,line=1,col="))
    }
}
