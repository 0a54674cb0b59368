import OrderedJSON
import TestSupport
import Testing

/// When a batch stops by itself or is told to, and what it counts.
@Suite struct BatchStops {
    private let folder: TemporaryFolder
    private var output: String { folder.path + "/out.jsonl" }

    init() throws { folder = try TemporaryFolder() }

    private func write(_ count: Int, _ text: (Int) -> String) throws {
        try folder.write((1...count).map { "{\"q\": \"\(text($0))\"}\n" }.joined(), to: "in.jsonl")
    }

    private func batch(_ arguments: [String], program: String = "q -> a") async throws -> ToolRun {
        try await ToolRun.run(["batch", program, "in.jsonl", "-o", "out.jsonl"] + arguments, in: folder)
    }

    private func rows() throws -> [JSON] {
        try (Golden.text(of: output) ?? "").split(separator: "\n").map { try JSON(parsing: String($0)) }
    }

    // MARK: Refusals that hold for every row

    @Test("a provider that refuses every row stops the batch with 75", arguments: ["FAIL401", "FAIL404"])
    func refused(fault: String) async throws {
        let rig = try BatchRig(delay: .milliseconds(5))
        defer { rig.stop() }
        try write(300) { "\(fault) \($0)" }
        let run = try await batch(["-j", "4"] + rig.flags)
        #expect(run.code == 75, "\(run.errors)")
        #expect(run.errors.contains("stopped: every row is refused") && run.errors.contains("--on-error continue"))
        #expect(run.errors.contains("--resume --retry-failed"), "\(run.errors)")
        #expect((5..<40).contains(rig.ledger.count))
        #expect(try rows().count == rig.ledger.count)
    }

    @Test("once a row has succeeded, or when told so, refused rows stop nothing")
    func goesOn() async throws {
        let rig = try BatchRig()
        defer { rig.stop() }
        try write(40) { $0 == 1 ? "fine" : "FAIL401 \($0)" }
        let one = try await batch(["-j", "1"] + rig.flags)
        #expect(one.code == 1, "\(one.errors)")
        #expect(try rows().count == 40)
        try write(40) { "FAIL401 \($0)" }
        let told = try await batch(["--on-error", "continue", "--force"] + rig.flags)
        #expect(told.code == 1, "\(told.errors)")
        #expect(try rows().count == 40)
        let limited = try await batch(["-j", "1", "--max-errors", "20", "--force"] + rig.flags)
        #expect(limited.code == 75 && limited.errors.contains("20 rows failed"), "\(limited.errors)")
        // What one row brought along is no reason.
        try write(40) { "FAIL400 \($0)" }
        #expect(try await batch(["--force"] + rig.flags).code == 1)
        #expect(try rows().count == 40)
    }

    // MARK: Retries

    private static let two = #"""
        {"steps": [{"name": "one", "signature": "q -> b"}, {"name": "two", "signature": "b -> a"}]}
        """#
    private static let branches = #"""
        {"parallel": [{"name": "one", "signature": "q -> a"}, {"name": "two", "signature": "q -> b"}]}
        """#
    private static let best = #"{"of": {"signature": "q -> a"}, "module": "BestOfN", "n": 3, "reward": "0"}"#

    @Test(
        "calls that a program makes anyway are no retries",
        arguments: [(two, 2, []), (branches, 2, []), (best, 3, []), ("", 3, ["--set", "lm.n=3"])])
    func calls(program: String, requests: Int, flags: [String]) async throws {
        let rig = try BatchRig()
        defer { rig.stop() }
        try write(3) { "question \($0)" }
        try folder.write(program, to: "p.json")
        let run = try await batch(flags + rig.flags, program: program.isEmpty ? "q -> a" : "p.json")
        #expect(run.code == 0 && !run.errors.contains("retried"), "\(run.errors)")
        #expect(try rows().allSatisfy { $0["attempts"]?.int == requests && $0["retries"] == 0 })
        #expect(rig.ledger.count == 3 * requests)
    }

    @Test("retries of every call of a row are counted, those of a failed one too")
    func retries() async throws {
        let rig = try BatchRig()
        defer { rig.stop() }
        try write(2) { $0 == 1 ? "FAIL429ONCE x" : "FAIL429 y" }
        let run = try await batch(["--retries", "1", "--order", "input"] + rig.flags)
        #expect(run.code == 1 && run.errors.contains("2 retried"), "\(run.errors)")
        #expect(try rows().map { $0["retries"] } == [1, 1])
        #expect(try rows().map { $0["attempts"] } == [2, 2])
    }

    // MARK: The terminal goes away

    @Test("under nohup the end of the terminal stops nothing")
    func nohup() async throws {
        let rig = try BatchRig(delay: .milliseconds(30))
        defer { rig.stop() }
        try write(40) { "question \($0)" }
        let script = """
            trap '' HUP
            \(ToolRun.path()) batch 'q -> a' in.jsonl -o out.jsonl -j 2 -q \(rig.flags.joined(separator: " ")) &
            pid=$!
            while [ ! -s out.jsonl ]; do sleep 0.02; done
            kill -HUP $pid
            wait $pid; echo $?
            """
        let run = try await ToolRun.shell(script, in: folder)
        #expect(run.output == "0\n", "\(run.output)\(run.errors)")
        #expect(try rows().count == 40)
    }

    // MARK: Limits that are none

    @Test(
        "a limit that lets nothing through, or is no number, is a fault of the command line",
        arguments: [["--budget-tokens", "0"], ["--budget-usd", "0"], ["--seed", "x"], ["--seed", "-1"]])
    func limits(flags: [String]) async throws {
        try write(1) { "\($0)" }
        let run = try await batch(["--lm", "scripted/echo"] + flags)
        #expect(run.code == 64 && run.errors.contains(flags[0]), "\(run.errors)")
        #expect(!Bytes.isThere(output))
    }

    @Test(
        "an option that no model could be meant to get is a fault of the command line",
        arguments: [
            "num_retries=-1", "num_retries=99999999999999999999", "num_retries=x", "timeout=-1", "timeout=0",
            "timeout=nan", "timeout=1e999", "n=0", "n=1000000", "n=1.5", "max_tokens=-1", "temperature=hot",
            "stream=true", "messages=[]", "model=x", "api_key=x",
        ])
    func options(text: String) async throws {
        let run = try await ToolRun.run(
            ["run", "q -> a", "q=x", "--lm", "scripted/echo", "--set", "lm.\(text)"], in: folder)
        #expect(run.code == 64, "\(run.output)\(run.errors)")
    }

    @Test(
        "options that may be meant are taken",
        arguments: ["num_retries=0", "timeout=0.5", "n=2", "n=null", "max_tokens=5.0"])
    func goodOptions(text: String) async throws {
        let run = try await ToolRun.run(
            ["run", "q -> a", "q=x", "--lm", "scripted/echo", "--set", "lm.\(text)"], in: folder)
        #expect(run.code == 0, "\(run.errors)")
    }
}
