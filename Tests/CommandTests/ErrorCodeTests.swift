import Platform
import Console
import DSPyCore
import OrderedJSON
import Synchronization
import TestSupport
import Testing

@testable import dspy_swift

/// The one list of error codes: what the documentation says of each, and how each comes about.
@Suite struct ErrorCodes {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("docs/errors.md lists every code in its order, with its exit code and its status")
    func documentation() throws {
        let text = try #require(Golden.text(of: Golden.repository + "/docs/errors.md"))
        // Those of a server beside them are DSPyServer's.
        let codes = text.split(separator: "## Of a server").first ?? ""
        let rows = codes.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            line.split(separator: "|").map { $0.trimmingSpaces }
        }
        #expect(rows.map { $0[0] } == ErrorCode.allCases.map { "`\($0.rawValue)`" })
        for (row, code) in zip(rows, ErrorCode.allCases) {
            #expect(row.count == 5 && row[1].count > 10 && row[4].count > 5, "\(row)")
            #expect(row[2] == "\(code.exitCode.rawValue)" && row[3] == "\(code.httpStatus)", "\(row)")
        }
    }

    /// How an error comes about.
    private struct Cause {
        var program = #""q -> a""#
        var row = #"{"q": "1"}"#
        var flags: [String] = []
        var reply = ErrorCodes.answer("[[ ## a ## ]]\nx")
        var usesServer = true
    }

    private static func refusal(_ status: Int, _ error: String = #"{"message": "no"}"#) -> LoopbackServer.Reply {
        LoopbackServer.Reply(status: status, #"{"error": \#(error)}"#)
    }

    private static func answer(_ text: String) -> LoopbackServer.Reply {
        let body: JSON = ["choices": [["message": ["content": .string(text)], "finish_reason": "stop"]]]
        return LoopbackServer.Reply(body.text())
    }

    // A code without a cause does not compile.
    private func cause(of code: ErrorCode) throws -> Cause? {
        switch code {
        case .badLine: return Cause(row: "nonsense")
        case .lineTooLong: return Cause(row: #"{"q": "12345678901234567890"}"#, flags: ["--max-line", "20"])
        case .duplicateID: return Cause(row: "{\"q\": \"1\", \"id\": 7}\n{\"q\": \"2\", \"id\": 7}")
        case .missingInput: return Cause(row: #"{"p": "1"}"#)
        case .typeMismatch: return Cause(program: #""q: int -> a""#, row: #"{"q": "many"}"#)
        case .parseFailed: return Cause(reply: Self.answer("no fields"))
        case .badReply: return Cause(reply: LoopbackServer.Reply("<html>hello</html>"))
        case .rateLimited: return Cause(reply: Self.refusal(429))
        case .timeout:
            return Cause(
                flags: ["--timeout", "0.2"],
                reply: LoopbackServer.Reply(chunks: [[0x7B]], delay: .milliseconds(1500)))
        case .serverError: return Cause(reply: Self.refusal(500))
        case .transport: return Cause(reply: LoopbackServer.Reply(chunks: [], drops: true))
        case .auth: return Cause(reply: Self.refusal(401))
        case .billing: return Cause(reply: Self.refusal(402))
        case .invalidRequest: return Cause(reply: Self.refusal(400))
        case .contextWindow:
            return Cause(reply: Self.refusal(400, #"{"message": "too long", "code": "context_length_exceeded"}"#))
        case .unsupported: return Cause(reply: Self.refusal(404, #"{"message": "no", "code": "model_not_found"}"#))
        // Told before the first row, and of a run that is stopped there is no row: tests of their own.
        case .notConfigured, .cancelled: return nil
        case .configuration:
            return Cause(program: #"{"signature": "q -> a", "config": {"max_tokens": 5, "max_completion_tokens": 7}}"#)
        case .unanswered:
            try folder.write("[]", to: "script.json")
            return Cause(flags: ["--lm", "scripted/script.json"], usesServer: false)
        case .toolFailed: return Cause(program: Self.tool, flags: ["--allow", "run:false"])
        case .toolDenied: return Cause(program: Self.tool)
        }
    }

    private static let tool =
        #"{"tools": {"t": {"command": ["false"], "description": "d"}}, "steps": ["q -> a", {"tool": "t", "as": "b"}]}"#

    @Test("every code comes about, the same in a row, in the events and in the trace", arguments: ErrorCode.allCases)
    func causes(_ code: ErrorCode) async throws {
        guard let cause = try cause(of: code) else { return }
        let server = try LoopbackServer { _, _ in cause.reply }
        defer { server.stop() }
        try folder.write(cause.program, to: "p.json")
        try folder.write(cause.row + "\n", to: "in.jsonl")
        let model = cause.usesServer ? ["--lm", "openai/m", "--api-base", server.address + "/v1"] : []
        let run = try await ToolRun.run(
            [
                "batch", "p.json", "-", "-o", "out.jsonl", "--no-cache", "--retries", "0", "--stream=ndjson", "--trace",
                "t.jsonl",
            ] + model
                + cause.flags, input: cause.row + "\n", in: folder,
            environment: cause.usesServer ? ["OPENAI_API_KEY": "sk-none"] : [:])
        #expect(run.code == 1, "\(run.errors)")
        let rows = try lines(Golden.text(of: folder.path + "/out.jsonl") ?? "")
        let told = rows.compactMap { $0["error"]?["code"]?.string }
        #expect(told == [code.rawValue], "\(rows) \(run.errors)")
        let events = try lines(run.output)
        for event in events where event["type"] == "error" {
            #expect(event["code"]?.string == code.rawValue && event["retryable"] == .bool(code.isRetryable), "\(event)")
        }
        for event in events where event["type"] == "node_end" {
            if let told = event["error"] { #expect(told.string == code.rawValue, "\(event)") }
        }
        for line in try lines(Golden.text(of: folder.path + "/t.jsonl") ?? "") {
            if let told = line["error"]?["code"] { #expect(told.string == code.rawValue, "\(line)") }
        }
    }

    @Test("a model without a key is told before anything starts")
    func notConfigured() async throws {
        let run = try await ToolRun.run(["run", "q -> a", "q=1", "--lm", "openai/m"], in: folder)
        #expect(run.code == 78 && run.errors.contains("not_configured"), "\(run.errors)")
    }

    @Test("a run that is stopped says so in its last event")
    func cancelled() async throws {
        let pid = Atomic<Int32>(0)
        let server = try LoopbackServer { _, _ in
            for _ in 0..<1000 where pid.load(ordering: .relaxed) == 0 { pause() }
            Signal.send(2, to: pid.load(ordering: .relaxed))
            return LoopbackServer.Reply(chunks: [[0x7B]], delay: .seconds(5))
        }
        defer { server.stop() }
        let run = try await ToolRun.run(
            ["run", "q -> a", "q=1", "--lm", "openai/m", "--api-base", server.address + "/v1", "--stream=ndjson"],
            in: folder, environment: ["OPENAI_API_KEY": "sk-none"]
        ) { pid.store($0, ordering: .relaxed) }
        #expect(run.code == 130, "\(run.errors)")
        #expect(try lines(run.output).last?["code"] == "cancelled", "\(run.output)")
    }

    private func lines(_ text: String) throws -> [JSON] {
        try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
