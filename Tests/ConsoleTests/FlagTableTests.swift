import Console
import Testing

@Suite struct FlagTableTests {
    private let table = FlagTable(
        program: "tool", name: "run", summary: "run a program once",
        discussion: ["A paragraph that is long enough to be wrapped when the help is only forty columns wide."],
        examples: [.init("one answer", "tool run a.json x=1")],
        positionals: [
            Positional("SPEC", help: "the file"),
            Positional("NAME=VALUE", isOptional: true, isRepeated: true, help: "an input"),
        ],
        flags: [
            Flag(
                "lm", short: "m", value: .required("MODEL"), defaultText: "the first configured",
                help: "the model to call"),
            Flag(
                "stream", value: .optional("MODE", implied: "auto"), choices: ["auto", "text", "ndjson"],
                help: "show text as it comes"),
            Flag("verbose", short: "v", isRepeatable: true, help: "say more"),
            Flag("quiet", short: "q", help: "say less"),
            Flag(
                "set", value: .required("KEY=VALUE"), isRepeatable: true, group: "Model options",
                help: "set a | parameter"),
            Flag("retries", short: "r", value: .required("N"), group: "Model options", help: "how often to try again"),
            Flag("secret", isHidden: true, help: "for tests"),
        ])

    @Test(
        "reads every way to write a flag",
        arguments: [
            (["a", "--lm", "x"], "lm", ["x"]), (["a", "--lm=x=y"], "lm", ["x=y"]), (["a", "-m", "x"], "lm", ["x"]),
            (["a", "-mx"], "lm", ["x"]), (["-mx", "a"], "lm", ["x"]), (["a", "--lm", "-"], "lm", ["-"]),
            (["a", "--lm", "--quiet"], "lm", ["--quiet"]),
            (["a", "--lm="], "lm", [""]), (["a", "--stream"], "stream", ["auto"]),
            (["a", "--stream=text"], "stream", ["text"]),
            (["--stream", "a"], "stream", ["auto"]), (["a", "-vvv"], "verbose", ["", "", ""]),
            (["a", "-qvmx"], "lm", ["x"]),
            (["a", "-qvm", "x"], "lm", ["x"]), (["a", "--set", "a=1", "b", "--set=b=2"], "set", ["a=1", "b=2"]),
            (["a", "--secret"], "secret", [""]),
        ] as [([String], String, [String])])
    func flags(arguments: [String], name: String, values: [String]) throws {
        #expect(try table.parse(arguments).all(name) == values)
    }

