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

/// Calls a command with string arguments.
func call(
    _ command: [String], _ values: ValueDict = [:], _ options: CommandTool.Options = .init(), grants: Grants = .all,
    supervisor: ProcessSupervisor = ProcessSupervisor(watchdog: nil)
) async throws -> Value {
    var options = options
    // Only what is about time is about time: the machine may be busy.
    if options.timeout == .seconds(30) { options.timeout = .seconds(600) }
    let tool = try CommandTool(
        command.map { TextTemplate($0) }, arguments: values.names, options: options, grants: grants,
        supervisor: supervisor)
    return try await tool.tool(
        name: "probe", purpose: nil, arguments: values.names.map { Tool.Argument($0) }
    ).acall(values)
}

@Suite("A command")
struct CommandToolTests {
    @Test("what it prints is the result, without the last line ends")
    func text() async throws {
        #expect(try await call(["echo", "a  {x}"], ["x": "b\n"]) == "a  b")
        #expect(try await call(["cat"], ["x": "läuft"], .init(stdin: "[{x}]")) == "[läuft]")
        #expect(
            try await call(["printf", "%s", "{x}"], ["x": .list([1, 2.5, true, .null, "q"])])
                == #"[1,2.5,true,null,"q"]"#)
    }

    @Test("JSON becomes a value, and anything else where JSON is expected a failure")
    func json() async throws {
        let value = try await call(["echo", #"{"a": [1, 2.0]}"#], [:], .init(result: .json))
        #expect(value == .dict(["a": .list([1, 2.0])]))
        await #expect(throws: ToolError.self) { try await call(["echo", "no"], [:], .init(result: .json)) }
        let deep = String(repeating: "[", count: 100_000)
        await #expect(throws: ToolError.self) {
            try await call(["cat"], ["x": .string(deep)], .init(stdin: "{x}", result: .json))
        }
    }

    @Test("a failure says the status and the last error lines")
    func failure() async throws {
        let error = try await #require(throws: ToolError.self) {
            try await call(["sh", "-c", "echo one >&2; echo two >&2; exit 3"])
        }
        #expect(error.kind == "RuntimeError")
        #expect(error.message == "sh ended with status 3: one\ntwo")
        #expect(try await call(["sh", "-c", "exit 1"], [:], .init(statuses: [0, 1])) == "")
        let missing = try await #require(throws: ToolError.self) { try await call(["no-such-program-at-all"]) }
        #expect(missing.kind == "FileNotFoundError")
        let killed = try await #require(throws: ToolError.self) { try await call(["sh", "-c", "kill -SEGV $$"]) }
        #expect(killed.message == "sh ended with status 139")
    }

    @Test("bytes that are not UTF-8 are replaced")
    func encoding() async throws {
        #expect(try await call(["printf", #"a\377b"#]) == "a\u{FFFD}b")
    }

    @Test("what prints without end is ended, and the text says so")
    func flood() async throws {
        let value = try await call(["yes"], [:], .init(outputLimit: 1000))
        let text = try #require(value.string)
        #expect(text.hasPrefix("y\ny\n"))
        #expect(text.hasSuffix("\n[cut here: yes printed more than 1000 bytes]"))
        #expect(text.utf8.count < 1100)
        await #expect(throws: ToolError.self) { try await call(["yes"], [:], .init(outputLimit: 1000, result: .json)) }
    }

