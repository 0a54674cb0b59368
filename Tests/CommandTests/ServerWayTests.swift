import OrderedJSON
import TestSupport
import Testing

/// What stands between a run and its server: proxies, redirects, other protocols, slow streams.
@Suite struct ServerWays {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let answer = LoopbackServer.Reply(
        #"{"choices":[{"message":{"content":"[[ ## a ## ]]\nx"},"finish_reason":"stop"}]}"#)

    private func run(
        _ address: String, _ flags: [String] = [], environment: [String: String] = [:]
    ) async throws -> ToolRun {
        var variables = ["OPENAI_API_KEY": "sk-very-secret"]
        variables.merge(environment) { $1 }
        return try await ToolRun.run(
            ["run", "q -> a", "q=hi", "--lm", "openai/m", "--api-base", address, "--no-cache"] + flags, in: folder,
            environment: variables)
    }

    @Test("HTTP_PROXY counts in capitals too, an empty variable does not, and no_proxy goes past it")
    func proxyVariables() async throws {
        let proxy = try LoopbackServer(replies: [Self.answer])
        defer { proxy.stop() }
        for environment in [["HTTP_PROXY": proxy.address], ["http_proxy": "", "HTTP_PROXY": proxy.address]] {
            let run = try await run("http://llm.invalid/v1?x=1", environment: environment)
            #expect(run.output == "{\"a\": \"x\"}\n", "\(run.errors)")
        }
        #expect(proxy.requests.map(\.path) == Array(repeating: "http://llm.invalid/v1/chat/completions?x=1", count: 2))
        let past = try await run(
            "http://llm.invalid/v1", ["--retries", "0"],
            environment: ["http_proxy": proxy.address, "no_proxy": "llm.invalid"])
        #expect(past.code == 69 && past.errors.contains("the host of http://llm.invalid is not known"))
        #expect(proxy.requests.count == 2)
    }

    @Test(
        "a proxy that refuses is named with its status and asked once, for http:// and for https://",
        arguments: ["http", "https"])
    func proxyRefusal(scheme: String) async throws {
        let proxy = try LoopbackServer(
            replies: [.init(status: 407, headers: [("Proxy-Authenticate", "Basic realm=x")], "{}")])
        defer { proxy.stop() }
        let address = "http://name:very-secret@" + proxy.address.dropFirst("http://".utf8.count)
        let run = try await run("\(scheme)://llm.invalid/v1", environment: ["\(scheme)_proxy": address])
        #expect(run.code == 69 && run.errors.contains("the proxy \(proxy.address) (\(scheme)_proxy)"), "\(run.errors)")
        #expect(run.errors.contains("407") && !run.errors.contains("very-secret"), "\(run.errors)")
        #expect(proxy.requests.count == 1)
    }

    @Test("a proxy that is down is named")
    func proxyDown() async throws {
        let run = try await run(
            "http://llm.invalid/v1", ["--retries", "0"], environment: ["http_proxy": "http://127.0.0.1:9"])
        #expect(run.code == 69 && run.errors.contains("the proxy http://127.0.0.1:9 (http_proxy)"), "\(run.errors)")
    }

    @Test("a redirect is told and not followed; a port that speaks SSH is asked once")
    func strangeServers() async throws {
        let moved = try LoopbackServer(
            replies: [
                .init(status: 301, headers: [("Location", "https://new.invalid/v2/chat/completions")], chunks: [[]])
            ])
        defer { moved.stop() }
        let redirect = try await run(moved.address)
        #expect(redirect.code == 1 && redirect.errors.contains("https://new.invalid/v2"), "\(redirect.errors)")
        #expect(moved.requests.count == 1)
        let shell = try LoopbackServer(replies: [.init(raw: Array("SSH-2.0-OpenSSH_9.2\r\n".utf8))])
        defer { shell.stop() }
        let run = try await run(shell.address)
        #expect(run.code == 69 && run.errors.contains("speaks SSH"), "\(run.errors)")
        #expect(shell.requests.count == 1)
    }

    @Test("--timeout bounds a stream that never ends, and says its seconds")
    func slowStream() async throws {
        let piece = Array("data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n".utf8)
        var reply = LoopbackServer.Reply(
            headers: [("Content-Type", "text/event-stream")], chunks: Array(repeating: piece, count: 4000))
        reply.gap = .milliseconds(50)
        let server = try LoopbackServer(replies: [reply])
        defer { server.stop() }
        let run = try await run(server.address, ["--stream=text", "--timeout", "1.5", "--retries", "0"])
        #expect(run.code == 69 && run.errors.contains("within 1.5 seconds"), "\(run.errors)")
    }
}
