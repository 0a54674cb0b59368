import Basics
import OrderedJSON
import TestSupport
import Synchronization
import Testing

/// What a batch must survive, with the whole binary and a server that keeps the bill.
@Suite struct Batch {
    private let folder: TemporaryFolder
    private var output: String { folder.path + "/out.jsonl" }

    init() throws { folder = try TemporaryFolder() }

    private func batch(
        _ arguments: [String], input: String? = nil, environment: [String: String] = [:], output: String? = nil,
        onStart: (@Sendable (Int32) -> Void)? = nil
    ) async throws -> ToolRun {
        try await ToolRun.run(
            ["batch", "q -> a"] + arguments, input: input, in: folder, environment: environment, output: output,
            onStart: onStart)
    }

    private func write(_ count: Int, _ text: (Int) -> String = { "question \($0)" }) throws {
        let rows = (1...count).map { "{\"id\": \"r\($0)\", \"q\": \(JSON.string(text($0)).text())}\n" }
        try folder.write(rows.joined(), to: "in.jsonl")
    }

    private func rows(_ path: String? = nil) throws -> [JSON] {
        let text = Golden.text(of: path ?? output) ?? ""
        #expect(text.isEmpty || text.hasSuffix("\n"), "the last line is whole")
        return try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }

    private func ids(_ rows: [JSON]) -> [String] { rows.compactMap { $0["id"]?.string } }

    // MARK: R1-R5, R21, R22: kill, resume, tear, change

    @Test("R1: killed at any moment and resumed, no row is lost or doubled, and only rows in flight are asked again")
    func killAndResume() async throws {
        let count = BatchRig.isFullSize ? 2000 : 300
        let kills = BatchRig.isFullSize ? 20 : 6
        let rig = try BatchRig(delay: .milliseconds(20))
        defer { rig.stop() }
        try write(count)
        let arguments = ["in.jsonl", "-o", "out.jsonl", "--resume", "-j", "64"] + rig.flags
        for _ in 0..<kills {
            let share = rig.ledger.count + Int.random(in: 1...max(2, count / kills))
            let run = try await batch(arguments) { pid in
                _ = SystemThread.start {
                    for _ in 0..<2000 where rig.ledger.count < share { pause() }
                    Signal.send(9, to: pid)
                }
            }
            #expect(run.code == 137 || run.code == 0, "\(run.errors)")
        }
        let last = try await batch(arguments)
        #expect(last.code == 0, "\(last.errors)")
        let found = ids(try rows())
        #expect(found.count == count && Set(found).count == count)
        #expect(rig.ledger.count <= count + 64 * kills)
        let before = rig.ledger.count
        let again = try await batch(arguments)
        #expect(again.code == 0 && rig.ledger.count == before)
    }

    @Test("R2: ordered output is no reason to ask again: a slow first row and a kill cost only rows in flight")
    func orderedKill() async throws {
        let rig = try BatchRig(delay: .milliseconds(30))
        defer { rig.stop() }
        try write(120) { $0 == 1 ? "SLOW first" : "question \($0)" }
        let arguments = ["in.jsonl", "-o", "out.jsonl", "--resume", "-j", "16", "--order", "input"] + rig.flags
        _ = try await batch(arguments) { pid in
            _ = SystemThread.start {
                for _ in 0..<2000 where rig.ledger.count < 60 { pause() }
                Signal.send(9, to: pid)
            }
        }
        let run = try await batch(arguments)
        #expect(run.code == 0, "\(run.errors)")
        #expect(ids(try rows()) == (1...120).map { "r\($0)" })
        #expect(rig.ledger.count <= 120 + 16)
    }

    @Test("R19: the input's order on request, else each row when it is finished", arguments: ["input", "completion"])
    func order(_ order: String) async throws {
        let rig = try BatchRig(delay: .milliseconds(40))
        defer { rig.stop() }
        try write(60) { $0 % 10 == 1 ? "SLOW \($0)" : "question \($0)" }
        let run = try await batch(["in.jsonl", "-o", "out.jsonl", "-j", "8", "--order", order] + rig.flags)
        #expect(run.code == 0, "\(run.errors)")
        let (found, expected) = (ids(try rows()), (1...60).map { "r\($0)" })
        #expect(found.sorted() == expected.sorted())
        // The first row takes ten times as long as its neighbours.
        #expect(order == "input" ? found == expected : found.first != "r1")
    }

