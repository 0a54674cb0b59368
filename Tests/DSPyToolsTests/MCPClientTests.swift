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

@Suite("An MCP client", .enabled(if: hasPython), .timeLimit(.minutes(10)))
struct MCPClientTests {
    @Test("tools are listed page by page, and calls answered as DSPy shows them")
    func calls() async throws {
        let client = try FakeServer.client("plain")
        #expect(try await client.tools().map(\.name) == ["tool0", "tool1", "tool2"])
        #expect(
            try await client.call("echo", ["a": "ü\n", "b": .list([1, 2.0])]) == #"{"a": "\u00fc\n", "b": [1, 2.0]}"#)
        #expect(try await client.call("several", [:]) == ["a", "b"])
        let picture = Value.dict(["type": "image", "data": "aGk=", "mimeType": "image/png"])
        #expect(try await client.call("picture", [:]) == .list([picture]))
        #expect(try await client.call("structured", [:]) == "t")
        #expect(try await client.call("big", [:]).string?.utf8.count == 8 << 20)
        let failed = try await #require(throws: ToolError.self) { try await client.call("failed", [:]) }
        #expect(failed.kind == "RuntimeError")
        #expect(failed.message == "Failed to call a MCP tool: ['bad', 'worse']")
        let refused = try await #require(throws: ToolError.self) { try await client.call("error", [:]) }
        #expect(refused.message == "it is forbidden")
        await client.close()
        let closed = try await #require(throws: ToolError.self) { try await client.call("echo", [:]) }
        #expect(closed.message == "the MCP server `fake` was closed")
    }

    @Test("structured content is given where it is asked for")
    func structured() async throws {
        let client = try FakeServer.client("plain", options: .init(result: .structured))
        #expect(try await client.call("structured", [:]) == .dict(["a": .list([1])]))
        #expect(try await client.call("echo", [:]) == "{}")
        await client.close()
    }

