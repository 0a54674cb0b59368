import DSPyCore
import OrderedJSON
import TestSupport
import Testing

@testable import DSPyClients

@Suite("Models by name")
struct LMFactoryTests {
    private let request = LMRequest(messages: [LMMessage(role: "user", text: "q")])
    private static let reply = LoopbackServer.Reply(#"{"choices":[{"message":{"content":"hi"}}]}"#)

    private func failure(_ name: String, environment: [String: String] = [:], options: JSONObject = [:]) -> LMError? {
        #expect(throws: LMError.self) { try LMFactory(environment: environment).make(name, options: options) }
    }

    @Test("a misspelt provider is told the nearest ones")
    func misspelt() {
        #expect(failure("opnai/gpt-4o")?.message == "unknown provider \"opnai\"; did you mean \"openai\"?")
        #expect(failure("deepsek/x")?.message.contains("\"deepseek\"") == true)
        #expect(failure("zzzzzzzz/x")?.message.contains("openai/MODEL with its address") == true)
        #expect(failure("my-model")?.code == .notConfigured)
        #expect(failure("openai/")?.code == .configuration)
    }

    @Test("a missing key names its variable, a known provider without a dialect says so")
    func missing() {
        let error = failure("groq/x")
        #expect(error?.code == .notConfigured)
        #expect(error?.model == "groq/x")
        #expect(error?.message.contains("set GROQ_API_KEY") == true)
        #expect(failure("anthropic/claude-sonnet-5")?.code == .unsupported)
        #expect(failure("azure/dep", environment: ["AZURE_OPENAI_API_KEY": "k"])?.code == .notConfigured)
        #expect(
            failure("openai/x", environment: ["OPENAI_API_KEY": "k"], options: ["model_type": "text"])?.code
                == .unsupported)
    }

    @Test("a local server needs no key, and gets none that is not there")
    func keyless() async throws {
        let server = try LoopbackServer(replies: [Self.reply])
        for (name, environment) in [
            ("openai/m", [:]), ("openai/m", ["OPENAI_API_KEY": " k1234567\n"]), ("ollama/m", [:]),
        ] {
            let model = try LMFactory(environment: environment).make(name, apiBase: server.address)
            _ = try await model.complete(request)
        }
        #expect(server.requests.map { $0.headers["authorization"] } == [nil, "Bearer k1234567", nil])
        #expect(server.requests.map(\.path) == ["/chat/completions", "/chat/completions", "/v1/chat/completions"])
    }

    @Test("another address can come from the environment, and Azure has its own header")
    func addresses() async throws {
        let server = try LoopbackServer(replies: [Self.reply])
        let environment = [
            "OPENAI_API_KEY": "k1234567", "OPENAI_BASE_URL": server.address + "/gateway/",
            "AZURE_OPENAI_API_KEY": "a1234567", "AZURE_OPENAI_ENDPOINT": server.address,
        ]
        let factory = LMFactory(environment: environment)
        _ = try await factory.make("openai/m").complete(request)
        _ = try await factory.make("azure/dep").complete(request)
        #expect(server.requests.map(\.path) == ["/gateway/chat/completions", "/openai/v1/chat/completions"])
        #expect(server.requests[1].headers["api-key"] == "a1234567")
        #expect(server.requests[1].headers["authorization"] == nil)
    }

    @Test("a refused key is explained without being shown")
    func refusedKey() async throws {
        let server = try LoopbackServer(replies: [.init(status: 401, #"{"error":{"message":"bad key sk-secret-123"}}"#)]
        )
        let model = try LMFactory(environment: ["OPENAI_API_KEY": "sk-secret-123"]).make(
            "openai/gpt-4o", apiBase: server.address)
        let error = await #expect(throws: LMError.self) { try await model.complete(request) }
        #expect(
            error?.description == "openai/gpt-4o: auth (HTTP 401): bad key [secret]; the key came from OPENAI_API_KEY"
        )
        #expect(error?.provider == "openai")
    }

    @Test(
        "OpenAI's reasoning models fix temperature and token limit",
        arguments: [
            ("openai/gpt-5-mini", true), ("openai/gpt-5.1-codex", true), ("openai/o3-mini-2025-01-31", true),
            ("openai/o1", true), ("azure/o4-mini", true), ("openai/gpt-5-chat-latest", false), ("openai/gpt-4o", false),
            ("openai/o1-preview", false), ("openai/gpt-50", false), ("openai/o12", false),
            ("openai/gpt-5.1-chat", false),
        ])
    func reasoningRules(name: String, isReasoning: Bool) {
        #expect(ModelCapabilities.isOpenAIReasoning(name) == isReasoning)
    }

    @Test("a reasoning model with other options is refused before anything is sent")
    func reasoningOptions() throws {
        let environment = ["OPENAI_API_KEY": "k"]
        let factory = LMFactory(environment: environment)
        #expect(
            failure("openai/gpt-5", environment: environment, options: ["temperature": 0.5])?.code == .configuration)
        #expect(failure("openai/gpt-5", environment: environment, options: ["max_tokens": 100])?.code == .configuration)
        _ = try factory.make("openai/gpt-5", options: ["temperature": 1.0, "max_tokens": 16_000])
        _ = try factory.make("openai/gpt-5", options: ["temperature": nil])
        _ = try factory.make("openai/gpt-4o", options: ["temperature": 0.5])
    }

    @Test("capabilities are those of DSPy's model data; what is unknown is not there")
    func capabilities() throws {
        let openAI = try #require(ProviderCatalog.provider(named: "openai"))
        let mini = ModelCapabilities.of("gpt-4o-mini", provider: openAI)
        #expect(mini.functionCalling && mini.responseSchema && !mini.reasoning)
        #expect(
            mini.supportedParams.sorted() == [
                "frequency_penalty", "logit_bias", "logprobs", "max_completion_tokens", "max_tokens",
                "parallel_tool_calls", "presence_penalty", "response_format", "seed", "stop", "stream", "temperature",
                "tool_choice", "tools", "top_logprobs", "top_p", "user",
            ])
        #expect(ModelCapabilities.of("gpt-5-mini", provider: openAI).supportedParams.contains("reasoning_effort"))
        let unknown = ModelCapabilities.of("nope", provider: openAI)
        #expect(!unknown.functionCalling && !unknown.responseSchema)
        #expect(!unknown.supportedParams.contains("response_format"))
        let deepSeek = try #require(ProviderCatalog.provider(named: "deepseek"))
        #expect(!ModelCapabilities.of("deepseek-reasoner", provider: deepSeek).functionCalling)
        #expect(ModelTable.rows.values.flatMap { $0 }.allSatisfy { !$0.models.contains("\n") })
    }

    @Test("the listing says which keys are there and never what they are")
    func listing() {
        let factory = LMFactory(environment: [
            "GROQ_API_KEY": "gsk-very-secret", "OPENAI_API_BASE": "https://u:p@h/x?k=s",
        ])
        let listing = factory.listing()
        #expect(listing.first { $0.name == "groq" }?.hasKey == true)
        #expect(listing.first { $0.name == "openai" }?.hasKey == false)
        #expect(listing.first { $0.name == "openai" }?.baseURL == "https://h")
        #expect(!"\(listing)".contains("very-secret"))
        #expect(factory.configuredModel == "groq/openai/gpt-oss-20b")
        #expect(LMFactory(environment: [:]).configuredModel == nil)
    }
}
