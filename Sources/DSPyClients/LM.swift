public import DSPyCore
public import OrderedJSON
import Platform

/// DSPy's `LM`: a language model by its name.
///
/// ```swift
/// let lm = try LM("openai/gpt-4o-mini")                                    // the key is in OPENAI_API_KEY
/// let own = try LM("openai/qwen3", apiBase: "http://localhost:8000/v1")    // any server that speaks OpenAI's protocol
/// let small = try LM("local/smollm2-135m")                                 // a small model on this machine
/// let played = try LM("scripted/answers.json")                             // answers from a file, for tests
/// ```
///
/// What a name means, which variable holds its key, and the cache are those of the command line. Answers are kept in one
/// file for all models and processes, opened when it is first needed. Nothing is printed, and no text of this type or of its
/// errors holds a key.
///
/// - Source: dspy/clients/lm.py (3.4.1), `LM`.
public struct LM: LanguageModel {
    /// Which of OpenAI's protocols is spoken: DSPy's `model_type`.
    public enum ModelType: String, Sendable, Hashable {
        /// Chat completions.
        case chat
        /// Responses.
        case responses
    }

    /// `provider/model`, under which tokens are counted.
    public let model: String
    /// The model's own options, without secrets.
    public let defaults: JSONObject
    private let base: any LanguageModel
    private let kept: LMCache?

    /// A model; nothing is sent and no file is opened before it is first asked.
    ///
    /// - Parameters:
    ///   - model: `provider/model`: `openai/gpt-4o-mini`, `ollama_chat/llama3.2`, `local/smollm2-135m`, `scripted/echo`,
    ///     `scripted/FILE`.
    ///   - modelType: The protocol.
    ///   - apiBase: The server's address with its version (`http://localhost:8000/v1`); nil for the provider's own, or the one
    ///     in its variable (`OPENAI_BASE_URL`).
    ///   - apiKey: The key; nil for the one in the provider's variable (`OPENAI_API_KEY`).
    ///   - temperature: nil leaves it to the provider.
    ///   - maxTokens: How many tokens an answer may have; nil leaves it to the provider.
    ///   - cache: Whether an answer that was given to the same request is given again.
    ///   - numRetries: Further attempts after a failure that may pass.
    ///   - timeout: How long one request may take, a streamed one too.
    ///   - options: What else `dspy.LM` takes: `top_p`, `seed`, `reasoning_effort`, `headers`, ….
    ///   - notice: Gets one line at a time: that the cache's file cannot be used, or how far the local model is set up. The
    ///     shared cache tells the first model that uses it.
    /// - Throws: `LMError`: `not_configured` for an unknown provider, a missing key or address, `configuration` for options
    ///   that contradict each other and scripts that cannot be read, `unsupported` for a protocol that is not spoken.
    public init(
        _ model: String, modelType: ModelType = .chat, apiBase: String? = nil, apiKey: String? = nil,
        temperature: Double? = nil, maxTokens: Int? = nil, cache: Bool = true, numRetries: Int = 3,
        timeout: Duration = .seconds(600), options: JSONObject = [:],
        notice: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(LMError) {
        var options = options
        if modelType != .chat { options["model_type"] = .string(modelType.rawValue) }
        if let apiKey { options["api_key"] = .string(apiKey) }
        if let temperature { options["temperature"] = .double(temperature) }
        if let maxTokens { options["max_tokens"] = .int(maxTokens) }
        options["num_retries"] = options["num_retries"] ?? .int(max(0, numRetries))
        try self.init(
            model, at: apiBase ?? Self.address(in: options), options: options, cache: cache, timeout: timeout,
            environment: Environment.all, notice: notice)
    }

    /// A model in an environment.
    ///
    /// - Throws: As the public one.
    package init(
        _ model: String, at address: String?, options: JSONObject, cache: Bool, timeout: Duration = .seconds(600),
        environment: [String: String], notice: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(LMError) {
        let kept = cache ? SharedCaches.cache(at: CacheLocation.path(environment: environment), warn: notice) : nil
        let factory = LMFactory(environment: environment, progress: notice, cache: kept)
        base = try factory.make(model, at: address.map { .user($0) } ?? .provider, options: options, timeout: timeout)
        self.model = base.model
        defaults = SecretOptions.withoutSecrets(base.defaults)
        self.kept = kept
    }

    private static func address(in options: JSONObject) -> String? {
        options.members.first { SecretOptions.isAddress($0.key) }?.value.string
    }

    /// What adapters may ask of it.
    public var capabilities: LMCapabilities { base.capabilities }

    /// Answers one request.
    ///
    /// - Throws: `LMError`, `CancellationError`.
    public func complete(_ request: LMRequest) async throws -> LMResponse { try await base.complete(request) }

    /// Answers one request, and tells the answer while it comes in.
    ///
    /// - Throws: `LMError`, `CancellationError`, and what the handler throws.
    public func stream(
        _ request: LMRequest, onEvent: (LMStreamEvent) async throws -> Void
    ) async throws -> LMResponse {
        try await base.stream(request, onEvent: onEvent)
    }

    /// Lets go of the answer to a request.
    public func forget(_ request: LMRequest) { base.forget(request) }

    /// Waits until the answers so far are in the cache's file.
    ///
    /// They get there by themselves within about a twentieth of a second; a program that ends sooner waits for them with this.
    public func flush() async { await kept?.flush() }
}

extension LM: CustomStringConvertible, CustomReflectable {
    /// `LM("openai/gpt-4o-mini")`: never a key.
    public var description: String { "LM(\(JSON.string(model).text()))" }

    /// Shows the name alone: what stands around the model knows its key.
    public var customMirror: Mirror { Mirror(self, children: ["model": model], displayStyle: .struct) }
}
