import DSPyCore
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@testable import DSPyTools

@Suite("Grants")
struct GrantsTests {
    @Test(
        "a grant is for what it names and nothing else",
        arguments: [
            ("run:rg", Capability.run("rg"), true), ("run:rg", .run("grep"), false), ("run:rg", .run("/tmp/rg"), false),
            ("run:/bin/sh", .run("sh"), true), ("run:/bin/sh", .run("/bin/sh"), true),
            ("run:sh", .run("/bin/sh"), false),
            ("net:api.example.org", .network(host: "api.example.org", port: 443), true),
            ("net:API.example.org.", .network(host: "api.example.org", port: 8080), true),
            ("net:api.example.org:443", .network(host: "api.example.org", port: 80), false),
            ("net:example.org", .network(host: "api.example.org", port: 443), false),
            ("net:*.example.org", .network(host: "a.b.example.org", port: 443), true),
            ("net:*.example.org", .network(host: "example.org", port: 443), false),
            ("net:*.example.org", .network(host: "evilexample.org", port: 443), false),
            ("net:[::1]:80", .network(host: "[::1]", port: 80), true),
            ("read:/usr", .read("/usr/lib"), true), ("read:/usr", .read("/usr"), true),
            ("read:/usr", .read("/usrlocal"), false),
            ("mcp", .mcp(name: "files", target: "server"), true),
            ("mcp:files", .mcp(name: "files", target: "server"), true),
            ("mcp:server", .mcp(name: "files", target: "server"), true),
            ("mcp:other", .mcp(name: "files", target: "server"), false),
            ("python", .python, true), ("mcp", .python, false), ("all", .python, true), ("all", .run("rm"), true),
        ])
    func matching(word: String, capability: Capability, isAllowed: Bool) throws {
        #expect(try Grants([word]).allows(capability) == isAllowed)
    }

    @Test("nothing grants nothing")
    func nothing() {
        for capability in [
            Capability.run("rg"), .network(host: "a", port: 1), .read("/"), .mcp(name: "a", target: "b"), .python,
        ] { #expect(!Grants.none.allows(capability)) }
    }

    @Test(
        "a word that grants nothing is refused with what to write",
        arguments: [
            ("runn:rg", "did you mean \"run\"?"), ("run", "write run:PROGRAM"), ("run:", "write run:PROGRAM"),
            ("", "there are"),
            ("net:http://x", "is no host"), ("net:a:0", "is no host"), ("net:*", "is no host"),
            ("net:a b", "is no host"),
            ("python:x", "takes nothing"), ("all:x", "takes nothing"), ("read:/no/such/folder", "there is no folder"),
            ("run:/no/such/program", "there is no file"), ("net:*.[::1]", "is no host"), ("net:*.0.0.1", "is no host"),
        ])
    func faults(word: String, words: String) throws {
        let error = try #require(throws: GrantError.self) { try Grants([word]) }
        #expect(error.message.contains(words), "\(error)")
    }

    @Test("a capability prints as the flag that grants it")
    func words() {
        #expect("\(Capability.run("rg"))" == "--allow run:rg")
        #expect(Capability.network(host: "h", port: 443).word == "net:h")
        #expect(Capability.network(host: "h", port: 8080).word == "net:h:8080")
    }

    @Test("the watchdog kills what is left when its line ends")
    func watchdog() throws {
        let supervisor = ProcessSupervisor(watchdog: nil)
        let sleep = try #require(Executable.find("sleep"))
        let plan = SupervisedProcess.Plan(executable: sleep, arguments: ["sleep", "30"], environment: [:])
        let (doomed, spared) = (
            try SupervisedProcess(plan, supervisor: supervisor), try SupervisedProcess(plan, supervisor: supervisor)
        )
        let pipe = try #require(Pipe())
        let text = Array("+\(doomed.id)\n+\(spared.id)\nnonsense\n+1\n+0\n+-5\n-\(spared.id)\n".utf8)
        #expect(write(pipe.writing, text, text.count) == text.count)
        close(pipe.writing)
        Watchdog.serve(pipe.reading)
        close(pipe.reading)
        while !doomed.hasExited { usleep(1000) }
        #expect(doomed.end() == 137)
        #expect(!spared.hasExited)
        spared.end()
    }

    @Test("a killed watchdog is replaced, and it learns what runs")
    func replacement() throws {
        // A script that only keeps what it is told stands in for the watchdog.
        let folder = try TemporaryFolder()
        let script = try folder.write("#!/bin/sh\nexec cat >> \(folder.path)/log\n", to: "dog", mode: 0o700)
        let supervisor = ProcessSupervisor(watchdog: script)
        let sleep = try #require(Executable.find("sleep"))
        let plan = SupervisedProcess.Plan(executable: sleep, arguments: ["sleep", "30"], environment: [:])
        let first = try SupervisedProcess(plan, supervisor: supervisor)
        let dog = try #require(supervisor.watchdog)
        kill(dog, SIGKILL)
        var info = siginfo_t()
        waitid(P_PID, id_t(dog), &info, WEXITED | WNOWAIT)
        let second = try SupervisedProcess(plan, supervisor: supervisor)
        #expect(supervisor.watchdog != dog)
        #expect(supervisor.watchdog != nil)
        #expect(supervisor.running == [first.id, second.id])
        first.end()
        second.end()
        #expect(supervisor.running.isEmpty)
    }
}
