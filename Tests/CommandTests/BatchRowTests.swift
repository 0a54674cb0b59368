import OrderedJSON
import TestSupport
import Testing

/// Rows of every kind: what is read, what fails, what comes out.
@Suite struct BatchRows {
    private let folder: TemporaryFolder
    private var output: String { folder.path + "/out.jsonl" }

    init() throws { folder = try TemporaryFolder() }

    private func batch(
        _ arguments: [String], program: String = "q -> a", input: String? = nil, environment: [String: String] = [:]
    ) async throws -> ToolRun {
        try await ToolRun.run(["batch", program] + arguments, input: input, in: folder, environment: environment)
    }

    private func parsed(_ text: String) throws -> [JSON] {
        try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }

    private let echo = ["--lm", "scripted/echo", "--order", "input"]

    @Test("R15: bad lines become rows with their place; every other row is done")
    func badLines() async throws {
        let lines: [[UInt8]] = [
            [0xEF, 0xBB, 0xBF] + Array(#"{"q": "with a mark"}"#.utf8), [], Array("   ".utf8),
            Array(#"{"q": "crlf"}"#.utf8) + [0x0D], Array(#"{"q": "torn"#.utf8), Array(#"["an array"]"#.utf8),
            Array(#"{"q": ""#.utf8) + [0xFF] + Array(#""}"#.utf8), Array("{\"q\": \"nul\u{0}\"}".utf8),
            Array(String(repeating: "[", count: 100_000).utf8), Array(#"{"other": 1}"#.utf8),
            Array(#"{"q": "a", "unknown": 2}"#.utf8), Array(#"{"q": "last"}"#.utf8),
        ]
        _ = try Bytes.write(Array(lines.joined(separator: [0x0A])), to: folder.path + "/in.jsonl")
        let run = try await batch(["in.jsonl"] + echo)
        #expect(run.code == 1, "\(run.errors)")
        let rows = try parsed(run.output)
        let good = rows.filter { $0["status"] == "ok" }.compactMap { $0["output"]?["a"]?.string }
        #expect(good == ["with a mark", "crlf", "a", "last"])
        let bad = rows.filter { $0["status"] == "error" }
        #expect(bad.compactMap { $0["line"]?.int } == [5, 6, 7, 8, 9, 10])
        #expect(
            bad.compactMap { $0["error"]?["code"]?.string }
                == ["bad_line", "bad_line", "bad_line", "bad_line", "bad_line", "missing_input"])
        #expect(bad[2]["error"]?["column"] == 8)
        #expect(rows.compactMap { $0["index"]?.int } == Array(0..<10))
    }

    /// The full size, 50 MB, takes a debug build a minute and a half.
    @Test("R15: a very long line is read, and one beyond --max-line is a row with an error")
    func longLines() async throws {
        let long = String(repeating: "x", count: BatchRig.isFullSize ? 50_000_000 : 5_000_000)
        try folder.write("{\"q\": \"\(long)\"}\n{\"q\": \"b\"}\n", to: "in.jsonl")
        let read = try await batch(["in.jsonl", "-o", "out.jsonl"] + echo)
        #expect(read.code == 0, "\(read.errors.prefix(300))")
        let run = try await batch(["in.jsonl", "--max-line", "1000"] + echo)
        #expect(run.code == 1)
        let rows = try parsed(run.output)
        #expect(rows.first?["error"]?["code"] == "line_too_long" && rows.last?["output"]?["a"] == "b")
    }

    @Test("an empty input is no row and no fault")
    func empty() async throws {
        try folder.write("", to: "in.jsonl")
        let run = try await batch(["in.jsonl", "-o", "out.jsonl"] + echo)
        #expect(run.code == 0 && run.output == "", "\(run.errors)")
    }

    @Test("R16: two rows of one id stop a file before any call, and are an error row in a pipe")
    func duplicates() async throws {
        let rig = try BatchRig()
        defer { rig.stop() }
        let text = #"{"id": 1, "q": "a"}"# + "\n" + #"{"id": 2, "q": "b"}"# + "\n" + #"{"id": 1, "q": "c"}"# + "\n"
        try folder.write(text, to: "in.jsonl")
        let file = try await batch(["in.jsonl", "-o", "out.jsonl"] + rig.flags)
        #expect(file.code == 65 && file.errors.contains("lines 1 and 3"), "\(file.errors)")
        #expect(rig.ledger.isEmpty)
        // The id of the first row, which says that ids are there, may come late in it.
        let late = "{\"q\": \"\(String(repeating: "a", count: 5000))\", \"id\": 1}\n" + text
        try folder.write(late, to: "late.jsonl")
        let second = try await batch(["late.jsonl", "-o", "late-out.jsonl"] + rig.flags)
        #expect(second.code == 65 && second.errors.contains("lines 1 and 2"), "\(second.errors)")
        #expect(rig.ledger.isEmpty)
        let pipe = try await batch(echo, input: text)
        #expect(pipe.code == 1)
        #expect(try parsed(pipe.output).last?["error"]?["code"] == "duplicate_id")
        let keep = try await batch(["in.jsonl", "--on-duplicate-id", "keep"] + echo)
        #expect(keep.code == 0)
        #expect(try parsed(keep.output).compactMap { $0["index"]?.int } == [0, 1, 2])
    }

    @Test("R17: a row that fails in any way harms no other row", arguments: [0, 2, 4])
    func poison(place: Int) async throws {
        let rig = try BatchRig()
        defer { rig.stop() }
        for kind in ["FAIL400", "GARBAGE", "RESET", "FAIL500ONCE"] {
            let rows = (0..<5).map { "{\"q\": \"\($0 == place ? kind : "fine") \($0)\"}\n" }
            let run = try await batch(
                ["--retries", "0", "--order", "input"] + rig.flags, input: rows.joined(),
                environment: ["OPENAI_API_KEY": "sk-very-secret"])
            #expect(run.code == 1, "\(kind): \(run.errors)")
            let found = try parsed(run.output)
            #expect(found.count == 5)
            #expect(found.map { $0["status"] == "error" } == (0..<5).map { $0 == place })
            #expect(!(run.output + run.errors).contains("sk-very-secret"))
        }
    }

    @Test("R11, R14: a retried row is counted, and does not wait for the end")
    func retries() async throws {
        let rig = try BatchRig(delay: .milliseconds(20))
        defer { rig.stop() }
        let rows = (1...200).map { "{\"q\": \"\($0 == 1 ? "FAIL429ONCE" : "question") \($0)\"}\n" }
        let run = try await batch(["-j", "4"] + rig.flags, input: rows.joined())
        #expect(run.code == 0, "\(run.errors)")
        let found = try parsed(run.output)
        let place = try #require(found.firstIndex { $0["line"] == 1 })
        #expect(place < 190)
        #expect(found[place]["attempts"] == 2)
        #expect(run.errors.contains("1 retried"), "\(run.errors)")
    }

    @Test("R10: a wait beyond --retry-wait stops the batch with 75")
    func rateLimitWall() async throws {
        let rig = try BatchRig()
        defer { rig.stop() }
        let rows = (1...50).map { "{\"q\": \"\($0 == 3 ? "WALL" : "question") \($0)\"}\n" }
        try folder.write(rows.joined(), to: "in.jsonl")
        let run = try await batch(["in.jsonl", "-o", "out.jsonl", "-j", "1"] + rig.flags)
        #expect(run.code == 75, "\(run.errors)")
        #expect(run.errors.contains("--retry-wait"))
        #expect(rig.ledger.count < 10)
    }

    @Test("R20: --max-errors stops with 75 and keeps what is finished")
    func maxErrors() async throws {
        let rig = try BatchRig()
        defer { rig.stop() }
        let rows = (1...100).map { "{\"q\": \"\($0 % 2 == 0 ? "FAIL400" : "fine") \($0)\"}\n" }
        try folder.write(rows.joined(), to: "in.jsonl")
        let run = try await batch(["in.jsonl", "-o", "out.jsonl", "-j", "2", "--max-errors", "10"] + rig.flags)
        #expect(run.code == 75, "\(run.errors)")
        let found = try parsed(Golden.text(of: output) ?? "")
        let failed = found.filter { $0["status"] == "error" }.count
        #expect(failed >= 10 && failed < 15 && found.count == rig.ledger.count)
    }

    @Test("budgets and deadlines stop with 75", arguments: [["--budget-tokens", "100"], ["--deadline", "0.5"]])
    func limits(flags: [String]) async throws {
        let rig = try BatchRig(delay: .milliseconds(50))
        defer { rig.stop() }
        let rows = (1...500).map { "{\"q\": \"question \($0)\"}\n" }
        try folder.write(rows.joined(), to: "in.jsonl")
        let run = try await batch(["in.jsonl", "-o", "out.jsonl", "-j", "2"] + flags + rig.flags)
        #expect(run.code == 75, "\(run.errors)")
        #expect(rig.ledger.count < 400)
    }

    @Test("a budget that the last rows use up has stopped nothing", arguments: [8, 9])
    func exactBudget(rows: Int) async throws {
        // Each row uses 15 tokens.
        let rig = try BatchRig(delay: .milliseconds(50))
        defer { rig.stop() }
        try folder.write((1...rows).map { "{\"q\": \"\($0)\"}\n" }.joined(), to: "in.jsonl")
        let run = try await batch(["in.jsonl", "-o", "out.jsonl", "-j", "1", "--budget-tokens", "120"] + rig.flags)
        #expect(run.code == (rows == 8 ? 0 : 75), "\(run.errors)")
        #expect(run.errors.contains("8 ok, 0 failed") && run.errors.contains("120 tokens"), "\(run.errors)")
    }

    // MARK: Forms

    @Test("rows come from JSONL, a JSON array, CSV, TSV and plain lines")
    func inputFormats() async throws {
        try folder.write(#"[{"q": "one"}, {"q": "two, \"2\""}]"#, to: "a.json")
        try folder.write("\u{FEFF}q,n\r\none,1\r\n\"two, \"\"2\"\"\",2\r\n", to: "b.csv")
        try folder.write("q\tn\none\t1\n\"two, \"\"2\"\"\"\t2\n", to: "c.tsv")
        try folder.write("one\ntwo, \"2\"\n", to: "d.txt")
        for file in ["a.json", "b.csv", "c.tsv", "d.txt"] {
            let run = try await batch([file] + echo)
            #expect(run.code == 0, "\(file): \(run.errors)")
            #expect(
                try parsed(run.output).compactMap { $0["output"]?["a"]?.string } == ["one", "two, \"2\""], "\(file)")
        }
    }

    @Test("texts of a table become the types that the program declares")
    func types() async throws {
        try folder.write("q,n,tags\nx,7,\"[\"\"a\"\"]\"\ny,seven,[]\n", to: "in.csv")
        let run = try await batch(
            ["in.csv"] + echo, program: "q, n: int, tags: list[str] -> a")
        #expect(run.code == 1)
        let rows = try parsed(run.output)
        #expect(rows[0]["status"] == "ok")
        #expect(rows[1]["error"]?["code"] == "type_mismatch")
    }

    @Test("--field-map, --merge and table output")
    func columns() async throws {
        let text = #"{"id": "x", "question": "hello, you", "extra": 3}"# + "\n"
        let merged = try await batch(["--field-map", "question=q", "--merge"] + echo, input: text)
        #expect(try parsed(merged.output).first?["output"] == ["q": "hello, you", "extra": 3, "a": "hello, you"])
        let csv = try await batch(["--field-map", "question=q", "--output-format", "csv"] + echo, input: text)
        #expect(csv.output == "id,status,a,error\nx,ok,\"hello, you\",\n")
        try folder.write(text, to: "in.jsonl")
        let file = try await batch(
            ["in.jsonl", "--field-map", "question=q", "--output-format", "csv", "-o", "out.csv"] + echo)
        #expect(file.code == 0, "\(file.errors)")
        #expect(Golden.text(of: folder.path + "/out.csv") == csv.output)
    }

    @Test("a mapped column stands for a field that has the input's name itself, in whatever order they come")
    func mapping() async throws {
        let columns = [#"{"q": "own", "other": "mapped"}"#, #"{"other": "mapped", "q": "own"}"#, #"{"q": "own"}"#]
        let text = columns.joined(separator: "\n")
        let run = try await batch(["--field-map", "other=q"] + echo, input: text)
        #expect(try parsed(run.output).map { $0["output"]?["a"]?.string } == ["mapped", "mapped", "own"])
        let swapped = try await batch(["--field-map", "other=q,q=other", "--merge"] + echo, input: columns[0])
        #expect(try parsed(swapped.output).first?["output"] == ["other": "own", "q": "mapped", "a": "mapped"])
        let unknown = try await batch(["--field-map", "other=quest"] + echo, input: text)
        #expect(unknown.code == 64 && unknown.errors.contains("no input `quest`; it has q"), "\(unknown.errors)")
        let double = try await batch(["--field-map", "a=q", "--field-map", "b=q"] + echo, input: text)
        #expect(double.code == 64 && double.errors.contains("from `a` and from `b`"), "\(double.errors)")
    }

    @Test("--skip, --limit, --shard and --sample choose rows")
    func selection() async throws {
        try folder.write((0..<20).map { "{\"q\": \"\($0)\"}\n" }.joined(), to: "in.jsonl")
        func chosen(_ flags: [String]) async throws -> [String] {
            let run = try await batch(["in.jsonl"] + flags + echo)
            #expect(run.code == 0, "\(run.errors)")
            return try parsed(run.output).compactMap { $0["output"]?["a"]?.string }
        }
        #expect(try await chosen(["--skip", "3", "--limit", "2"]) == ["3", "4"])
        #expect(try await chosen(["--shard", "2/5"]) == ["1", "6", "11", "16"])
        let sample = try await chosen(["--sample", "5", "--seed", "7"])
        #expect(sample.count == 5)
        #expect(try await chosen(["--sample", "5", "--seed", "7"]) == sample)
        #expect(try await chosen(["--sample", "50"]).count == 20)
    }

    @Test("--check validates all rows and calls nothing")
    func check() async throws {
        try folder.write("{\"q\": \"a\"}\n{\"p\": 1}\n{", to: "in.jsonl")
        let run = try await batch(["in.jsonl", "--check"])
        #expect(run.code == 65, "\(run.errors)")
        #expect(run.output.contains("3 rows, 2 bad"))
        #expect(run.output.contains("line 2: missing_input") && run.output.contains("line 3: bad_line"))
    }

    @Test("--check estimates what a batch costs where the price is known, and says that it is an estimate")
    func estimate() async throws {
        let text = String(repeating: "word ", count: 800)
        try folder.write((0..<1000).map { "{\"q\": \"\($0) \(text)\"}\n" }.joined(), to: "in.jsonl")
        let known = try await batch(
            ["in.jsonl", "--check", "--lm", "openai/gpt-4o-mini", "--set", "lm.max_tokens=1000"])
        #expect(known.code == 0, "\(known.errors)")
        // 1000 rows of 1000 tokens and the program's words, at 0.15 dollars a million; as many in the answers at 0.6.
        let line = try #require(known.output.split(separator: "\n").last { $0.hasPrefix("an estimate: about $") })
        let prompts = try #require(Double(line.split(separator: " ")[3].dropFirst()))
        #expect((0.15...0.3).contains(prompts) && line.contains("at most $0.6000 for answers"), "\(line)")
        let open = try await batch(["in.jsonl", "--check", "--lm", "openai/gpt-4o-mini"])
        #expect(open.output.contains("and more for the answers"), "\(open.output)")
        for model in ["openai/nobody-knows", "scripted/echo"] {
            let free = try await batch(["in.jsonl", "--check", "--lm", model])
            #expect(free.code == 0 && !free.output.contains("$"), "\(free.output)")
        }
    }

    @Test("progress and the last line go to standard error only")
    func progress() async throws {
        let run = try await batch(["--progress", "json"] + echo, input: "{\"q\": \"a\"}\n")
        #expect(try parsed(run.output).count == 1)
        #expect(run.errors.contains("1 ok, 0 failed"))
    }
}
