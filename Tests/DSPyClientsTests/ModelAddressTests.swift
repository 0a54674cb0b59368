import Basics
import DSPyCore
import OrderedJSON
import TestSupport
import Testing
import Transport

@testable import DSPyClients

@Suite("Addresses of models")
struct ModelAddressTests {
    private static let environment = [
        "OPENAI_API_KEY": "sk-own-key-of-the-user", "GROQ_API_KEY": "gsk-own",
        "GROQ_API_BASE": "https://Gateway.example:8443/v1",
    ]

    @Test(
        "a stranger's address needs a grant unless it is this machine, the provider's own, or one that its variable names",
        arguments: [
            ("https://api.openai.com/v1", nil), ("https://API.OpenAI.com./v1", nil),
            ("HTTPS://api.openai.com:443", nil),
            ("http://api.openai.com/v1", "http://api.openai.com"),
            ("https://api.openai.com:8443/v1", "https://api.openai.com:8443"),
            ("https://api.openai.com.evil.example/v1", "https://api.openai.com.evil.example"),
            ("https://api.openai.com@evil.example/v1", "https://evil.example"),
            ("https://evil.example/api.openai.com", "https://evil.example"),
            ("https://evil.example#@api.openai.com", "https://evil.example"),
            ("https://evil.example?@api.openai.com", "https://evil.example"),
            ("https://EVIL.example./", "https://evil.example"), ("  https://evil.example ", "https://evil.example"),
            ("http://127.0.0.1:8000/v1", nil), ("http://127.255.1.2", nil), ("http://localhost:1", nil),
            ("http://LOCALHOST.:1", nil), ("http://user:pw@localhost", nil), ("http://[::1]:80", nil),
            ("http://[0:0:0:0:0:0:0:1]", nil), ("http://[::ffff:127.0.0.1]:8000", nil), ("http://[::FFFF:7f00:1]", nil),
            ("http://127.evil.example", "http://127.evil.example"),
            ("http://127.0.0.1.evil.example", "http://127.0.0.1.evil.example"),
            ("http://localhost.evil.example", "http://localhost.evil.example"),
            ("http://sub.localhost", "http://sub.localhost"),
            ("http://127.1", "http://127.1"), ("http://2130706433", "http://2130706433"),
            ("http://0x7f.0.0.1", "http://0x7f.0.0.1"),
            ("http://0177.0.0.1", "http://0177.0.0.1"), ("http://127.0.0.01", "http://127.0.0.01"),
            ("http://0.0.0.0:1", "http://0.0.0.0:1"),
            ("http://[::]:1", "http://[::]:1"), ("http://[::127.0.0.1]", "http://[::127.0.0.1]"),
            ("http://[::ffff:10.0.0.1]", "http://[::ffff:10.0.0.1]"), ("http://10.0.0.1", "http://10.0.0.1"),
            ("https://gateway.example:8443/v1", "https://gateway.example:8443"),
        ] as [(String, String?)])
    func servers(address: String, server: String?) throws {
        let factory = LMFactory(environment: Self.environment)
        #expect(try factory.unnamedServer("openai/m", .stranger(address))?.text == server)
        #expect(try factory.unnamedServer("openai/m", .user(address)) == nil)
        #expect(try factory.unnamedServer("local/m", .stranger(address)) == nil)
        guard server != nil else { return }
        let error = #expect(throws: LMError.self) { try factory.make("openai/m", at: .stranger(address)) }
        #expect(error?.code == .auth, "the factory makes no model that goes there")
    }

    @Test("a provider's variable names its server for its own models only")
    func variable() throws {
        let factory = LMFactory(environment: Self.environment)
        #expect(try factory.unnamedServer("groq/m", .stranger("https://gateway.example:8443/x")) == nil)
        #expect(try factory.unnamedServer("openai/m", .stranger("https://gateway.example:8443/x")) != nil)
        #expect(try factory.unnamedServer(nil, .stranger("https://api.openai.com/v1")) != nil)
        #expect(try factory.unnamedServer(nil, .stranger("http://127.0.0.1/v1")) == nil)
    }

    @Test(
        "a stranger's address that programs may read differently is refused, and shown without its password",
        arguments: [
            "ftp://evil.example", "file:///etc/passwd", "evil.example/v1", "http:/evil.example", "http:evil.example",
            "http://",
            "http:///v1", "http://evil.example:0", "http://evil.example:99999", "http://evil.example:",
            "http://evil example",
            "http://evil.example\\@api.openai.com", "http://127.0.0.1\t.evil.example",
            "http://127.0.0.1%2eevil.example",
            "http://127.0.0.1\u{3002}evil.example", "http://\u{202E}evil.example", "http://[::1",
            "http://[::1].evil.example",
            "http://[fe80::1%25eth0]/", "//evil.example", "javascript:alert(1)",
            "http://name:hidden-word@evil example/?key=hidden-word",
            "unix:///tmp/socket", "\u{FF48}ttp://evil.example",
        ])
    func odd(address: String) throws {
        let factory = LMFactory(environment: Self.environment)
        let error = #expect(throws: LMError.self) { try factory.unnamedServer("openai/m", .stranger(address)) }
        #expect(error?.code == .configuration)
        #expect(!"\(error as Any)".contains("hidden-word"))
        #expect(throws: LMError.self) { try factory.make("openai/m", at: .stranger(address)) }
    }

