package import DSPyCore
package import OrderedJSON

/// OpenAI's chat completions, byte for byte as DSPy's default engine writes them.
///
/// - Source: dspy/_vendor/lm15/providers/openai_chat.py (3.4.1), `_payload`.
package struct OpenAIChatDialect: ModelDialect {
    /// Where the server differs from OpenAI.
    package var compat: OpenAIChatCompat

    /// The dialect of a server.
    package init(compat: OpenAIChatCompat = .openAI) {
        self.compat = compat
    }

    /// `/chat/completions`.
    package var path: String { "/chat/completions" }

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
        ChatStreamReader(dialect: self, options: options, model: model)
    }

    /// The bytes of the request body; a streaming one always asks for the usage too.
    package func body(
        for request: LMRequest, model: String, defaults: JSONObject, isStreaming: Bool
    ) throws(LMError) -> [UInt8] {
        let options = try LMOptions(request, defaults: defaults)
        var others = JSONObject()
        if isStreaming {
            others["stream"] = true
            others["stream_options"] = ["include_usage": true]
        }
        if !options.values.isEmpty { try add(options, to: &others) }
        // What stands in `extra_body` may replace even these.
        if others.contains("model") || others.contains("messages") {
            let body: JSONObject = ["model": .string(model), "messages": .array(messages(request.messages))]
            var bytes: [UInt8] = []
            JSON.object(body.overridden(by: others)).write(into: &bytes)
            return bytes
        }
        var body = JSONLine(isCompact: true, capacity: Self.estimatedSize(request))
        body.add("model", model)
        if request.messages.allSatisfy(isPlain) {
            body.add("messages", count: request.messages.count) { write(request.messages[$0], &$1) }
        } else {
            body.add("messages", .array(messages(request.messages)))
        }
        for (key, value) in others { body.add(key: key, value) }
        return body.object()
    }

    /// About how many bytes a body has.
    private static func estimatedSize(_ request: LMRequest) -> Int {
        request.messages.reduce(256) { size, message in
            guard case .text(let text) = message.content else { return size }
            return size + text.utf8.count + text.utf8.count / 8 + 48
        }
    }

    private func add(_ options: LMOptions, to body: inout JSONObject) throws(LMError) {
        body[compat.tokenLimit] = try options.tokenLimit()
        addSampling(options.values, to: &body)
        addTools(options.values, to: &body)
        if let format = options.values["response_format"] { body["response_format"] = responseFormat(format) }
        addReasoning(options.values, to: &body)
        for key in ["prompt_cache_key", "prompt_cache_retention", "prompt_cache_options", "service_tier"] {
            body[key] = options.values[key]
        }
        body[compat.userField] = options.values["user"]
        body["store"] = options.values["store"]
        addOthers(options.values, to: &body)
    }

    private func addSampling(_ options: JSONObject, to body: inout JSONObject) {
        for key in ["temperature", "top_p", "seed", "frequency_penalty", "presence_penalty"] {
            body[key] = options[key]
        }
        switch options["stop"] {
        case .string(let text): body["stop"] = [.string(text)]
        case .array(let items) where items.isEmpty: break
        case let stop: body["stop"] = stop
        }
        guard let logprobs = options["logprobs"], logprobs != false else { return }
        body["logprobs"] = logprobs
        if let top = options["top_logprobs"], top != 0 { body["top_logprobs"] = top }
    }

    private func addTools(_ options: JSONObject, to body: inout JSONObject) {
        if let tools = options["tools"]?.array, !tools.isEmpty { body["tools"] = .array(tools.map(tool)) }
        let parallel = options["parallel_tool_calls"]
        let auto: JSON? = parallel.map { _ in "auto" }
        if let choice = options["tool_choice"] ?? auto {
            if !compat.takesToolChoice && choice == "none" { body["tools"] = nil }
            body["tool_choice"] = compat.takesToolChoice ? choice : "auto"
        }
        body["parallel_tool_calls"] = parallel
    }

    /// A function tool as lm15 writes it: name, description (null when there is none), parameters.
    private func tool(_ tool: JSON) -> JSON {
        guard tool["type"] == "function", let function = tool["function"]?.object else { return tool }
        var written: JSONObject = [
            "name": function["name"] ?? "", "description": function["description"] ?? .null,
            "parameters": function["parameters"] ?? ["type": "object", "properties": [:]],
        ]
        if function["strict"] == true { written["strict"] = true }
        return ["type": "function", "function": .object(written)]
    }

    /// A response format as it is sent; nil for the wire's own default and for a schema that the server would ignore.
    private func responseFormat(_ format: JSON) -> JSON? {
        guard format["type"] == "json_schema", let schema = format["json_schema"]?.object else {
            return format["type"] == "text" ? nil : format
        }
        guard compat.takesJSONSchema else { return nil }
        return ["type": "json_schema", "json_schema": .object(StrictSchema.tightened(schema))]
    }

    /// What DSPy's engine knows no place for goes last, in its order; `extra_body` is spread out.
    private func addOthers(_ options: JSONObject, to body: inout JSONObject) {
        for (key, value) in options where !Self.known.contains(key) { body[key] = value }
        for (key, value) in options["extra_body"]?.object ?? [:] { body[key] = value }
    }

    private static let known: Set<String> = [
        "max_tokens", "max_completion_tokens", "temperature", "top_p", "top_k", "seed", "frequency_penalty",
        "presence_penalty", "stop", "logprobs", "top_logprobs", "tools", "tool_choice", "parallel_tool_calls",
        "response_format", "reasoning_effort", "prompt_cache_key", "prompt_cache_retention", "prompt_cache_options",
        "service_tier", "user", "store", "extra_body",
    ]
}