    @Test("errors without end do no harm")
    func errorFlood() async throws {
        let error = try await #require(throws: ToolError.self) {
            try await call(["sh", "-c", "yes | head -c 3000000 >&2; echo last >&2; exit 1"])
        }
        #expect(error.message.hasSuffix("\nlast"))
        #expect(error.message.utf8.count < 3000)
    }

    // The suites of all targets share few threads, so nothing here measures time: what would not be ended in time would
    // not be ended at all.

    @Test("what hangs is ended in time, with all that it started")
    func timeout() async throws {
        let folder = try TemporaryFolder()
        let supervisor = ProcessSupervisor(watchdog: nil)
        let error = try await #require(throws: ToolError.self) {
            try await call(
                ["sh", "-c", "trap '' TERM; sleep 100000 & echo $! > child; while :; do sleep 1; done"], [:],
                .init(folder: folder.path, timeout: .seconds(2)), supervisor: supervisor)
        }
        #expect(error.message == "sh ran longer than 2.0 seconds and was ended")
        #expect(error.kind == "TimeoutError")
        #expect(supervisor.running.isEmpty)
        try expectGone(folder.path + "/child")
    }

    @Test("children that keep the output open neither hold the call up nor live on")
    func leftovers() async throws {
        let folder = try TemporaryFolder()
        let value = try await call(
            ["sh", "-c", "sleep 100000 & echo $! > child; echo done"], [:],
            .init(folder: folder.path, timeout: .seconds(90_000)))
        #expect(value == "done")
        try expectGone(folder.path + "/child")
    }

    @Test("a child in a session of its own cannot hold the call up either")
    func daemon() async throws {
        let folder = try TemporaryFolder()
        let marker = try folder.write("", to: "marker")
        // It holds the output open as long as the marker is there.
        let daemon = "setsid sh -c 'while [ -e \(marker) ]; do sleep 0.1; done' & "
        let error = try await #require(throws: ToolError.self) {
            try await call(["sh", "-c", daemon + "sleep 100000"], [:], .init(timeout: .seconds(1)))
        }
        #expect(error.kind == "TimeoutError")
        #expect(try await call(["sh", "-c", daemon + "sleep 0.5; echo done"]) == "done")
        #expect(access(marker, F_OK) == 0)
    }

    @Test("cancelling the task ends the program")
    func cancellation() async throws {
        let folder = try TemporaryFolder()
        let supervisor = ProcessSupervisor(watchdog: nil)
        let task = Task {
            try await call(
                ["sh", "-c", "echo $$ > child; sleep 100000"], [:], .init(folder: folder.path), supervisor: supervisor)
        }
        while access(folder.path + "/child", F_OK) != 0 { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(supervisor.running.isEmpty)
    }

    @Test("input that nobody reads is no failure")
    func unreadInput() async throws {
        let large = Value.string(String(repeating: "x", count: 1_000_000))
        #expect(try await call(["true"], ["x": large], .init(stdin: "{x}")) == "")
        #expect(try await call(["wc", "-c"], ["x": large], .init(stdin: "{x}")).string == "1000000")
        let tool = try CommandTool(
            ["true"], arguments: ["x"], options: .init(stdin: "{x}"), grants: .all, supervisor: .init(watchdog: nil)
        ).tool(name: "t", purpose: nil, arguments: [Tool.Argument("x")])
        #expect(try tool(["x": large]) == "")
    }

    @Test("the program gets a small environment and no descriptors")
    func surroundings() async throws {
        setenv("DSPY_TOOLS_SECRET", "s3cret", 1)
        let secret = open("/dev/null", O_RDONLY)
        defer { close(secret) }
        // The three streams, and the folder that is being listed; a pipe would add its ends for a moment.
        let names = try await call(["sh", "-c", "env; set -- /proc/$$/fd/*; echo $#"]).string ?? ""
        #expect(!names.contains("s3cret"))
        #expect(names.contains("PATH="))
        #expect(names.hasSuffix("\n4"))
        let passed = try await call(["env"], [:], .init(environment: ["DSPY_TOOLS_SECRET"])).string ?? ""
        #expect(passed.contains("DSPY_TOOLS_SECRET=s3cret"))
    }

    @Test("200 calls at once all answer")
    func many() async throws {
        let supervisor = ProcessSupervisor(watchdog: nil)
        let answers = try await withThrowingTaskGroup(of: Value.self) { group in
            for number in 0..<200 {
                group.addTask { try await call(["echo", "{n}"], ["n": .int(number)], supervisor: supervisor) }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1.string ?? "") }
        }
        #expect(answers == Set((0..<200).map(String.init)))
        #expect(supervisor.running.isEmpty)
    }

    @Test("a faulty definition is refused before anything runs")
    func definitions() {
        func fault(_ command: [String], _ arguments: [String] = ["name"]) -> String? {
            do { _ = try CommandTool(command.map { TextTemplate($0) }, arguments: arguments, grants: .all) } catch {
                return error.message
            }
            return nil
        }
        #expect(fault([]) != nil)
        #expect(fault(["{name}"]) == "the program itself cannot come from an argument; write its name")
        #expect(fault(["rg", "{nam}"])?.contains("did you mean {name}?") == true)
        #expect(fault(["awk", "{print $1}", "{{name}}", "{}"]) == nil)
        #expect(fault(["rg", "a\0b"]) != nil)
    }
}

/// Expects that the process whose number is in a file has ended.
func expectGone(_ file: String) throws {
    let handle = try #require(fopen(file, "r"))
    defer { fclose(handle) }
    var line = [CChar](repeating: 0, count: 32)
    _ = fgets(&line, 32, handle)
    let text = String(decoding: line.prefix { $0 > 32 }.map { UInt8($0) }, as: UTF8.self)
    let id = try #require(pid_t(text))
    // Its new parent may not have taken its status yet; a zombie does nothing any more.
    for _ in 0..<200 {
        if kill(id, 0) != 0 || isZombie(id) { return }
        usleep(10_000)
    }
    Issue.record("process \(id) still runs")
}

private func isZombie(_ id: pid_t) -> Bool {
    guard let handle = fopen("/proc/\(id)/stat", "r") else { return true }
    defer { fclose(handle) }
    var line = [CChar](repeating: 0, count: 512)
    _ = fgets(&line, 512, handle)
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return text.split(separator: ")").last.map { $0.hasPrefix(" Z") } ?? true
}
