import Platform
import DSPyCore
import OrderedJSON
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@testable import DSPyTools

@Suite("A real MCP server", .enabled(if: RealServer.isWanted), .timeLimit(.minutes(10)))
struct RealServerTests {
    private let supervisor = ProcessSupervisor(watchdog: nil)

    private func stdio(_ options: MCPClient.Options = .init()) async throws -> MCPClient {
        let python = try await RealServer.folder() + "/bin/python"
        var options = options
        options.timeout = .seconds(600)
        options.startTimeout = .seconds(600)
        return try MCPClient(
            name: "probe", server: .command([python, "-c", RealServer.script]), options: options, grants: .all,
            supervisor: supervisor)
    }

    @Test("tools are shown as DSPy shows them, called, and fail in words")
    func overStdio() async throws {
        let client = try await stdio()
        let tools = try await client.tools()
        #expect(tools.map(\.name) == ["add", "sleep", "sleepers", "crash", "structured", "fail"])
        #expect(
            tools[0].description.pythonString
                == "add, whose description is <desc>Add two numbers.</desc>. It takes arguments {'a': {'title': 'A', "
                + "'type': 'integer'}, 'b': {'default': 10, 'title': 'B', 'type': 'integer'}}.")
        #expect(try await tools[0].acall(["a": 1]) == "11")
        #expect(try await tools[0].acall(["a": 1, "b": 2]) == "3")
        let point = Value.dict(["x": 1, "y": 2.5])
        let answer = try await tools[4].acall(["point": point])
        #expect(try JSON(parsing: answer.string ?? "") == ["x": 2, "y": 2.5])
        let failed = try await #require(throws: ToolError.self) { try await tools[5].acall([:]) }
        #expect(failed.kind == "RuntimeError")
        #expect(failed.message.hasPrefix("Failed to call a MCP tool: "))
        let wrong = try await #require(throws: ToolError.self) { try await tools[0].acall(["a": "x"]) }
        #expect(wrong.message == "Arg a is invalid: 'x' is not of type 'integer'")
        await client.close()
        let structured = try await stdio(.init(result: .structured))
        #expect(try await structured.call("structured", ["point": point]) == .dict(["x": 2, "y": 2.5]))
        await structured.close()
        #expect(supervisor.running.isEmpty)
    }

    @Test("a server killed in the middle of a call fails it, and the next call starts it again")
    func killed() async throws {
        let client = try await stdio()
        #expect(try await client.call("add", ["a": 1]) == "11")
        let task = Task { try await client.call("sleep", ["seconds": 100000]) }
        while try await client.call("sleepers", [:]) != "1" {}
        for group in supervisor.running { kill(-group, SIGKILL) }
        let error = try await #require(throws: ToolError.self) { try await task.value }
        #expect(error.message.hasPrefix("the MCP server `probe` ended (status 137)"))
        #expect(try await client.call("add", ["a": 2]) == "12")
        let crashed = try await #require(throws: ToolError.self) { try await client.call("crash", [:]) }
        #expect(crashed.message.hasPrefix("the MCP server `probe` ended (status 9)"))
        #expect(try await client.call("add", ["a": 3]) == "13")
        await client.close()
        #expect(supervisor.running.isEmpty)
    }

    @Test("the same over streamable HTTP")
    func overHTTP() async throws {
        let python = try await RealServer.folder() + "/bin/python"
        // A port that was free a moment ago.
        let port = try {
            let probe = try LoopbackServer(replies: [.drop])
            defer { probe.stop() }
            return probe.port
        }()
        let plan = SupervisedProcess.Plan(
            executable: python, arguments: [python, "-c", RealServer.script, "\(port)"],
            environment: Environment.passing())
        var server = try SupervisedProcess(plan, supervisor: supervisor)
        let client = try MCPClient(
            name: "probe", server: .url("http://127.0.0.1:\(port)/mcp"),
            options: .init(timeout: .seconds(600), restartsPerMinute: 10_000),
            grants: .all)
        try await until { try await client.tools().count == 6 }
        #expect(try await client.call("add", ["a": 1]) == "11")
        #expect(try await client.call("structured", ["point": .dict(["x": 1])]).string?.contains("0.5") == true)
        let answers = try await withThrowingTaskGroup(of: Value.self) { group in
            for _ in 0..<20 { group.addTask { try await client.call("sleep", ["seconds": 0.1]) } }
            return try await group.reduce(into: [Value]()) { $0.append($1) }
        }
        #expect(answers.count == 20)
        let task = Task { try await client.call("sleep", ["seconds": 100000]) }
        while try await client.call("sleepers", [:]) != "1" {}
        server.end()
        await #expect(throws: ToolError.self) { try await task.value }
        // The new process knows nothing of the session.
        server = try SupervisedProcess(plan, supervisor: supervisor)
        try await until { try await client.call("add", ["a": 2]) == "12" }
        await client.close()
        server.end()
    }

    @Test("a server that somebody else wrote")
    func time() async throws {
        let program = try await RealServer.folder() + "/bin/mcp-server-time"
        let client = try MCPClient(
            name: "time", server: .command([program, "--local-timezone", "UTC"]),
            options: .init(allow: ["convert_time"]), grants: try Grants(["mcp:time"]), supervisor: supervisor)
        let tool = try #require(try await client.tools().first)
        let answer = try await tool.acall([
            "source_timezone": "UTC", "time": "12:00", "target_timezone": "Asia/Tokyo",
        ])
        #expect(answer.string?.contains("T21:00:00+09:00") == true)
        let error = try await #require(throws: ToolError.self) {
            try await tool.acall(["source_timezone": "Nowhere", "time": "12:00", "target_timezone": "UTC"])
        }
        #expect(error.message.hasPrefix("Failed to call a MCP tool: "))
        await client.close()
        #expect(supervisor.running.isEmpty)
    }

    /// Tries until it works; a server needs a moment.
    private func until(_ body: () async throws -> Bool) async throws {
        for _ in 0..<200 {
            if (try? await body()) == true { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("it never worked")
    }
}
