import Basics
import OrderedJSON
import TestSupport
import Testing

/// What a batch keeps of what is paid for, and what it takes out of an output, with the whole binary.
@Suite struct BatchKeeps {
    private let folder: TemporaryFolder
    private var output: String { folder.path + "/out.jsonl" }

    init() throws { folder = try TemporaryFolder() }

    private func write(_ rows: String...) throws {
        try folder.write(rows.map { $0 + "\n" }.joined(), to: "in.jsonl")
    }

    private func batch(_ arguments: String..., flags: [String] = ["--lm", "scripted/echo"]) async throws -> ToolRun {
        try await ToolRun.run(["batch", "q -> a", "in.jsonl", "-o", "out.jsonl"] + arguments + flags, in: folder)
    }

    private func rows(_ name: String = "out.jsonl") throws -> [JSON] {
        let text = Golden.text(of: folder.path + "/" + name) ?? ""
        return try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }

    private func answers(_ name: String = "out.jsonl") throws -> [String?] {
        try rows(name).map { "\($0["id"]?.string ?? "?"): \($0["output"]?["a"]?.string ?? "-")" }
    }

    // MARK: Rows that are not in the input any more

    @Test(
        "the result of a row that was changed or removed leaves the output, and is kept beside",
        arguments: [true, false])
    func staleRows(isSorted: Bool) async throws {
        let order = ["--order", isSorted ? "input" : "completion"]
        try write(#"{"id": "a", "q": "1"}"#, #"{"id": "b", "q": "2"}"#, #"{"id": "c", "q": "3"}"#)
        #expect(try await batch("-j", "1").code == 0)
        try write(#"{"id": "a", "q": "new"}"#, #"{"id": "c", "q": "3"}"#)
        let run = try await batch("--resume", order[0], order[1])
        #expect(run.code == 0, "\(run.errors)")
        #expect(try answers() == (isSorted ? ["a: new", "c: 3"] : ["c: 3", "a: new"]))
        #expect(try answers("out.jsonl.left") == ["a: 1", "b: 2"])
        #expect(run.errors.contains("2 results of rows that are not in the input any more"), "\(run.errors)")
        #expect(run.errors.contains("2 ok, 0 failed, 1 from before"), "\(run.errors)")
        let again = try await batch("--resume")
        #expect(again.code == 0 && again.errors.contains("2 ok, 0 failed, 2 from before"), "\(again.errors)")
        #expect(try rows("out.jsonl.left").count == 2)
    }

    @Test("rows that a run was not to do stay; a changed one leaves also where only the first rows are done")
    func selectedRows() async throws {
        try write(#"{"id": "a", "q": "1"}"#, #"{"id": "b", "q": "2"}"#, #"{"id": "c", "q": "3"}"#)
        #expect(try await batch("--shard", "1/2", "-j", "1").code == 0)
        #expect(try await batch("--shard", "2/2", "--resume").code == 0)
        #expect(try answers() == ["a: 1", "c: 3", "b: 2"])
        try write(#"{"id": "a", "q": "new"}"#, #"{"id": "b", "q": "2"}"#, #"{"id": "c", "q": "3"}"#)
        for more in [["--skip", "1"], ["--limit", "1"]] {
            #expect(try await batch("--resume", more[0], more[1]).code == 0)
        }
        #expect(try answers() == ["c: 3", "b: 2", "a: new"])
    }

    @Test("fields in another order are the same row, whatever stands in them")
    func keyOrder() async throws {
        let rig = try BatchRig()
        defer { rig.stop() }
        try write(#"{"id": "a", "q": "x", "m": {"k": [{"u": 1, "v": 2.0}], "l": null}}"#)
        #expect(try await batch(flags: rig.flags).code == 0)
        try write(#"{ "m": {"l": null, "k": [{"v": 2.0, "u": 1}]}, "q": "x", "id": "a"}"#)
        #expect(try await batch("--resume", flags: rig.flags).code == 0)
        #expect(rig.ledger.count == 1)
        try write(#"{"m": {"l": null, "k": [{"v": 1, "u": 2.0}]}, "q": "x", "id": "a"}"#)
        #expect(try await batch("--resume", flags: rig.flags).code == 0)
        #expect(rig.ledger.count == 2)
        #expect(try rows().count == 1)
    }

    @Test("a row that fails once more stands once in the output")
    func failsAgain() async throws {
        let rig = try BatchRig()
        defer { rig.stop() }
        try write(#"{"q": "FAIL400"}"#, #"{"q": "fine"}"#)
        for _ in 0..<3 {
            let run = try await batch("--resume", "--retry-failed", flags: rig.flags)
            #expect(run.code == 1 && run.errors.contains("1 ok, 1 failed"), "\(run.errors)")
            #expect(try rows().map { $0["line"]?.int }.sorted { ($0 ?? 0) < ($1 ?? 0) } == [1, 2])
        }
        // Removed while it was failed: it leaves too.
        try write(#"{"q": "fine"}"#)
        let run = try await batch("--resume", "--retry-failed", flags: rig.flags)
        #expect(run.code == 0 && run.errors.contains("1 ok, 0 failed"), "\(run.errors)")
        #expect(try rows().count == 1)
    }

    @Test("doubled lines of an output count once and leave it")
    func doubled() async throws {
        try write(#"{"q": "x"}"#, #"{"q": "x"}"#, #"{"q": "y"}"#)
        #expect(try await batch().code == 0)
        let text = try #require(Golden.text(of: output))
        try folder.write(text + text, to: "out.jsonl")
        let run = try await batch("--resume", "--order", "input")
        #expect(run.code == 0 && run.errors.contains("3 ok, 0 failed, 3 from before"), "\(run.errors)")
        #expect(try answers() == ["1: x", "2: x", "3: y"])
        #expect(!Bytes.isThere(output + ".left"))
    }

    // MARK: Outputs that cannot be gone on with

    @Test("an output that nothing tells the maker of is refused; --resume --force goes on and keeps its rows")
    func unknownMaker() async throws {
        let rig = try BatchRig()
        defer { rig.stop() }
        try write(#"{"q": "x"}"#, #"{"q": "y"}"#)
        #expect(try await batch(flags: rig.flags).code == 0)
        let before = try #require(Golden.text(of: output))
        for torn in [nil, "", "{\"fingerprint\": {\"prog"] {
            if let torn { try folder.write(torn, to: "out.jsonl.run.json") } else { Bytes.remove(output + ".run.json") }
            let refused = try await batch("--resume", flags: rig.flags)
            #expect(refused.code == 65, "\(refused.errors)")
            #expect(refused.errors.contains(torn == nil ? "is missing" : "cannot be read"), "\(refused.errors)")
            #expect(refused.errors.contains("--resume --force") && Golden.text(of: output) == before)
        }
        let told = try await batch("--resume", "--force", flags: rig.flags)
        #expect(told.code == 0 && told.errors.contains("2 from before"), "\(told.errors)")
        #expect(rig.ledger.count == 2 && Golden.text(of: output) == before)
        #expect(try await batch("--resume", flags: rig.flags).code == 0)
        // Another model: refused, and taken when told so.
        let other = ["--set", "lm.temperature=0"] + rig.flags
        #expect(try await batch("--resume", flags: other).code == 65)
        #expect(try await batch("--resume", "--force", flags: other).code == 0)
        #expect(rig.ledger.count == 2)
        let anew = try await batch("--force", flags: rig.flags)
        #expect(anew.code == 0 && anew.errors.contains("2 lines of an earlier run are overwritten"), "\(anew.errors)")
    }

    @Test("a foreign line and a byte order mark are named, with a command that keeps every row")
    func strangeLines() async throws {
        try write(#"{"q": "x"}"#, #"{"q": "y"}"#, #"{"q": "z"}"#)
        #expect(try await batch("--order", "input").code == 0)
        let text = try #require(Golden.text(of: output))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (content, place) in [
            ("\u{FEFF}" + text, "line 1 begins with a byte order mark"),
            ((lines[..<2] + ["hello"] + lines[2...]).joined(separator: "\n"), "line 3 is no row of a batch"),
        ] {
            try folder.write(content, to: "out.jsonl")
            let refused = try await batch("--resume")
            #expect(refused.code == 74 && refused.errors.contains(place), "\(refused.errors)")
            let command = try #require(refused.errors.firstRange(of: "sed -i").map { refused.errors[$0.lowerBound...] })
            #expect(try await ToolRun.shell(String(command), in: folder).code == 0)
            #expect(Golden.text(of: output) == text)
            #expect(try await batch("--resume").code == 0)
        }
    }

    @Test("an output that is removed, replaced or cut while the batch runs is noticed, and its rows are kept")
    func disturbed() async throws {
        for (kind, words) in [("remove", "was removed"), ("replace", "was replaced"), ("cut", "was cut")] {
            let rig = try BatchRig(delay: .milliseconds(20))
            defer { rig.stop() }
            let count = 120
            try folder.write((1...count).map { "{\"q\": \"\($0)\"}\n" }.joined(), to: "in.jsonl")
            let output = output
            let other = try folder.write("{}\n", to: "other")
            let run = try await ToolRun.run(
                ["batch", "q -> a", "in.jsonl", "-o", "out.jsonl", "-j", "2", "--force"] + rig.flags, in: folder
            ) { _ in
                _ = SystemThread.start {
                    for _ in 0..<2000 where rig.ledger.count < 20 { pause() }
                    switch kind {
                    case "remove": Bytes.remove(output)
                    case "replace": Bytes.move(other, to: output)
                    default: Bytes.cut(output, to: 0)
                    }
                }
            }
            #expect(run.code == 74 && run.errors.contains(words), "\(kind): \(run.errors)")
            #expect(run.errors.contains(" ok, 0 failed"), "\(run.errors)")
            if kind == "cut" { continue }
            let rescued = try #require(run.errors.firstRange(of: "kept in ").map { run.errors[$0.upperBound...] })
            let name = String(rescued.prefix { $0 != ":" })
            #expect(try rows(name).count >= 15)
            Bytes.move(folder.path + "/" + name, to: output)
            let rest = try await batch("--resume", flags: rig.flags)
            #expect(rest.code == 0, "\(rest.errors)")
            #expect(try rows().count == count && rig.ledger.count <= count + 4)
        }
    }

    // MARK: Files and links

    @Test("the output stays a link, and the file behind it keeps its permissions", arguments: ["jsonl", "csv"])
    func links(format: String) async throws {
        let rig = try BatchRig()
        defer { rig.stop() }
        try write(#"{"q": "FAIL500ONCE x"}"#)
        let script = "ln -s real out.jsonl && touch real && chmod 640 real"
        #expect(try await ToolRun.shell(script, in: folder).code == 0)
        let flags = ["--retries", "0", "--output-format", format] + rig.flags
        #expect(try await batch("--force", flags: flags).code == 1)
        #expect(try await batch("--resume", "--retry-failed", "--order", "input", flags: flags).code == 0)
        let look = try await ToolRun.shell("readlink out.jsonl; stat -c %a real; wc -l < real", in: folder)
        #expect(look.output == "real\n640\n\(format == "csv" ? 2 : 1)\n", "\(look.output)\(look.errors)")
    }

    @Test("a table without its journal is not made anew by --resume")
    func noJournal() async throws {
        try write(#"{"q": "x"}"#)
        let flags = ["--output-format", "csv", "--lm", "scripted/echo"]
        #expect(try await batch("--resume", flags: flags).code == 0)
        let table = try #require(Golden.text(of: output))
        Bytes.remove(output + ".jsonl")
        let refused = try await batch("--resume", flags: flags)
        #expect(refused.code == 73 && refused.errors.contains("out.jsonl.jsonl"), "\(refused.errors)")
        #expect(Golden.text(of: output) == table)
        #expect(try await batch("--force", flags: flags).code == 0)
    }

    @Test("what a killed run has left beside its output is cleaned up, but nothing else")
    func leftovers() async throws {
        let dead = try await ToolRun.shell("echo $$", in: folder).output.split(separator: "\n").first ?? ""
        let random = "0123456789abcdef"
        let (old, others) = (
            ["out.csv", "out.csv.jsonl", "out.csv.jsonl.run.json"].map { "\($0).\(dead)-\(random).tmp" },
            ["out.csv.1-\(random).tmp", "out.csv.\(dead).tmp", "out.csv.2026-11.tmp", "other.\(dead)-\(random).tmp"]
        )
        for name in old + others { try folder.write("x", to: name) }
        try write(#"{"q": "x"}"#)
        let run = try await ToolRun.run(
            ["batch", "q -> a", "in.jsonl", "-o", "out.csv", "--output-format", "csv", "--lm", "scripted/echo"],
            in: folder)
        #expect(run.code == 0, "\(run.errors)")
        #expect(old.filter { Bytes.isThere(folder.path + "/" + $0) } == [])
        #expect(others.filter { !Bytes.isThere(folder.path + "/" + $0) } == [])
    }

    // MARK: Ids

    @Test("no id, an empty one and one that is null are none, and a number is never the name of another row")
    func ids() async throws {
        try write(#"{"id": null, "q": "a"}"#, #"{"id": "", "q": "b"}"#, #"{"q": "c"}"#, #"{"id": "1", "q": "d"}"#, "{")
        #expect(try await batch("--order", "input").code == 1)
        #expect(try rows().map { $0["id"] } == ["line-1", "line-2", "line-3", "1", "line-5"])
        let clash = [#"{"id": null, "q": "a"}"#, #"{"id": "line-1", "q": "b"}"#]
        try folder.write(clash.joined(separator: "\n"), to: "in.jsonl")
        let refused = try await batch("--force")
        #expect(refused.code == 65 && refused.errors.contains("lines 1 and 2"), "\(refused.errors)")
        let pipe = try await ToolRun.run(
            ["batch", "q -> a", "--lm", "scripted/echo"], input: clash.joined(separator: "\n"), in: folder)
        #expect(pipe.code == 1 && pipe.output.contains("duplicate_id"), "\(pipe.output)")
    }

    @Test(
        "rows of an array are told apart also where they stand on one line",
        arguments: [
            (#"[{"q": "a"}, {"q": "b"}, {"q": "c"}]"#, ["1", "2", "3"]),
            (#"[{"q": "a", "id": "x"}, {"q": "b"}, {"q": "c", "id": 2}]"#, ["x", "item-2", "2"]),
        ])
    func arrays(text: String, names: [String]) async throws {
        try folder.write(text, to: "in.json")
        let arguments = ["batch", "q -> a", "in.json", "--lm", "scripted/echo", "-o", "out.jsonl"]
        let run = try await ToolRun.run(arguments + ["--stream=ndjson", "--order", "input"], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        #expect(try rows().compactMap { $0["id"]?.string } == names)
        let items = try run.output.split(separator: "\n").compactMap { try JSON(parsing: String($0))["item"]?.string }
        #expect(Set(items) == Set(names))
        // A name of its own stays when rows move, a number moves along.
        try folder.write("[{\"q\": \"new\"}, " + text.dropFirst(), to: "in.json")
        #expect(try await ToolRun.run(arguments + ["--resume", "--order", "input"], in: folder).code == 0)
        let moved = names == ["1", "2", "3"] ? ["1", "2", "3", "4"] : nil
        if let moved { #expect(try rows().compactMap { $0["id"]?.string } == moved) }
    }

    @Test("a row's own id that looks like its line stays when the row moves")
    func ownNumber() async throws {
        try write(#"{"id": "1", "q": "a"}"#, #"{"id": "2", "q": "b"}"#)
        #expect(try await batch().code == 0)
        try write(#"{"id": "9", "q": "new"}"#, #"{"id": "1", "q": "a"}"#, #"{"id": "2", "q": "b"}"#)
        #expect(try await batch("--resume", "--order", "input").code == 0)
        #expect(try answers() == ["9: new", "1: a", "2: b"])
    }
}