    @Test("calls at once find their own answers, whatever the order")
    func concurrency() async throws {
        let client = try FakeServer.client("plain")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let delay = Double((number * 7) % 10) / 100
                    let value = try await client.call("slow", ["seconds": .float(delay), "n": .int(number)])
                    #expect(value == .string("\(number)"))
                }
            }
            try await group.waitForAll()
        }
        await client.close()
    }

    @Test("the server's own requests are answered, and its chatter is passed over")
    func serverRequests() async throws {
        let client = try FakeServer.client("asking")
        var answers = try await client.call("answers", [:]).string ?? ""
        while !answers.contains("s2") { answers = try await client.call("answers", [:]).string ?? "" }
        #expect(answers.contains(#""s1": {}"#))
        #expect(answers.contains("-32601"))
        await client.close()
        let chatty = try FakeServer.client("chatty")
        #expect(try await chatty.call("echo", [:]) == "{}")
        await chatty.close()
    }

    @Test(
        "a server that is none fails the call, soon and in words",
        arguments: [
            ("dead", "ended (status 3): no such table"), ("babble", "speaks no JSON-RPC but 'hello, I am no server'"),
            ("long", "sent a message of more than"), ("old", "speaks 1999-01-01 of the protocol"),
            ("mute", "did not answer initialize within 0.5 seconds"),
        ])
    func nonsense(mode: String, words: String) async throws {
        let supervisor = ProcessSupervisor(watchdog: nil)
        let client = try FakeServer.client(
            mode, options: .init(startTimeout: mode == "mute" ? .milliseconds(500) : .seconds(600)),
            supervisor: supervisor)
        let error = try await #require(throws: ToolError.self) { try await client.tools() }
        #expect(error.message.contains(words), "\(error)")
        await client.close()
        while !supervisor.running.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
    }

    @Test("tools without end are an error")
    func endless() async throws {
        let client = try FakeServer.client("endless")
        let error = try await #require(throws: ToolError.self) { try await client.tools() }
        #expect(error.message == "the MCP server `fake` lists its tools without end")
        await client.close()
    }

    @Test("when the server dies all calls under way fail, and the next one starts it again")
    func crash() async throws {
        let folder = try TemporaryFolder()
        let client = try FakeServer.client("plain", [folder.path + "/log"])
        _ = try await client.call("echo", [:])
        try await withThrowingTaskGroup(of: ToolError?.self) { group in
            for number in 0..<5 {
                group.addTask {
                    do { _ = try await client.call("slow", ["seconds": 100000, "n": .int(number)]) } catch let error
                        as ToolError
                    {
                        return error
                    }
                    return nil
                }
            }
            group.addTask {
                while try await Self.slowCalls(client).count < 5 { try await Task.sleep(for: .milliseconds(5)) }
                do { _ = try await client.call("crash", [:]) } catch let error as ToolError { return error }
                return nil
            }
            for try await error in group {
                #expect(error?.message == "the MCP server `fake` ended (status 7): Traceback\nboom")
            }
        }
        #expect(try await client.call("echo", ["a": 1]) == #"{"a": 1}"#)
        #expect(try Self.lines(folder.path + "/log") == ["start", "start"])
        await client.close()
        #expect(try Self.lines(folder.path + "/log") == ["start", "start", "end"])
    }

    @Test("a server that dies again and again is left alone")
    func restartLimit() async throws {
        let folder = try TemporaryFolder()
        var options = MCPClient.Options(restartsPerMinute: 2)
        options.restartWindow = .seconds(3600)
        let client = try FakeServer.client("dead", [folder.path + "/log"], options: options)
        for _ in 0..<5 { await #expect(throws: ToolError.self) { try await client.call("echo", [:]) } }
        let error = try await #require(throws: ToolError.self) { try await client.call("echo", [:]) }
        #expect(error.message == "the MCP server `fake` ended 3 times within a minute and is not started again for now")
        #expect(try Self.lines(folder.path + "/log") == ["start", "start", "start"])
    }

    @Test("a cancelled call, and one that takes too long, is taken back, and the server stays")
    func cancellation() async throws {
        let client = try FakeServer.client("plain")
        let task = Task { try await client.call("slow", ["seconds": 100000, "n": 1]) }
        var slow: [Int] = []
        while slow.isEmpty { slow = try await Self.slowCalls(client) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        var answers = ""
        while !answers.contains(#""cancelled": \#(slow[0])"#) {
            answers = try await client.call("answers", [:]).string ?? ""
        }
        await client.close()
        let hasty = try FakeServer.client("plain", options: .init(timeout: .milliseconds(500)))
        let late = try await #require(throws: ToolError.self) {
            try await hasty.call("slow", ["seconds": 100000, "n": 1])
        }
        #expect(late.kind == "TimeoutError")
        let silent = try await #require(throws: ToolError.self) { try await hasty.call("wrong", [:]) }
        #expect(silent.kind == "TimeoutError")
        while await (try? hasty.call("answers", [:]))?.string?.contains("cancelled") != true {
            try Task.checkCancellation()
        }
        await hasty.close()
    }

    @Test("a cancelled task does not wait for a server that does not start")
    func cancelledStart() async throws {
        let supervisor = ProcessSupervisor(watchdog: nil)
        let client = try FakeServer.client("mute", supervisor: supervisor)
        let task = Task { try await client.tools() }
        while supervisor.running.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        while !supervisor.running.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test("a server that does not end by itself is made to, with what it started")
    func stubborn() async throws {
        let folder = try TemporaryFolder()
        let supervisor = ProcessSupervisor(watchdog: nil)
        for mode in ["stubborn", "child"] {
            let log = folder.path + "/" + mode
            let client = try FakeServer.client(mode, [log], supervisor: supervisor)
            _ = try await client.call("echo", [:])
            await client.close()
            #expect(supervisor.running.isEmpty)
        }
        let child = try #require(try Self.lines(folder.path + "/child").dropFirst().first)
        let file = try folder.write(child, to: "number")
        try expectGone(file)
    }

    @Test("dropping the client ends the server")
    func dropped() async throws {
        let supervisor = ProcessSupervisor(watchdog: nil)
        do {
            let client = try FakeServer.client("plain", supervisor: supervisor)
            _ = try await client.call("echo", [:])
            #expect(supervisor.running.count == 1)
        }
        while !supervisor.running.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test("only what is allowed is offered and called, and nothing without the grant")
    func allowed() async throws {
        let client = try FakeServer.client("plain", options: .init(allow: ["tool1", "echo"]))
        let missing = try await #require(throws: ToolError.self) { try await client.tools() }
        #expect(missing.message.contains("has no tool `echo`"))
        let denied = try await #require(throws: ToolError.self) { try await client.call("crash", [:]) }
        #expect(denied.reason == .denied)
        #expect(try await client.call("echo", [:]) == "{}")
        await client.close()
        let folder = try TemporaryFolder()
        let refused = try FakeServer.client("plain", [folder.path + "/log"], grants: try Grants(["mcp:other"]))
        let error = try await #require(throws: ToolError.self) { try await refused.tools() }
        #expect(error.message == "the MCP server `fake` needs --allow mcp:fake")
        #expect(access(folder.path + "/log", F_OK) != 0)
    }

    @Test("the server gets a small environment and what it is given; no message shows a secret")
    func environment() async throws {
        setenv("DSPY_TOOLS_SECRET", "s3cret", 1)
        let client = try FakeServer.client(
            "plain", options: .init(variables: ["TOKEN": "t0ken"], secrets: ["Traceback"]))
        let text = try await client.call("environment", [:]).string ?? ""
        #expect(!text.contains("s3cret"))
        #expect(text.contains(#""TOKEN": "t0ken""#))
        let error = try await #require(throws: ToolError.self) { try await client.call("crash", [:]) }
        #expect(error.message.hasSuffix("[secret]\nboom"))
        await client.close()
    }

    @Test("schemas become arguments as in DSPy")
    func schemas() throws {
        let json = try JSON(
            parsing: #"""
                {"name": "t", "description": "d", "inputSchema": {"type": "object", "required": ["a"], "$defs":
                 {"P": {"type": "object", "properties": {"x": {"type": "integer"}}}, "L": {"$ref": "#/$defs/L"}},
                 "properties": {"a": {"type": "string", "title": "A"}, "p": {"$ref": "#/$defs/P"},
                 "o": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": null}, "l": {"$ref": "#/$defs/L"}}}}
                """#)
        let description = try #require(MCPToolDescription(json))
        let tool = Tool(
            name: description.name, purpose: description.purpose, arguments: description.arguments,
            body: .async { _, _ in .null })
        #expect(
            tool.description.pythonString
                == "t, whose description is <desc>d</desc>. It takes arguments {'a': {'type': 'string', 'title': 'A'}, "
                + "'p': {'type': 'object', 'properties': {'x': {'type': 'integer'}}}, 'o': {'anyOf': [{'type': "
                + "'integer'}, {'type': 'null'}], 'default': None}, 'l': {}}.")
        #expect(description.arguments.map { $0.type == nil } == [false, false, true, true])
        #expect(MCPToolDescription([:]) == nil)
        #expect(MCPToolDescription(["name": "x"])?.arguments.isEmpty == true)
    }

    /// The ids of the slow calls that the server has got.
    private static func slowCalls(_ client: MCPClient) async throws -> [Int] {
        let answers = try JSON(parsing: try await client.call("answers", [:]).string ?? "")
        return answers["slow"]?.array?.compactMap(\.int) ?? []
    }

    private static func lines(_ path: String) throws -> [String] {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
