import Platform
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
}
