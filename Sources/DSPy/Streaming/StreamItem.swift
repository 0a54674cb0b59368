public import OrderedJSON

/// What a streamed program gives.
public enum StreamItem: Sendable {
    /// More of a field that is listened to.
    case response(StreamResponse)
    /// The chunks of a field so far are void: the model is asked again.
    case reset(StreamReset)
    /// A word on what the program does.
    case status(StatusMessage)
    /// A piece of a model's answer as it came in, when there are no listeners.
    case chunk(StreamChunk)
    /// What a module of one's own sent with `RunContext.emit`.
    case custom(String)
    /// What the program answered; the last item.
    case prediction(Prediction)
}

/// A chunk of a field.
///
/// The chunks of a field since its last reset make up its final text; exactly one of them is the last.
///
/// - Source: dspy/streaming/messages.py (3.4.1), `StreamResponse`.
public struct StreamResponse: Sendable, Hashable {
    /// The predictor: `self`, `predict`, `predict1.predict`.
    public var predictName: String
    /// The output field.
    public var signatureFieldName: String
    /// More of its text; may be empty in the last chunk.
    public var chunk: String
    /// Whether the field ends with it.
    public var isLastChunk: Bool
    /// The number of the predictor's call in this run, from 1.
    public var call: Int

    /// A chunk.
    public init(predictName: String, signatureFieldName: String, chunk: String, isLastChunk: Bool, call: Int = 1) {
        self.predictName = predictName
        self.signatureFieldName = signatureFieldName
        self.chunk = chunk
        self.isLastChunk = isLastChunk
        self.call = call
    }
}

/// The chunks of a field so far are void.
public struct StreamReset: Sendable, Hashable {
    /// The predictor.
    public var predictName: String
    /// The output field.
    public var signatureFieldName: String
    /// The number of the predictor's call in this run, from 1.
    public var call: Int

    /// A reset.
    public init(predictName: String, signatureFieldName: String, call: Int = 1) {
        self.predictName = predictName
        self.signatureFieldName = signatureFieldName
        self.call = call
    }
}

/// A word on what the program does.
///
/// - Source: dspy/streaming/messages.py (3.4.1), `StatusMessage`.
public struct StatusMessage: Sendable, Hashable {
    /// The message.
    public var message: String

    /// A message.
    public init(_ message: String) { self.message = message }
}

/// A piece of a model's answer, in the shape of OpenAI's chunks.
///
/// - Source: dspy/clients/engines/streaming.py (3.4.1), `EngineChunk`.
public struct StreamChunk: Sendable, Hashable {
    /// The provider's id of the answer.
    public var id: String?
    /// When the provider says it was made, in seconds since 1970; 0 when unknown.
    public var created: Int
    /// The model.
    public var model: String?
    /// The predictor that asked.
    public var predictName: String
    /// More of the text.
    public var content: String?
    /// More of the reasoning.
    public var reasoning: String?
    /// More of tool calls, in OpenAI's shape.
    public var toolCalls: [JSON]
    /// Why the answer ended; only in its last chunk.
    public var finishReason: String?

    /// A chunk.
    public init(
        id: String? = nil, created: Int = 0, model: String? = nil, predictName: String = "self",
        content: String? = nil, reasoning: String? = nil, toolCalls: [JSON] = [], finishReason: String? = nil
    ) {
        self.id = id
        self.created = created
        self.model = model
        self.predictName = predictName
        self.content = content
        self.reasoning = reasoning
        self.toolCalls = toolCalls
        self.finishReason = finishReason
    }

    /// The chunk as the object that litellm makes of it.
    public var json: JSON {
        var delta: JSONObject = [
            "content": content.map { .string($0) } ?? .null, "role": .null, "function_call": .null,
            "tool_calls": toolCalls.isEmpty ? .null : .array(toolCalls), "audio": .null,
        ]
        if let reasoning { delta["reasoning_content"] = .string(reasoning) }
        return [
            "id": id.map { .string($0) } ?? .null, "created": .int(created),
            "model": model.map { .string($0) } ?? .null,
            "object": "chat.completion.chunk",
            "choices": [
                [
                    "finish_reason": finishReason.map { .string($0) } ?? .null, "index": 0, "delta": .object(delta),
                    "logprobs": .null,
                ]
            ],
            "provider_specific_fields": .null,
        ]
    }
}