    @Test("a path goes before an address's query, and what is secret in it is in no message")
    func query() async throws {
        let server = try LoopbackServer(replies: [
            .init(status: 401, #"{"error":{"message":"no hidden-word, pass-word"}}"#)
        ])
        let told = Locked<[String]>([])
        let factory = LMFactory(environment: [:], told: { line in told.withLock { $0.append(line) } })
        let address = "http://name:pass-word@127.0.0.1:\(server.port)/v1/?key=hidden-word&version=2"
        let model = try factory.make("openai/m", at: .user(address))
        let request = LMRequest(messages: [LMMessage(role: "user", text: "q")])
        let error = await #expect(throws: LMError.self) { try await model.complete(request) }
        #expect(server.requests.map(\.path) == ["/v1/chat/completions?key=hidden-word&version=2"])
        #expect(error?.message.hasPrefix("no [secret], [secret]") == true)
        #expect(
            told.withLock { $0 } == [
                "openai/m: POST http://NAME:PASSWORD@127.0.0.1:\(server.port)/v1/chat/completions?key=…&version=2"
            ])
    }

    @Test(
        "a key among the options goes into the header and nowhere else, however it is written",
        arguments: ["api_key", "API-Key", "apiKey", "APIKEY", "api.key"])
    func key(name: String) async throws {
        let server = try LoopbackServer(replies: [.init(status: 401, #"{"error":{"message":"bad abcdef-123"}}"#)])
        let factory = LMFactory(environment: Self.environment)
        let options: JSONObject = [
            name: "abcdef-123", "aws_secret_access_key": "never-sent", "Azure-AD-Token": "never-sent",
            "temperature": 0.5,
        ]
        let model = try factory.make("openai/m", at: .user(server.address), options: options)
        let request = LMRequest(messages: [LMMessage(role: "user", text: "q")])
        let error = await #expect(throws: LMError.self) { try await model.complete(request) }
        let sent = try #require(server.requests.first)
        #expect(sent.headers["authorization"] == "Bearer abcdef-123")
        #expect(!sent.text.contains("abcdef") && !sent.text.contains("never-sent") && sent.text.contains("0.5"))
        #expect(error?.message == "bad [secret]; the key came from the program's `lm`")
        #expect(model.defaults == ["temperature": 0.5])
    }

    @Test("a header that says who asks stands in the place of the provider's key")
    func header() async throws {
        let reply = LoopbackServer.Reply(#"{"choices":[{"message":{"content":"hi"}}]}"#)
        let server = try LoopbackServer(replies: [reply])
        let factory = LMFactory(environment: Self.environment)
        let options: JSONObject = ["extra_headers": ["authorization": "Bearer other"]]
        let model = try factory.make("openai/m", at: .user(server.address), options: options)
        _ = try await model.complete(LMRequest(messages: [LMMessage(role: "user", text: "q")]))
        #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer other"])
    }

    @Test(
        "header fields go into the header, however their option is written, and never into the body",
        arguments: [
            "headers", "Headers", "extra_headers", "extraHeaders", "Extra-Headers", "default_headers", "defaultHeaders",
        ])
    func spellings(name: String) async throws {
        let server = try LoopbackServer(replies: [.init(#"{"choices":[{"message":{"content":"hi"}}]}"#)])
        let options: JSONObject = [
            name: ["Authorization": "Bearer other-word", "X-Team": "blue"], "max_read_tokens": 7,
        ]
        let model = try LMFactory(environment: Self.environment).make(
            "openai/m", at: .user(server.address), options: options)
        _ = try await model.complete(LMRequest(messages: [LMMessage(role: "user", text: "q")]))
        let sent = try #require(server.requests.first)
        #expect(sent.headers["authorization"] == "Bearer other-word" && sent.headers["x-team"] == "blue")
        #expect(!sent.text.contains("other-word") && !sent.text.contains("blue"))
        #expect(sent.text.contains(#""max_read_tokens":7"#))
    }

    @Test(
        "a redirect of a model's server is an answer, not a way: the key goes nowhere else",
        arguments: [301, 302, 307, 308])
    func redirect(status: Int) async throws {
        let other = try LoopbackServer(replies: [.init(#"{"choices":[{"message":{"content":"hi"}}]}"#)])
        let server = try LoopbackServer(replies: [
            .init(status: status, headers: [("Location", other.address + "/v1/chat/completions")], "")
        ])
        let model = try LMFactory(environment: Self.environment).make("openai/m", at: .user(server.address), retries: 0)
        await #expect(throws: LMError.self) {
            try await model.complete(LMRequest(messages: [LMMessage(role: "user", text: "q")]))
        }
        #expect(other.requests.isEmpty)
    }
}
