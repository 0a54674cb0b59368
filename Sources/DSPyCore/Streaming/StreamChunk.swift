public import OrderedJSON

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
