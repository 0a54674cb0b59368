import Basics
import DSPyCore
import OrderedJSON
import TestModels
import TestSupport
import Testing
import Transport

@testable import DSPyClients

@Suite("A model behind an address")
struct HTTPLanguageModelTests {
    private struct Surprise: Error {}

    private static let answer =
        #"{"choices": [{"message": {"role": "assistant", "content": "yes"}, "finish_reason": "stop"}]}"#
    private static let request = LMRequest(messages: [LMMessage(role: "user", text: "x")])

    private static func model(
        _ options: JSONObject = [:], timeout: Duration = .seconds(600),
        _ rule: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse
    ) throws -> (model: HTTPLanguageModel, transport: RuleTransport) {
        let transport = RuleTransport(rule)
        let factory = LMFactory(environment: ["OPENAI_API_KEY": "sk-secret-1234567890"], transport: transport)
        let made = try factory.make("openai/m", options: options, timeout: timeout)
        let retrying = try #require((made as? RepeatingModel)?.base as? RetryingModel)
        return (try #require(retrying.base as? HTTPLanguageModel), transport)
    }

    private static func failure(_ rule: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse) async throws
        -> LMError?
    {
        let model = try model([:], rule).model
        return await #expect(throws: LMError.self) { try await model.complete(request) }
    }

    @Test("an exchange without an answer has the code of its reason, and the model's name")
    func reasons() async throws {
        for reason in HTTPError.Reason.allCases {
            let code: LMError.Code =
                switch reason {
                case .timeout: .timeout
                case .unreachable, .refused, .broken, .unavailable: .transport
                case .tooLarge: .badReply
                case .malformed: .configuration
                }
            let error = try #require(try await Self.failure { _ in throw HTTPError(reason, "no way") })
            #expect(error.code == code && error.message == "no way" && error.model == "openai/m")
            #expect(error.provider == "openai" && error.status == nil)
            #expect(error.isRetryable == [.timeout, .unreachable, .broken, .unavailable].contains(reason))
        }
    }

    @Test("what is no error of a call stays what it is")
    func others() async throws {
        let broken = try Self.model { _ in throw Surprise() }.model
        await #expect(throws: Surprise.self) { try await broken.complete(Self.request) }
        let (gate, reached) = (Gate(), try Self.model { _ in HTTPResponse(status: 200) })
        let waiting = try Self.model { _ in
            try await gate.pass()
            return HTTPResponse(status: 200)
        }.model
        let task = Task { try await waiting.complete(Self.request) }
        await gate.reached(by: 1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(reached.transport.requests.isEmpty)
    }

    @Test("no message shows the key, wherever it comes from", arguments: [200, 400, 401, 500])
    func secrets(status: Int) async throws {
        let secret = "sk-secret-1234567890"
        let error = try #require(
            try await Self.failure { request in
                let key = request.headers.first { $0.name == "Authorization" }?.value ?? ""
                return HTTPResponse(status: status, body: Array(#"{"error": {"message": "bad: \#(key)"}}"#.utf8))
            })
        #expect(!error.message.contains(secret) && !"\(error)".contains(secret))
        let thrown = try #require(try await Self.failure { _ in throw HTTPError(.broken, "at \(secret)") })
        #expect(thrown.message.hasPrefix("at ") && !thrown.message.contains(secret))
    }

    @Test(
        "any status but one of success is an error, whatever the body says",
        arguments: [
            (302, LMError.Code.badReply), (199, .badReply), (400, .invalidRequest), (401, .auth), (429, .rateLimited),
            (503, .serverError),
        ])
    func statuses(status: Int, code: LMError.Code) async throws {
        let error = try await Self.failure { _ in HTTPResponse(status: status, body: Array(Self.answer.utf8)) }
        #expect(error?.code == code && error?.status == status && error?.attempts == 1)
    }

    @Test(
        "any status of success is one, and a reply without a body is none", arguments: [200, 201, 202, 203, 206, 226])
    func success(status: Int) async throws {
        let model = try Self.model { _ in HTTPResponse(status: status, body: Array(Self.answer.utf8)) }.model
        #expect(try await model.complete(Self.request).outputs.first?.text == "yes")
        let error = try await Self.failure { _ in HTTPResponse(status: status) }
        #expect(error?.code == .badReply && error?.status == status)
    }

    @Test("where the path of an address is wrong, the address is told")
    func path() async throws {
        let error = try await Self.failure { _ in HTTPResponse(status: 404, body: Array("<h1>Not here</h1>".utf8)) }
        #expect(error?.message.contains("/chat/completions") == true && error?.message.contains("--api-base") == true)
    }

    @Test("a refused key tells where a key is looked up")
    func hint() async throws {
        let error = try await Self.failure { _ in HTTPResponse(status: 401, body: Array(#"{"error": "no"}"#.utf8)) }
        #expect(error?.message.contains("OPENAI_API_KEY") == true)
    }

    @Test("a page of a gateway with the status 200 is told by its beginning, and is no protocol")
    func page() async throws {
        let error = try await Self.failure { _ in
            HTTPResponse(
                status: 200, headers: HTTPHeaders([("Content-Type", "text/html")]), body: Array("<html>Sign in".utf8))
        }
        #expect(error?.code == .badReply && error?.status == 200)
        #expect(error?.message.contains("text/html") == true && error?.message.contains("<html>Sign in") == true)
    }

    @Test("a request has the key, the body's type and the headers of options, and goes to the provider's address")
    func headers() async throws {
        let (model, transport) = try Self.model(["extra_headers": ["X-One": "1"]]) { _ in
            HTTPResponse(status: 200, body: Array(Self.answer.utf8))
        }
        #expect(try await model.complete(Self.request).outputs.map(\.text) == ["yes"])
        let sent = try #require(transport.requests.first)
        #expect(sent.url == "https://api.openai.com/v1/chat/completions" && sent.method == "POST")
        let fields = Dictionary(sent.headers.map { ($0.name, $0.value) }) { first, _ in first }
        #expect(
            fields == [
                "Content-Type": "application/json", "Authorization": "Bearer sk-secret-1234567890", "X-One": "1",
            ])
        #expect(try JSON(parsing: try #require(sent.body))["model"] == "m")
    }

    @Test("the time of a request is its own, else the model's, else the one of all models")
    func timeout() async throws {
        let cases: [(JSONObject, JSONObject, Duration)] = [
            ([:], [:], .seconds(9)), (["timeout": 3], [:], .seconds(3)), (["timeout": 3], ["timeout": 2], .seconds(2)),
        ]
        for (own, asked, expected) in cases {
            let (model, transport) = try Self.model(own, timeout: .seconds(9)) { _ in
                HTTPResponse(status: 200, body: Array(Self.answer.utf8))
            }
            _ = try await model.complete(LMRequest(messages: Self.request.messages, options: asked))
            #expect(transport.requests.map(\.timeout) == [expected])
        }
    }
}
