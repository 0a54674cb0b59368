public import OrderedJSON

/// Turns a signature, demos and inputs into messages, and a model's answer into output fields.
///
/// The formatting requirements have defaults that write the chat format; adapters replace what they do otherwise.
///
/// - Source: dspy/adapters/base.py, dspy/adapters/chat_adapter.py (3.4.1).
public protocol Adapter: Sendable {
    /// DSPy's class name, for messages.
    var name: String { get }
    /// Whether tools go to the model's own function calling where it has one.
    var useNativeFunctionCalling: Bool { get }
    /// Whether the model may call several tools in one turn; nil leaves it to the provider.
    var parallelToolCalls: Bool? { get }

    /// How answers are written, so that their fields can be told while they come in.
    var streamFormat: StreamFormat { get }

    /// Whether system message and demos depend on nothing but the adapter's type, the signature and the demos, so that they
    /// are written once.
    var headIsCacheable: Bool { get }

    /// Asks the model once (or again in another format where the adapter falls back) and reads the answer.
    ///
    /// - Returns: The output fields of each generation.
    func call(_ call: AdapterCall) async throws -> [ValueDict]
    /// Adds the options that the adapter itself needs, before anything else is planned.
    func prepare(_ call: inout AdapterCall)
    /// The messages that ask for the outputs: system, demos, history, the inputs.
    func format(_ signature: Signature, demos: [ValueDict], inputs: ValueDict) throws -> [LMMessage]
    /// The output fields of one answer, all of them, in the order of the signature.
    func parse(_ signature: Signature, _ reply: String) throws -> ValueDict

    /// The list of fields that opens the system message.
    func fieldDescription(_ signature: Signature) -> String
    /// The part of the system message that shows the structure.
    func fieldStructure(_ signature: Signature) throws -> String
    /// The part of the system message that says the task.
    func taskDescription(_ signature: Signature) -> String
    /// A user message.
    ///
    /// - Parameter isMainRequest: Whether the reminder of the answer's format belongs under it.
    func userMessage(
        _ signature: Signature, _ inputs: ValueDict, prefix: String, isMainRequest: Bool
    ) throws -> String
    /// An assistant message, as demos and history show it.
    ///
    /// - Parameter missing: What stands for a field that has no value; nil is Python's `None`.
    func assistantMessage(_ signature: Signature, _ outputs: ValueDict, missing: String?) throws -> String
}

/// One call of an adapter.
public struct AdapterCall: Sendable {
    /// The model to ask.
    public var lm: any LanguageModel
    /// Options of this call, on top of the model's own.
    public var options: JSONObject
    /// What to ask.
    public var signature: Signature
    /// Examples to show.
    public var demos: [ValueDict]
    /// The inputs.
    public var inputs: ValueDict
    /// Sends a request to the model and counts what it used.
    package var send: @Sendable (any LanguageModel, LMRequest) async throws -> LMResponse

    /// Tells the answer while it comes in; nil when nobody listens.
    package var stream: PredictorStream?

    /// A call that nobody counts.
    public init(
        lm: any LanguageModel, options: JSONObject = [:], signature: Signature, demos: [ValueDict] = [],
        inputs: ValueDict
    ) {
        self.init(lm: lm, options: options, signature: signature, demos: demos, inputs: inputs) { lm, request in
            try await lm.complete(request)
        }
    }

    package init(
        lm: any LanguageModel, options: JSONObject, signature: Signature, demos: [ValueDict], inputs: ValueDict,
        send: @escaping @Sendable (any LanguageModel, LMRequest) async throws -> LMResponse
    ) {
        self.lm = lm
        self.options = options
        self.signature = signature
        self.demos = demos
        self.inputs = inputs
        self.send = send
    }
}

extension Adapter {
    /// Native function calling off.
    public var useNativeFunctionCalling: Bool { false }
    /// Left to the provider.
    public var parallelToolCalls: Bool? { nil }

    /// Fields come whole at the end.
    public var streamFormat: StreamFormat { .whole }

    /// What an adapter writes may depend on more than its type.
    public var headIsCacheable: Bool { false }

    /// One request without fallback.
    public func call(_ call: AdapterCall) async throws -> [ValueDict] {
        var call = call
        return try await ask(&call)
    }

    /// No preparation.
    public func prepare(_ call: inout AdapterCall) {}

    /// The first request that a call would send; nothing is sent.
    package func request(for call: AdapterCall) throws -> LMRequest {
        var call = call
        prepare(&call)
        return try render(&call).request
    }

    /// Plans, formats, asks, reads.
    ///
    /// The options keep what the plan added, as DSPy's do for a fallback that follows.
    package func ask(_ call: inout AdapterCall) async throws -> [ValueDict] {
        prepare(&call)
        let (rendered, request) = try render(&call)
        if call.stream != nil { return try await askStreaming(call, rendered, request) }
        return try read(try await call.send(call.lm, request), to: request, of: call, rendered: rendered)
    }

    @inline(never)
    private func askStreaming(
        _ call: AdapterCall, _ rendered: Signature, _ request: LMRequest
    ) async throws -> [ValueDict] {
        guard let stream = call.stream else { return [] }
        try await stream.begin(rendered: rendered, original: call.signature, format: streamFormat)
        let response = try await stream.complete(call.lm, request)
        let values = try read(response, to: request, of: call, rendered: rendered)
        if let first = values.first { try await stream.finish(first) }
        return values
    }

    @inline(never)
    private func render(_ call: inout AdapterCall) throws -> (signature: Signature, request: LMRequest) {
        let rendered = try plan(&call)
        let messages = try format(rendered, demos: call.demos, inputs: call.inputs)
        if let parallel = call.options["parallel_tool_calls"], !parallel.isNull, call.options["tool_choice"] == nil {
            call.options["tool_choice"] = "auto"
        }
        return (rendered, LMRequest(messages: messages, options: call.options))
    }

    /// The output fields of each generation; an answer that cannot be read is not given a second time.
    @inline(never)
    private func read(
        _ response: LMResponse, to request: LMRequest, of call: AdapterCall, rendered: Signature
    ) throws -> [ValueDict] {
        do {
            return try response.outputs.map { output in
                do { return try read(output, rendered: rendered, original: call.signature) } catch {
                    throw output.explained(error)
                }
            }
        } catch {
            call.lm.forget(request)
            throw error
        }
    }
}
