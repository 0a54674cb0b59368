public import OrderedJSON

/// Something that answers chat requests: a provider over HTTP, a local server, a script, a recording, a cache around one.
///
/// Layers (cache, retry, record, …) are values of this protocol around another one.
public protocol LanguageModel: Sendable {
    /// The model's full name, `provider/model`; the key under which usage is counted.
    var model: String { get }
    /// What adapters may ask of it.
    var capabilities: LMCapabilities { get }
    /// The model's own keyword arguments (`temperature`, …), which a request's options override.
    var defaults: JSONObject { get }

    /// Answers one request.
    ///
    /// - Throws: `LMError`, or `CancellationError` when the task was cancelled.
    func complete(_ request: LMRequest) async throws -> LMResponse

    /// Answers one request, and tells the first generation while it comes in.
    ///
    /// The handler is waited for, so a slow one holds the model back; what it throws ends the request. The texts since the
    /// last restart make up the text of the answer.
    ///
    /// - Returns: The whole answer, as `complete` gives it.
    /// - Throws: as `complete`, and what the handler throws.
    func stream(
        _ request: LMRequest, onEvent: (LMStreamEvent) async throws -> Void
    ) async throws -> LMResponse

    /// Lets go of the answer to a request that could not be read: whoever makes the request again asks anew.
    ///
    /// A cache stands below the adapter and cannot know by itself; layers in front of one pass this on.
    func forget(_ request: LMRequest)
}

extension LanguageModel {
    /// No defaults of its own.
    public var defaults: JSONObject { [:] }

    /// Nothing is kept.
    public func forget(_ request: LMRequest) {}

    /// The whole answer at once.
    public func stream(
        _ request: LMRequest, onEvent: (LMStreamEvent) async throws -> Void
    ) async throws -> LMResponse {
        let response = try await complete(request)
        try await response.deliver(to: onEvent)
        return response
    }
}

/// What an adapter may use of a model; what is unknown counts as unsupported.
///
/// - Source: dspy/clients/capabilities.py (3.4.1), `Capabilities`.
public struct LMCapabilities: Sendable, Hashable {
    /// Native tool calls.
    public var functionCalling: Bool
    /// Native reasoning (`reasoning_effort`).
    public var reasoning: Bool
    /// Strict JSON schema in `response_format`.
    public var responseSchema: Bool
    /// The names of options that the model takes.
    public var supportedParams: Set<String>

    /// Capabilities; by default none.
    public init(
        functionCalling: Bool = false, reasoning: Bool = false, responseSchema: Bool = false,
        supportedParams: Set<String> = []
    ) {
        self.functionCalling = functionCalling
        self.reasoning = reasoning
        self.responseSchema = responseSchema
        self.supportedParams = supportedParams
    }
}
