import OrderedJSON
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Outputs that are gone on with by another hand: another input, another version, `--force`.
@Suite struct BatchGoesOn {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func batch(_ arguments: String..., input: String? = nil) async throws -> ToolRun {
        try await ToolRun.run(
            ["batch", "q -> a"] + arguments + ["--lm", "scripted/echo"], input: input, in: folder)
    }

    private func text(_ name: String) -> String { Golden.text(of: folder.path + "/" + name) ?? "" }

    private func rows(_ range: Range<Int>) -> String {
        range.map { "{\"id\": \"r\($0)\", \"q\": \"x\($0)\"}\n" }.joined()
    }

    @Test("--resume --force writes behind a recording, and a refused command overwrites nothing")
    func recordings() async throws {
        try folder.write(rows(0..<6), to: "in.jsonl")
        _ = try await batch("in.jsonl", "-o", "out.jsonl", "--record", "r.jsonl", "--limit", "4")
        let more = try await batch("in.jsonl", "-o", "out.jsonl", "--record", "r.jsonl", "--resume", "--force")
        #expect(more.code == 0 && text("r.jsonl").split(separator: "\n").count == 6, "\(more.errors)")
        let kept = text("r.jsonl")
        // The model's address needs a grant, which nobody gives.
        try folder.write(
            #"{"signature": "q -> a", "lm": {"model": "openai/m", "api_base": "http://strange.example/v1"}}"#,
            to: "p.json")
        let refused = try await ToolRun.run(
            ["run", "p.json", "q=x", "--record", "r.jsonl", "--force"], in: folder,
            environment: ["OPENAI_API_KEY": "sk-x"])
        #expect(refused.code == 77 && text("r.jsonl") == kept, "\(refused.errors)")
        let anew = try await ToolRun.run(
            ["run", "q -> a", "q=x", "--record", "r.jsonl", "--force", "--lm", "scripted/echo"], in: folder)
        #expect(anew.code == 0 && text("r.jsonl").split(separator: "\n").count == 1, "\(anew.errors)")
    }

    @Test("results that a wrong input took out come back, and only their owner reads them")
    func wrongInput() async throws {
        try folder.write(rows(0..<6), to: "in.jsonl")
        try folder.write(rows(100..<102), to: "other.jsonl")
        _ = try await batch("in.jsonl", "-o", "out.jsonl")
        chmod(folder.path + "/out.jsonl", 0o600)
        let wrong = try await batch("other.jsonl", "-o", "out.jsonl", "--resume")
        #expect(wrong.code == 0 && wrong.errors.contains("cat out.jsonl.left >> out.jsonl"), "\(wrong.errors)")
        #expect(text("out.jsonl.left").split(separator: "\n").count == 6)
        var info = stat()
        #expect(stat(folder.path + "/out.jsonl.left", &info) == 0 && info.st_mode & 0o777 == 0o600)
        let back = try await ToolRun.shell("cat out.jsonl.left >> out.jsonl", in: folder)
        #expect(back.code == 0)
        let right = try await batch("in.jsonl", "-o", "out.jsonl", "--resume")
        #expect(right.code == 0 && right.errors.contains("6 from before"), "\(right.errors)")
        #expect(text("out.jsonl").split(separator: "\n").count == 6)
    }

    @Test("what stands beside an output and is no batch's is not written to", arguments: ["run.json", "left"])
    func foreign(name: String) async throws {
        for isLink in [false, true] {
            try folder.write("export A=1\n", to: "mine")
            try folder.write(rows(0..<3), to: "in.jsonl")
            let output = "out\(isLink)"
            let made = try await ToolRun.shell(
                isLink ? "ln -s mine \(output).\(name)" : "cp mine \(output).\(name)", in: folder)
            #expect(made.code == 0)
            let first = try await batch("in.jsonl", "-o", output)
            if name == "run.json" {
                #expect(first.code == 73, "\(first.errors)")
            } else {
                try folder.write(rows(0..<2), to: "in.jsonl")
                let next = try await batch("in.jsonl", "-o", output, "--resume")
                #expect(next.code == 74, "\(next.errors)")
            }
            #expect(text("mine") == "export A=1\n" && text("\(output).\(name)") == "export A=1\n")
        }
    }

