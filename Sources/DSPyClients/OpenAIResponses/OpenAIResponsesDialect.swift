package import DSPyCore
package import OrderedJSON

/// OpenAI's responses, byte for byte as DSPy's default engine writes them with `model_type="responses"`.
///
/// - Source: dspy/_vendor/lm15/providers/openai.py (3.4.1), `_payload`.
package struct OpenAIResponsesDialect: ModelDialect {
    package init() {}

    /// `/responses`.
    package var path: String { "/responses" }

    /// The bytes of the request body.
    package func body(for request: LMRequest, model: String, defaults: JSONObject = [:]) throws(LMError) -> [UInt8] {
        try body(for: request, model: model, defaults: defaults, isStreaming: false)
    }

    /// The bytes of the body of a request whose answer is streamed.
    package func streamBody(for request: LMRequest, model: String, defaults: JSONObject) throws(LMError) -> [UInt8] {
        try body(for: request, model: model, defaults: defaults, isStreaming: true)
    }

    /// A reader of one streamed answer.
    package func streamReader(options: JSONObject, model: String) -> any ModelStreamReader {
        ResponsesStreamReader(dialect: self, options: options, model: model)
    }

    private func body(
        for request: LMRequest, model: String, defaults: JSONObject, isStreaming: Bool
    ) throws(LMError) -> [UInt8] {
        let options = try LMOptions(request, defaults: defaults)
        var messages = request.messages[...]
        var instructions: String?
        if let first = messages.first, first.role == "system" || first.role == "developer" {
            instructions = first.plainText
            if instructions != nil { messages.removeFirst() }
        }
        var body: JSONObject = [
            "model": .string(model), "input": .array(messages.flatMap(Self.items)), "stream": .bool(isStreaming),
        ]
        if let instructions, !instructions.isEmpty { body["instructions"] = .string(instructions) }
        body["max_output_tokens"] = try options.tokenLimit()
        add(options.values, to: &body)
        var bytes: [UInt8] = []
        JSON.object(body).write(into: &bytes)
        return bytes
    }

    private func add(_ options: JSONObject, to body: inout JSONObject) {
        for key in ["temperature", "top_p"] { body[key] = options[key] }
        if options["logprobs"] == true {
            body["top_logprobs"] = options["top_logprobs"] ?? 0
            body["include"] = ["message.output_text.logprobs"]
        }
        if let tools = options["tools"]?.array, !tools.isEmpty { body["tools"] = .array(tools.map(Self.tool)) }
        let parallel = options["parallel_tool_calls"]
        let auto: JSON? = parallel.map { _ in "auto" }
        if let choice = options["tool_choice"] ?? auto {
            let name = choice["type"] == "function" ? choice["function"]?["name"] : nil
            body["tool_choice"] = name.map { ["type": "function", "name": $0] } ?? choice
        }
        body["parallel_tool_calls"] = parallel
        if let format = options["response_format"], format["type"] != "text" { body["text"] = Self.text(format) }
        if let effort = options["reasoning_effort"] {
            body["reasoning"] = ["effort": effort == "off" ? "none" : effort]
        }
        for key in ["prompt_cache_key", "prompt_cache_retention", "prompt_cache_options", "service_tier"] {
            body[key] = options[key]
        }
        body["safety_identifier"] = options["user"]
        body["store"] = options["store"]
        for (key, value) in options where !Self.known.contains(key) { body[key] = value }
        for (key, value) in options["extra_body"]?.object ?? [:] { body[key] = value }
    }

    /// Names that have their place, or that this wire has none for (`seed`, penalties, `top_k`; `stop` is applied to the
    /// answer).
    private static let known: Set<String> = [
        "max_tokens", "max_completion_tokens", "temperature", "top_p", "top_k", "seed", "frequency_penalty",
        "presence_penalty", "stop", "logprobs", "top_logprobs", "tools", "tool_choice", "parallel_tool_calls",
        "response_format", "reasoning_effort", "prompt_cache_key", "prompt_cache_retention", "prompt_cache_options",
        "service_tier", "user", "store", "extra_body",
    ]
}

extension LMMessage {
    /// The text of a message of text alone, else nil.
    var plainText: String? {
        switch content {
        case .text(let text): text
        case .parts(let parts): OpenAIChatDialect.text(parts)
        case .none: nil
        }
    }
}