    @Test("flags and other arguments may mix, and two dashes end the flags")
    func positionals() throws {
        #expect(
            try table.parse(["a", "-q", "x=1", "-", "--", "--lm", "-q"]).positionals == ["a", "x=1", "-", "--lm", "-q"])
    }

    @Test(
        "says what is wrong with a command line",
        arguments: [
            (["a", "--steam"], "unknown option '--steam'; did you mean '--stream'?"),
            (["a", "--xyz"], "unknown option '--xyz'"),
            (["a", "-x"], "unknown option '-x'"), (["a", "-steam"], "unknown option '-s'; did you mean '--stream'?"),
            (["a", "--lm"], "option '--lm' needs a value: --lm MODEL"),
            (["a", "-m"], "option '-m' needs a value: -m MODEL"),
            (["a", "--quiet=1"], "option '--quiet' takes no value"),
            (["a", "--stream=txt"], "option '--stream' takes auto, text, ndjson, not 'txt'; did you mean 'text'?"),
            ([], "missing argument SPEC: the file"), (["a", "--secre"], "unknown option '--secre'"),
        ] as [([String], String)])
    func faults(arguments: [String], message: String) {
        let error = #expect(throws: UsageError.self) { try table.parse(arguments) }
        #expect(error?.message == message)
        #expect(error?.description == message + " (see 'tool run --help')")
    }

    @Test(
        "an option of another tool is answered by what it is called here, if the command has that",
        arguments: [
            ("--model=x", "; did you mean '--lm'?"), ("--MODEL", "; did you mean '--lm'?"),
            ("--json", "; did you mean '--stream ndjson'?"), ("--lines", ""), ("--hide", ""),
        ])
    func familiar(argument: String, hint: String) {
        let familiar = [
            "model": ["lm"], "json": ["stream json", "stream ndjson", "quiet"], "lines": ["stream lines"],
            "hide": ["secret"],
        ]
        let error = #expect(throws: UsageError.self) { try table.parse(["a", argument], familiar: familiar) }
        #expect(error?.message == "unknown option '\(argument.prefix { $0 != "=" })'" + hint)
    }

    @Test("a surplus argument is a fault when nothing is repeated")
    func surplus() {
        let table = FlagTable(
            program: "tool", name: "schema", summary: "print", positionals: [Positional("FILE", help: "it")])
        let error = #expect(throws: UsageError.self) { try table.parse(["a", "b"]) }
        #expect(error?.message == "unexpected argument 'b'")
    }

    @Test("numbers are checked, with the bounds in the message")
    func numbers() throws {
        #expect(try table.parse(["a", "-r5"]).int("retries", in: 0...10) == 5)
        #expect(try table.parse(["a", "-r", "0.5"]).double("retries", atLeast: 0) == 0.5)
        #expect(try table.parse(["a"]).int("retries") == nil)
        for (value, bounds, message) in [
            ("x", 0...10, "takes a whole number, not 'x'"), ("11", 0...10, "must be between 0 and 10, not 11"),
            ("-1", 0...Int.max, "must be at least 0, not -1"), ("3", Int.min...2, "must be at most 2, not 3"),
        ] {
            let error = #expect(throws: UsageError.self) {
                try table.parse(["a", "--retries=\(value)"]).int("retries", in: bounds)
            }
            #expect(error?.message == "option '--retries' \(message)")
        }
        #expect(throws: UsageError.self) { try table.parse(["a", "-r", "nan"]).double("retries") }
        #expect(throws: UsageError.self) { try table.parse(["a", "-r=-1"]).double("retries", atLeast: 0) }
    }

    @Test("the last value counts, and switches are counted")
    func lastAndCount() throws {
        let parsed = try table.parse(["a", "--lm", "x", "--lm", "y", "-v", "-vv"])
        #expect(parsed.string("lm") == "y")
        #expect(parsed.count("verbose") == 3)
        #expect(parsed.bool("verbose"))
        #expect(!parsed.bool("quiet"))
    }

    @Test(
        "help wins over what is missing and over what stands behind it",
        arguments: [["--help"], ["-h"], ["-qh"], ["a", "--help", "--xyz"]])
    func help(arguments: [String]) throws {
        #expect(try table.parse(arguments).wantsHelp)
    }

    @Test("help shows every visible flag in columns")
    func helpText() {
        let help = table.help(width: 60)
        #expect(help.hasPrefix("tool run: run a program once\n\nUsage: tool run SPEC [NAME=VALUE...] [OPTION]...\n"))
        for flag in table.allFlags { #expect(help.contains("--\(flag.long)") == !flag.isHidden) }
        #expect(help.contains("\nArguments:\n  SPEC        the file\n"))
        #expect(help.contains("\nModel options:\n"))
        #expect(help.contains("  -h, --help "))
        #expect(help.contains("\n  # one answer\n  tool run a.json x=1\n"))
        #expect(help.split(separator: "\n").allSatisfy { $0.count <= 60 })
    }

    @Test("Markdown shows the same, with bars escaped")
    func markdown() {
        let page = table.markdown()
        #expect(page.hasPrefix("## tool run\n\nRun a program once.\n"))
        #expect(page.contains("| `-m, --lm MODEL` | the model to call (default: the first configured) |"))
        #expect(page.contains("set a \\| parameter"))
        #expect(!page.contains("--secret"))
    }
}

@Suite struct CommandTableTests {
    private let table = CommandTable(
        program: "tool", summary: "does things",
        commands: [
            FlagTable(name: "run", summary: "run once"), FlagTable(name: "batch", summary: "run often"),
            FlagTable(name: "debug", summary: "x", isHidden: true),
        ])

    @Test("finds commands, hidden ones too, and knows the program")
    func finds() throws {
        #expect(try table.command("batch").command == "tool batch")
        #expect(try table.command("debug").summary == "x")
    }

    @Test("an unknown command is a fault with a suggestion")
    func unknown() {
        let error = #expect(throws: UsageError.self) { try table.command("bacth") }
        #expect(error?.description == "unknown command 'bacth'; did you mean 'batch'? (see 'tool --help')")
    }

    @Test("help and Markdown list the visible commands")
    func lists() {
        #expect(table.help().contains("  run    run once\n  batch  run often\n"))
        #expect(!table.help().contains("debug"))
        #expect(table.markdown().contains("## tool batch"))
        #expect(!table.markdown().contains("debug"))
    }
}