    @Test("R3: an output torn at any byte is cut to whole rows, and the torn row is done again")
    func torn() async throws {
        try write(4)
        let arguments = ["in.jsonl", "-o", "out.jsonl", "--lm", "scripted/echo", "--resume"]
        #expect(try await batch(arguments).code == 0)
        let whole = try #require(Golden.text(of: output))
        let lines = whole.split(separator: "\n")
        let start = lines.prefix(3).joined(separator: "\n").utf8.count + 1
        for length in stride(from: start, to: whole.utf8.count, by: 7) {
            _ = try Bytes.write(Array(whole.utf8.prefix(length)), to: output)
            let run = try await batch(arguments)
            #expect(run.code == 0, "\(length): \(run.errors)")
            #expect(Set(ids(try rows())) == ["r1", "r2", "r3", "r4"])
            #expect(try rows().count == 4)
        }
        // Whole but for its line feed: the row counts.
        _ = try Bytes.write(Array(whole.utf8.dropLast()), to: output)
        #expect(try await batch(arguments).code == 0)
        #expect(try rows().count == 4)
    }

    @Test("R4: a changed program refuses to resume and says what changed; an inserted row is the only one asked")
    func changed() async throws {
        let rig = try BatchRig()
        defer { rig.stop() }
        try write(5)
        try folder.write(#"{"signature": "q -> a", "instructions": "One."}"#, to: "p.json")
        func run(_ more: [String] = []) async throws -> ToolRun {
            try await ToolRun.run(
                ["batch", "p.json", "in.jsonl", "-o", "out.jsonl", "--resume"] + rig.flags + more, in: folder)
        }
        #expect(try await run().code == 0)
        try folder.write(#"{"signature": "q -> a", "instructions": "Two."}"#, to: "p.json")
        let refused = try await run()
        #expect(refused.code == 65)
        #expect(refused.errors.contains("the program has changed"), "\(refused.errors)")
        let warmer = try await run(["--set", "lm.temperature=0.7", "--set", "lm.max_tokens=9"])
        #expect(warmer.code == 65)
        #expect(warmer.errors.contains("the options temperature, max_tokens have changed"), "\(warmer.errors)")
        #expect(rig.ledger.count == 5)
        try folder.write(#"{"signature": "q -> a", "instructions": "One."}"#, to: "p.json")
        let options = try await run(["--set", "lm.temperature=0"])
        #expect(
            options.code == 65 && options.errors.contains("the option temperature has changed"), "\(options.errors)")
        let input = try #require(Golden.text(of: folder.path + "/in.jsonl"))
        try folder.write("{\"id\": \"new\", \"q\": \"inserted\"}\n" + input, to: "in.jsonl")
        #expect(try await run().code == 0)
        #expect(rig.ledger.count == 6 && rig.ledger.last == "inserted")
    }

    @Test("R4: rows without ids of their own move along when a row is inserted before them")
    func insertedWithoutIDs() async throws {
        try folder.write("{\"q\": \"a\"}\n{\"q\": \"b\"}\n{\"q\": \"a\"}\n", to: "in.jsonl")
        let arguments = ["in.jsonl", "-o", "out.jsonl", "--resume", "--lm", "scripted/echo"]
        #expect(try await batch(arguments).code == 0)
        try folder.write("{\"q\": \"new\"}\n{\"q\": \"a\"}\n{\"q\": \"b\"}\n{\"q\": \"a\"}\n", to: "in.jsonl")
        let run = try await batch(arguments)
        #expect(run.code == 0 && run.errors.contains("3 from before"), "\(run.errors)")
        let found = try rows().sorted { $0["index"]?.int ?? 0 < $1["index"]?.int ?? 0 }
        #expect(ids(found) == ["1", "2", "3", "4"])
        #expect(found.compactMap { $0["output"]?["a"]?.string } == ["new", "a", "b", "a"])
    }

    @Test("R5: an output that is there is not touched without being told, and the input is never the output")
    func noOverwrite() async throws {
        try write(3)
        let arguments = ["in.jsonl", "-o", "out.jsonl", "--lm", "scripted/echo"]
        #expect(try await batch(arguments).code == 0)
        let before = Golden.text(of: output)
        let second = try await batch(arguments)
        #expect(second.code == 73 && second.errors.contains("--resume"))
        #expect(Golden.text(of: output) == before)
        let same = try await batch(["in.jsonl", "-o", "in.jsonl", "--lm", "scripted/echo", "--force"])
        #expect(same.code == 64, "\(same.errors)")
        #expect(try await batch(arguments + ["--force"]).code == 0)
        #expect(try rows().count == 3)
    }

    @Test("R21: failed rows stand once after they were repaired, and the counts are those of the file")
    func retryFailed() async throws {
        let rig = try BatchRig()
        defer { rig.stop() }
        try write(6) { $0 == 2 ? "FAIL500ONCE \($0)" : "question \($0)" }
        let arguments = ["in.jsonl", "-o", "out.jsonl", "--retries", "0"] + rig.flags
        let first = try await batch(arguments)
        #expect(first.code == 1, "\(first.errors)")
        #expect(first.errors.contains("--resume --retry-failed"))
        let failed = try rows().filter { $0["status"] == "error" }
        #expect(failed.count == 1 && failed.first?["inputs"]?["q"] == "FAIL500ONCE 2")
        #expect(
            failed.first?["error"]?["code"] == "server_error" && failed.first?["error"]?["class"] == "LMServerError")
        let resumed = try await batch(arguments + ["--resume"])
        #expect(resumed.code == 1 && rig.ledger.count == 6)
        let repaired = try await batch(arguments + ["--resume", "--retry-failed"])
        #expect(repaired.code == 0, "\(repaired.errors)")
        #expect(repaired.errors.contains("6 ok, 0 failed"), "\(repaired.errors)")
        #expect(ids(try rows()).sorted() == (1...6).map { "r\($0)" })
        #expect(try rows().allSatisfy { $0["status"] == "ok" })
    }

    @Test("the command that is printed at the end goes on as it stands, whatever the batch was told")
    func printedCommand() async throws {
        let rig = try BatchRig()
        defer { rig.stop() }
        let name = "it's in.jsonl"
        try folder.write((1...4).map { "{\"ask me\": \"\($0 == 2 ? "FAIL500ONCE " : "")\($0)\"}\n" }.joined(), to: name)
        let arguments =
            ["q -> a", "-o", "$HOME out.jsonl", "--force", "--retries", "0", "--field-map", "ask me=q", "--limit", "3"]
            + ["--set", "lm.temperature=0.5"] + rig.flags + ["--", name]
        let first = try await ToolRun.run(["batch"] + arguments, in: folder)
        #expect(first.code == 1, "\(first.errors)")
        let line = try #require(first.errors.split(separator: "\n").last { $0.contains("go on with: ") })
        let command = line.split(separator: ": ", maxSplits: 2)[2]
        let tools = ToolRun.path().dropLast("/dspy-swift".count)
        let again = try await ToolRun.shell("PATH=\(tools):$PATH\n\(command)", in: folder)
        #expect(again.code == 0, "\(command): \(again.errors)")
        #expect(again.errors.contains("3 ok, 0 failed, 2 from before"), "\(again.errors)")
        #expect(rig.ledger.count == 4)
        #expect(Golden.text(of: folder.path + "/$HOME out.jsonl")?.split(separator: "\n").count == 3)
        let address = "http://name:s3cret@127.0.0.1:1/v1"
        let hidden = try await ToolRun.run(
            ["batch", "q -> a", name, "-o", "x.jsonl", "--field-map", "ask me=q", "--retries", "0", "--limit", "1"]
                + ["--lm", "openai/any", "--api-base", address], in: folder)
        #expect(hidden.code == 1 && hidden.errors.contains("--api-base http://NAME:PASSWORD@127.0.0.1:1/v1"))
        #expect(!hidden.errors.contains("s3cret"))
    }

    @Test("R22: a second run on one output is refused with the first one's pid")
    func twoRuns() async throws {
        let rig = try BatchRig(delay: .seconds(3600))
        defer { rig.stop() }
        try write(12)
        let arguments = ["in.jsonl", "-o", "out.jsonl", "-j", "2", "--resume"] + rig.flags
        async let first = batch(arguments) { pid in rig.pid.withLock { $0 = pid } }
        while rig.ledger.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        let pid = rig.pid.withLock { $0 }
        let second = try await batch(arguments)
        #expect(second.code == 73 && second.errors.contains("in use by pid \(pid)"), "\(second.errors)")
        Signal.send(9, to: pid)
        #expect(try await first.code != 0)
    }

    // MARK: R6-R9: disks, signals, pipes

    @Test("R6: a full disk ends with 74 and few calls")
    func fullDisk() async throws {
        let rig = try BatchRig()
        defer { rig.stop() }
        try write(200)
        let run = try await batch(["in.jsonl", "-o", "/dev/full", "-j", "8"] + rig.flags)
        #expect(run.code == 74, "\(run.errors)")
        #expect(rig.ledger.count <= 16)
    }

    @Test(
        "R7: the first signal lets rows in flight finish, and says how to go on",
        arguments: [(1, 129), (2, 130), (15, 143)])
    func drain(signal: Int32, code: Int32) async throws {
        let rig = try BatchRig(delay: .milliseconds(100))
        defer { rig.stop() }
        try write(400)
        let arguments = ["in.jsonl", "-o", "out.jsonl", "-j", "8", "--resume"] + rig.flags
        let run = try await batch(arguments) { pid in
            _ = SystemThread.start {
                for _ in 0..<1000 where rig.ledger.count < 20 { pause() }
                Signal.send(signal, to: pid)
            }
        }
        #expect(run.code == code, "\(run.errors)")
        #expect(run.errors.contains("may finish") && run.errors.contains("--resume"))
        let finished = try rows().count
        #expect(finished < 400 && finished == rig.ledger.count, "every row that was asked is written")
        let rest = try await batch(arguments)
        #expect(rest.code == 0)
        #expect(rig.ledger.count == 400)
    }

    @Test("R7: the second signal ends at once and leaves whole rows")
    func secondSignal() async throws {
        let rig = try BatchRig(delay: .seconds(3600))
        defer { rig.stop() }
        try write(20)
        let run = try await batch(["in.jsonl", "-o", "out.jsonl", "-j", "4"] + rig.flags) { pid in
            _ = SystemThread.start {
                for _ in 0..<1000 where rig.ledger.count < 4 { pause() }
                Signal.send(2, to: pid)
                for _ in 0..<20 { pause() }
                Signal.send(2, to: pid)
            }
        }
        #expect(run.code == 130, "\(run.errors)")
        #expect(try rows().isEmpty)
    }

    @Test("R8: a reader that goes away ends the batch quietly with 141 and few calls")
    func closedPipe() async throws {
        let rig = try BatchRig()
        defer { rig.stop() }
        try write(2000)
        let script = """
            \(ToolRun.path()) batch 'q -> a' in.jsonl -j 4 --progress none \
            \(rig.flags.joined(separator: " ")) 2>err | head -3 >head; echo ${PIPESTATUS[0]}
            """
        let run = try await ToolRun.shell(script, in: folder)
        #expect(run.output == "141\n", "\(run.output)\(run.errors)")
        #expect(Golden.text(of: folder.path + "/err") == "")
        #expect(Golden.text(of: folder.path + "/head")?.split(separator: "\n").count == 3)
        #expect(rig.ledger.count < 1000)
    }

    @Test("R9: a reader that waits holds the calls back")
    func backPressure() async throws {
        let rig = try BatchRig()
        defer { rig.stop() }
        try write(5000)
        // The reader takes nothing until it is told to.
        let script = """
            \(ToolRun.path()) batch 'q -> a' in.jsonl -j 8 --progress none \(rig.flags.joined(separator: " ")) \
            | (while [ ! -e go ]; do sleep 0.05; done; wc -l)
            """
        async let run = ToolRun.shell(script, in: folder)
        var asked = -1
        while asked != rig.ledger.count || asked == 0 {
            asked = rig.ledger.count
            try await Task.sleep(for: .seconds(1))
        }
        // 64 KiB of pipe hold about 300 rows of 220 bytes.
        #expect(asked < 1500)
        try folder.write("", to: "go")
        #expect(try await run.output == "5000\n")
    }
}
