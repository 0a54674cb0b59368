import Transport
import DSPyCore
import OrderedJSON
import TestModels
import TestSupport
import Testing

@testable import DSPyTools

/// Calls a request with string arguments.
func fetch(
    _ request: String, _ values: ValueDict = [:], _ options: HTTPTool.Options = .init(), grants: Grants = .all,
    transport: (any HTTPTransport)? = nil, environment: [String: String] = [:]
) async throws -> Value {
    var options = options
    if options.timeout == .seconds(30) { options.timeout = .seconds(600) }
    let (method, url) = parts(of: request)
    let tool = try HTTPTool(
        method, url, arguments: values.names, options: options, grants: grants, transport: transport
    ) { environment[$0] }
    return try await tool.tool(
        name: "probe", purpose: nil, arguments: values.names.map { Tool.Argument($0) }
    ).acall(values)
}

/// The method and the address of `GET https://…`.
private func parts(of request: String) -> (method: String, url: TextTemplate) {
    let words = request.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    return (String(words[0]), TextTemplate(String(words.dropFirst().first ?? ""), readsEnvironment: true))
}

@Suite("An HTTP tool")
struct HTTPToolTests {
    @Test("values stand percent-encoded in path and query, and the answer is selected from")
    func get() async throws {
        let server = try LoopbackServer(replies: [.init(#"{"items": [{"name": "x", "n": 1.0}]}"#)])
        let request = "GET \(server.address)/v1/{city}?q={q}&n={n}#top"
        let values: ValueDict = ["city": "Köln am/Rhein", "q": "a&b=c#d", "n": 3]
        #expect(try await fetch(request, values, .init(select: "items.0.name")) == "x")
        #expect(try await fetch(request, values, .init(select: "items.0.n")) == 1.0)
        #expect(try await fetch(request, values) == .dict(["items": .list([.dict(["name": "x", "n": 1.0])])]))
        #expect(server.requests[0].path == "/v1/K%C3%B6ln%20am%2FRhein?q=a%26b%3Dc%23d&n=3")
        for select in ["items.1", "items.name", "nothing", "items.0.name.x"] {
            await #expect(throws: ToolError.self) { try await fetch(request, values, .init(select: select)) }
        }
    }

    @Test("values stand in a JSON body as what they are")
    func post() async throws {
        let server = try LoopbackServer(replies: [.init(status: 201, "\"done\"")])
        let body: JSON = ["all": "{x}", "text": "<{x}>", "list": ["{n}", "{{x}}", 1]]
        let values: ValueDict = ["x": #"","evil":{"#, "n": .list([1, .null])]
        #expect(try await fetch("POST \(server.address)/", values, .init(body: .json(body))) == "done")
        let sent = try JSON(parsing: server.requests[0].text)
        #expect(sent == ["all": #"","evil":{"#, "text": #"<","evil":{>"#, "list": [[1, nil], "{x}", 1]])
        #expect(server.requests[0].headers["content-type"] == "application/json")
        _ = try await fetch("PUT \(server.address)/", ["x": "a\nb"], .init(body: .text("[{x}]")))
        #expect(server.requests[1].text == "[a\nb]")
        #expect(server.requests[1].method == "PUT")
        _ = try await fetch("POST \(server.address)/")
        #expect(server.requests[2].headers["content-length"] == "0")
    }

    @Test("a failing status carries the start of the body, and no secret is shown")
    func failures() async throws {
        let server = try LoopbackServer { request, _ in
            .init(status: request.path == "/ok" ? 200 : 403, #"{"you sent": "\#(request.headers["x-key"] ?? "")"}"#)
        }
        let options = HTTPTool.Options(headers: [.init("X-Key", TextTemplate("${env:K}-{a}", readsEnvironment: true))])
        let error = try await #require(throws: ToolError.self) {
            try await fetch("GET \(server.address)/", ["a": "1"], options, environment: ["K": "k3y-of-mine"])
        }
        #expect(error.kind == "RuntimeError")
        #expect(error.message == #"127.0.0.1 answered 403: {"you sent": "[secret]-1"}"#)
        #expect(
            try await fetch("GET \(server.address)/ok", ["a": "1"], options, environment: ["K": "k3y-of-mine"])
                == .dict(["you sent": "[secret]-1"]))
        #expect(server.requests[0].headers["x-key"] == "k3y-of-mine-1")
    }

    @Test("values of the environment are only text, wherever they stand")
    func environment() async throws {
        let server = try LoopbackServer(replies: [.init("\"ok\"")])
        func read(_ text: String) -> TextTemplate { TextTemplate(text, readsEnvironment: true) }
        let options = HTTPTool.Options(
            headers: [.init("X-Open", read("${env:OPEN}a}{a}")), .init("X-Name", read("${env:NAME}${env:NONE}"))],
            body: .json(["one": "${env:NAME}", "more": "{${env:REST}{a}"]))
        let variables = ["OPEN": "{", "NAME": "{a}", "REST": "a}", "PATH": "x/../{a}?"]
        #expect(
            try await fetch(
                "POST \(server.address)/${env:PATH}/{a}?k=${env:NAME}#{a}", ["a": "v"], options,
                environment: variables) == "ok")
        let request = server.requests[0]
        #expect(request.path == "/x%2F..%2F%7Ba%7D%3F/v?k=%7Ba%7D")
        #expect(request.headers["x-open"] == "{a}v")
        #expect(request.headers["x-name"] == "{a}")
        #expect(try JSON(parsing: request.text) == ["one": "{a}", "more": "{a}v"])
    }

    @Test("slow, large, broken and missing servers are failures")
    func troubles() async throws {
        let slow = try LoopbackServer(replies: [.init(chunks: [[65]], delay: .seconds(5))])
        let late = try await #require(throws: ToolError.self) {
            try await fetch("GET \(slow.address)/", [:], .init(timeout: .milliseconds(200)))
        }
        #expect(late.kind == "TimeoutError")
        let large = try LoopbackServer(replies: [.init(chunks: [[UInt8](repeating: 65, count: 5000)])])
        let flood = try await #require(throws: ToolError.self) {
            try await fetch("GET \(large.address)/", [:], .init(sizeLimit: 1000))
        }
        #expect(flood.message == "the answer of 127.0.0.1 has more than 1000 bytes")
        let dropping = try LoopbackServer(replies: [.drop])
        await #expect(throws: ToolError.self) { try await fetch("GET \(dropping.address)/") }
        let bad = try LoopbackServer(replies: [.init(chunks: [[0x61, 0xFF]])])
        #expect(try await fetch("GET \(bad.address)/") == "a\u{FFFD}")
        let deep = try LoopbackServer(replies: [.init(String(repeating: "[", count: 100_000))])
        await #expect(throws: ToolError.self) { try await fetch("GET \(deep.address)/", [:], .init(select: "0")) }
        let task = Task { try await fetch("GET \(slow.address)/") }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("redirects are followed to granted hosts, without secrets, as curl changes methods")
    func redirects() async throws {
        let target = try LoopbackServer(replies: [.init("\"there\"")])
        let server = try LoopbackServer { request, _ in
            let status = Int(request.path.dropFirst().prefix(3)) ?? 200
            return .init(status: status, headers: [("Location", "\(target.address)/next")], "")
        }
        let options = HTTPTool.Options(
            headers: [
                .init("Authorization", "Basic x"), .init("X-Key", TextTemplate("${env:K}", readsEnvironment: true)),
                .init("X-Plain", "p"), .init("X-Short", TextTemplate("${env:S}", readsEnvironment: true)),
            ], body: .json(["a": 1]))
        for status in [301, 302, 303, 307, 308] {
            #expect(
                try await fetch(
                    "POST \(server.address)/\(status)", [:], options, environment: ["K": "k3y-of-mine", "S": "ab"])
                    == "there")
            let last = try #require(target.requests.last)
            #expect(last.method == (status < 304 ? "GET" : "POST"))
            #expect(last.text == (status < 304 ? "" : #"{"a":1}"#))
            #expect(last.headers["authorization"] == nil)
            #expect(last.headers["x-key"] == nil && last.headers["x-short"] == nil)
            #expect(last.headers["x-plain"] == "p")
        }
        let count = target.requests.count
        let error = try await #require(throws: ToolError.self) {
            try await fetch(
                "POST \(server.address)/302", [:], options, grants: try Grants(["net:127.0.0.1:\(server.port)"]))
        }
        #expect(error.reason == .denied)
        #expect(error.message == "tool `probe` needs --allow net:127.0.0.1:\(target.port)")
        #expect(target.requests.count == count)
    }

    @Test("a body that holds something of the environment goes to no other host")
    func personalBody() async throws {
        let target = try LoopbackServer(replies: [.init("\"there\"")])
        let server = try LoopbackServer { request, _ in
            let status = Int(request.path.dropFirst().prefix(3)) ?? 200
            return .init(status: status, headers: [("Location", "\(target.address)/next")], "")
        }
        for body in [
            HTTPTool.Body.json(["key": "${env:K}"]), .text(TextTemplate("k=${env:K}", readsEnvironment: true)),
        ] {
            for status in [307, 308] {
                let error = try await #require(throws: ToolError.self) {
                    try await fetch("POST \(server.address)/\(status)", [:], .init(body: body), environment: ["K": "x"])
                }
                #expect(error.kind == "RuntimeError" && target.requests.isEmpty, "\(error.message)")
            }
        }
        // A 303 leaves the body behind.
        #expect(
            try await fetch(
                "POST \(server.address)/303", [:], .init(body: .json(["key": "${env:K}"])), environment: ["K": "x"])
                == "there")
        #expect(target.requests.map(\.text) == [""])
    }

    @Test(
        "a redirect that leads astray is not followed",
        arguments: [
            "file:///etc/passwd", "http://granted.example/", "//other.example/",
            "https://granted.example@other.example/",
            "javascript:alert(1)", "https://other.example/", "gopher://granted.example/",
            "https://granted.example:444/",
            "https://granted.example\\@other.example/", "https://other.example#@granted.example/", "https://",
            "https:other.example", "ftp://granted.example/", "data:text/plain,x",
            "https://granted.example%2eother.example/",
        ])
    func astray(location: String) async throws {
        let transport = RuleTransport { _ in
            HTTPResponse(status: 302, headers: HTTPHeaders([("Location", location)]))
        }
        await #expect(throws: ToolError.self) {
            try await fetch(
                "GET https://granted.example/", [:], grants: try Grants(["net:granted.example:443"]),
                transport: transport)
        }
        #expect(transport.requests.count == 1)
    }

    @Test("a circle of redirects ends")
    func circle() async throws {
        let transport = RuleTransport { _ in
            HTTPResponse(status: 302, headers: HTTPHeaders([("Location", "b")]))
        }
        await #expect(throws: ToolError.self) {
            try await fetch("GET https://granted.example/a/x?y=1", [:], transport: transport)
        }
        let urls = transport.requests.map(\.url)
        #expect(urls.count == 6)
        #expect(urls.last == "https://granted.example/a/b")
    }

    @Test(
        "a faulty definition is refused before anything is sent",
        arguments: [
            "GET http://{a}.example.org/", "GET {a}://x/", "GET http://x{a}/", "GET http://user:pw@x/", "GET ftp://x/",
            "GET file:///etc/passwd", "HEAD http://x/", "get http://x/", "GET http://x/{b}", "GET http://x y/", "GET",
            "",
            "GET http://x:99999/", "GET http://x:/", "GET http://x/ä", "GET http:///path", "GET http://[::1/",
            "GET http://a_%41/",
        ])
    func definitions(request: String) {
        let (method, url) = parts(of: request)
        #expect(throws: ToolDefinitionError.self) { try HTTPTool(method, url, arguments: ["a"], grants: .all) }
    }

    @Test("headers that would change the request itself are refused")
    func headers() {
        for header in [
            HTTPTool.Header("Host", "x"), .init("Content-Length", "1"), .init("a b", "x"), .init("", "x"),
            .init("X", "a\r\nb"), .init("Transfer-Encoding", "chunked"), .init("X:", "y"),
        ] {
            #expect(throws: ToolDefinitionError.self) {
                try HTTPTool("GET", "http://x/", arguments: [], options: .init(headers: [header]), grants: .all)
            }
        }
        #expect(throws: ToolDefinitionError.self) {
            try HTTPTool("GET", "http://x/", arguments: [], options: .init(body: .text("a")), grants: .all)
        }
        #expect(throws: ToolDefinitionError.self) {
            try HTTPTool("GET", "http://x/", arguments: [], options: .init(select: "a..b"), grants: .all)
        }
    }
}