    @Test("equal rows that become fewer leave none that was paid for behind")
    func equalRows() async throws {
        try folder.write("{\"q\": \"a\"}\n{\"q\": \"a\"}\n{\"q\": \"a\"}\n{\"q\": \"b\"}\n", to: "in.jsonl")
        _ = try await batch("in.jsonl", "-o", "out.jsonl")
        try folder.write("{\"q\": \"a\"}\n{\"q\": \"b\"}\n", to: "in.jsonl")
        let run = try await batch("in.jsonl", "-o", "out.jsonl", "--resume")
        #expect(run.code == 0 && run.errors.contains("2 results"), "\(run.errors)")
        #expect(text("out.jsonl").split(separator: "\n").count == 2)
        #expect(text("out.jsonl.left").split(separator: "\n").count == 2)
    }

    @Test("rows that are named by another field are no rows to go on with")
    func otherIDs() async throws {
        try folder.write(rows(0..<3), to: "in.jsonl")
        _ = try await batch("in.jsonl", "-o", "out.jsonl")
        let kept = text("out.jsonl")
        let run = try await batch("in.jsonl", "-o", "out.jsonl", "--resume", "--id", "q")
        #expect(run.code == 65 && run.errors.contains("--id") && text("out.jsonl") == kept, "\(run.errors)")
    }

    @Test("an output of an earlier version says that its rows would be asked again")
    func earlierVersion() async throws {
        try folder.write(rows(0..<2), to: "in.jsonl")
        _ = try await batch("in.jsonl", "-o", "out.jsonl")
        let manifest = text("out.jsonl.run.json")
        var json = try JSON(parsing: manifest)
        guard case .object(var object) = json, var fingerprint = object["fingerprint"]?.object else {
            Issue.record("no manifest")
            return
        }
        fingerprint["row keys"] = nil
        object["fingerprint"] = .object(fingerprint)
        json = .object(object)
        try folder.write(json.text(), to: "out.jsonl.run.json")
        let run = try await batch("in.jsonl", "-o", "out.jsonl", "--resume")
        #expect(run.code == 65 && run.errors.contains("asks all rows again"), "\(run.errors)")
    }

    @Test("a further row with the id of a finished one is refused on going on too")
    func duplicates() async throws {
        let twice = "{\"id\": \"a\", \"q\": \"x\"}\n{\"id\": \"a\", \"q\": \"y\"}\n"
        let first = try await batch("-o", "out.jsonl", input: twice)
        #expect(first.code == 1 && text("out.jsonl").contains("duplicate_id"), "\(first.errors)")
        for more in [[], ["--retry-failed"]] {
            let next = try await ToolRun.run(
                ["batch", "q -> a", "-o", "out.jsonl", "--resume", "--lm", "scripted/echo"] + more, input: twice,
                in: folder)
            #expect(next.code == 1, "\(next.errors)")
            #expect(text("out.jsonl").split(separator: "\n").count { $0.contains("\"status\": \"ok\"") } == 1)
        }
    }

    @Test("a 403, which may be about one prompt, does not stop a batch; a 401 does", arguments: [403, 401])
    func forbidden(status: Int) async throws {
        let server = try LoopbackServer { _, number in
            number < 8
                ? LoopbackServer.Reply(status: status, #"{"error": {"message": "flagged"}}"#)
                : LoopbackServer.Reply(#"{"choices": [{"message": {"content": "[[ ## a ## ]]\nyes"}}]}"#)
        }
        defer { server.stop() }
        try folder.write(rows(0..<12), to: "in.jsonl")
        let run = try await ToolRun.run(
            [
                "batch", "q -> a", "in.jsonl", "-j", "1", "--lm", "openai/m", "--api-base", server.address, "-q",
                "--no-cache",
            ],
            in: folder, environment: ["OPENAI_API_KEY": "sk-x"])
        #expect(run.code == (status == 403 ? 1 : 75), "\(run.errors)")
    }

    @Test("files below /dev that are files have one role too")
    func sharedMemory() async throws {
        let path = "/dev/shm/dspy-swift-test-\(getpid())-\(UInt32.random(in: 0 ... .max)).json"
        guard Bytes.isThere("/dev/shm") else { return }
        let made = try await ToolRun.shell("echo '\"q -> a\"' > \(path)", in: folder)
        #expect(made.code == 0)
        defer { unlink(path) }
        let run = try await ToolRun.run(["run", path, "q=x", "--lm", "scripted/echo", "-o", path], in: folder)
        #expect(run.code == 64 && Golden.text(of: path) == "\"q -> a\"\n", "\(run.errors)")
    }
}
