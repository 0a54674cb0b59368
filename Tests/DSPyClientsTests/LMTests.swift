import DSPyCore
import OrderedJSON
import TestSupport
import Testing

@testable import DSPyClients

@Suite("A language model by its name")
struct LMTests {
    private static let reply = LoopbackServer.Reply(#"{"choices":[{"message":{"content":"hi"}}]}"#)
    private let request = LMRequest(messages: [LMMessage(role: "user", text: "q")])

    @Test("a key, an address and options are enough; the request holds them")
    func asks() async throws {
        let server = try LoopbackServer(replies: [Self.reply])
        let lm = try LM(
            "openai/m", apiBase: server.address, apiKey: "k-very-secret", temperature: 1, maxTokens: 9, cache: false,
            options: ["seed": 7])
        let predict = Predict(try Signature("q -> a"), adapter: JSONAdapter())
        _ = try? await predict.acall(["q": "x"], in: RunContext(lm: lm))
        let sent = try #require(server.requests.first)
        #expect(sent.headers["authorization"] == "Bearer k-very-secret")
        let body = try JSON(parsing: sent.body)
        #expect(body["model"] == "m" && body["temperature"] == 1.0 && body["seed"] == 7)
        #expect(lm.model == "openai/m" && lm.defaults["max_tokens"] == 9)
    }

    @Test("an address may stand among the options, as in Python")
    func addressOption() async throws {
        let server = try LoopbackServer(replies: [Self.reply])
        let lm = try LM("openai/m", cache: false, options: ["api_base": .string(server.address)])
        #expect(try await lm.complete(request).outputs.first?.text == "hi")
        #expect(lm.defaults["api_base"] == nil)
    }

    @Test("wrong names and missing keys are told before anything is sent")
    func errors() {
        func code(_ name: String) -> LMError.Code? {
            let error = #expect(throws: LMError.self) {
                try LM(name, at: nil, options: [:], cache: false, environment: [:])
            }
            return error?.code
        }
        #expect(code("openai/gpt-4o-mini") == .notConfigured)
        #expect(code("opnai/gpt-4o-mini") == .notConfigured)
        #expect(code("gpt") == .notConfigured)
        #expect(code("openai/") == .configuration)
        #expect(code("scripted/nowhere.json") == .configuration)
        #expect(code("anthropic/claude-sonnet-5") == .unsupported)
        #expect(code("local/huge") == .notConfigured)
    }

    @Test("the model that speaks OpenAI's responses is asked there")
    func responses() async throws {
        let server = try LoopbackServer(replies: [Self.reply])
        let lm = try LM("openai/m", modelType: .responses, apiBase: server.address, cache: false, numRetries: 0)
        _ = try? await lm.complete(request)
        #expect(server.requests.map(\.path) == ["/responses"])
    }

    @Test("no text of a model holds a key", arguments: [["api_key": "sk-very-secret"], JSONObject()])
    func secrets(options: JSONObject) throws {
        let headers: JSON = ["Authorization": "Bearer sk-very-secret", "X-Team": "blue"]
        let given = options.overridden(by: ["headers": headers])
        let lm = try LM(
            "openai/m", at: "http://user:sk-very-secret@localhost:1/v1", options: given, cache: false,
            environment: ["OPENAI_API_KEY": "sk-very-secret"])
        var dumped = ""
        dump(RunContext(lm: lm), to: &dumped)
        for text in ["\(lm)", String(reflecting: lm), "\(RunContext(lm: lm))", dumped, JSON.object(lm.defaults).text()]
        {
            #expect(!text.contains("sk-very-secret"))
        }
        #expect("\(lm)" == "LM(\"openai/m\")")
    }

    @Test("an error does not hold the key that a server sends back")
    func echoedKey() async throws {
        let server = try LoopbackServer(replies: [.init(status: 401, #"{"error":{"message":"no k-very-secret"}}"#)])
        let lm = try LM("openai/m", apiBase: server.address, apiKey: "k-very-secret", cache: false)
        let error = await #expect(throws: LMError.self) { try await lm.complete(request) }
        #expect(error?.code == .auth)
        #expect(error.map { "\($0)" }?.contains("k-very-secret") == false)
    }

    @Test("models of one process share the cache of a file; without it each request is sent")
    func cache() async throws {
        let folder = try TemporaryFolder()
        let server = try LoopbackServer(replies: [Self.reply])
        func model(cache: Bool) throws -> LM {
            try LM(
                "openai/m", at: server.address, options: [:], cache: cache,
                environment: ["DSPY_CACHE_DIR": folder.path])
        }
        let first = try model(cache: true)
        #expect(try await !first.complete(request).isCached)
        #expect(try await model(cache: true).complete(request).isCached)
        #expect(try await !model(cache: false).complete(request).isCached)
        #expect(server.requests.count == 2)
        await first.flush()
        let fresh = LMCache(path: folder.path + "/cache.db")
        let read = CachingModel(
            ScriptedModel([], model: "openai/m"), cache: fresh, server: CacheServer(server.address))
        #expect(try await read.complete(request).isCached, "it stands in the file")
    }

    @Test("a script answers without a key")
    func scripted() async throws {
        let lm = try LM("scripted/echo", at: nil, options: [:], cache: true, environment: [:])
        let prediction = try await Predict("q -> a: int").acall(["q": "x"], in: RunContext(lm: lm))
        #expect(prediction.a?.int != nil)
    }
}
