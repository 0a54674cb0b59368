import OrderedJSON
import Synchronization
import TestSupport
import Testing

/// The example programs are tests at once: each answers from its recording as expected.
@Suite struct Programs {
    static let names = ["extract", "four-views", "qa", "triage", "two-stage"]

    private func lines(_ program: String, _ file: String) throws -> [String] {
        let text = try #require(Golden.text(of: "\(Golden.repository)/programs/\(program)/\(file)"))
        return text.split(separator: "\n").map(String.init)
    }

    @Test("a program answers from its recording as expected", arguments: names)
    func replays(program: String) async throws {
        let folder = try TemporaryFolder()
        let path = "\(Golden.repository)/programs/\(program)"
        let inputs = try lines(program, "inputs.jsonl")
        let expected = try lines(program, "expected.jsonl")
        #expect(inputs.count == expected.count && !inputs.isEmpty)
        for (input, line) in zip(inputs, expected) {
            let run = try await ToolRun.run(
                [
                    "run", path, "-i", "-", "--replay", "\(path)/replies.jsonl", "--lm", "local/smollm2-135m",
                    "--format", "ndjson",
                ], input: input, in: folder)
            #expect(run.code == 0, "\(run.errors)")
            #expect(run.output == line + "\n")
        }
    }

    @Test("every program passes check without a warning and is in canonical form", arguments: names)
    func isChecked(program: String) async throws {
        let folder = try TemporaryFolder()
        let path = "\(Golden.repository)/programs/\(program)"
        let check = try await ToolRun.run(["check", "--strict", path], in: folder)
        #expect(check.code == 0, "\(check.errors)")
        let format = try await ToolRun.run(["fmt", "--check", path + "/program.json"], in: folder)
        #expect(format.code == 0, "\(format.errors)")
    }

    @Test("a program's own tests run with --tests and decide the exit code")
    func ownTests() async throws {
        let folder = try TemporaryFolder()
        let path = "\(Golden.repository)/programs/triage"
        let good = try await ToolRun.run(
            ["run", path, "--tests", "--replay", "\(path)/replies.jsonl", "--lm", "local/smollm2-135m"], in: folder)
        #expect(good.code == 0, "\(good.errors)")
        #expect(good.output.hasPrefix("ok  1: "))
        let program = try folder.write(
            #"{"signature": "q -> a", "tests": [{"inputs": {"q": "x"}, "expect": "a == 'never'"}]}"#, to: "p.json")
        let bad = try await ToolRun.run(["run", program, "--tests", "--lm", "scripted/echo"], in: folder)
        #expect(bad.code == 1)
        #expect(bad.output.hasPrefix("failed  1: a == 'never'"))
    }

    @Test("four-views sends its four calls at the same time")
    func fourViewsAreConcurrent() async throws {
        let folder = try TemporaryFolder()
        let gate = Gate()
        let server = try LoopbackServer { _, _ in
            // Each answer waits until all four requests are here: sent one after another they would all be late.
            gate.waitForAll(4) ? .init(Self.answer) : .init(status: 400, "alone")
        }
        defer { server.stop() }
        let run = try await ToolRun.run(
            [
                "run", "\(Golden.repository)/programs/four-views", "issue=x", "--lm", "openai/any", "--api-base",
                server.address + "/v1",
            ], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        #expect(server.requests.count == 4)
        #expect(Set(server.requests.map(\.connection)).count == 4)
    }

    @Test("--sync sends the four calls one after another on one connection")
    func fourViewsInOrder() async throws {
        let folder = try TemporaryFolder()
        let server = try LoopbackServer { _, _ in .init(Self.answer) }
        defer { server.stop() }
        let run = try await ToolRun.run(
            [
                "run", "\(Golden.repository)/programs/four-views", "issue=x", "--sync", "--lm", "openai/any",
                "--api-base", server.address + "/v1",
            ], in: folder)
        #expect(run.code == 0, "\(run.errors)")
        #expect(server.requests.count == 4)
        #expect(Set(server.requests.map(\.connection)).count == 1)
    }

    static let answer = ##"""
        {"id": "1", "object": "chat.completion", "created": 0, "model": "any", "choices": [{"index": 0, "message":
        {"role": "assistant", "content": "[[ ## insight ## ]]\nseen\n\n[[ ## completed ## ]]"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}
        """##
}

/// Lets threads wait for one another.
private final class Gate: Sendable {
    private let arrived = Mutex(0)

    /// Counts the caller, and waits until so many are here; false after ten seconds.
    func waitForAll(_ count: Int) -> Bool {
        arrived.withLock { $0 += 1 }
        for _ in 0..<1000 {
            if arrived.withLock({ $0 }) >= count { return true }
            pause()
        }
        return false
    }
}
