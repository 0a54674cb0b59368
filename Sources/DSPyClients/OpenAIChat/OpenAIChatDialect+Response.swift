import Platform
import Basics
package import DSPyCore
package import OrderedJSON

extension OpenAIChatDialect {
    /// The answer in a chat completion.
    ///
    /// - Source: dspy/_vendor/lm15/providers/openai_chat.py (3.4.1), `_response_from_chat_body`; call_result.py, `legacy_output`.
    package func response(from reply: JSON, options: JSONObject, model: String) throws(LMError) -> LMResponse {
        if let error = ChatStreamReader.error(in: reply, "") { throw HTTPErrorReader.error(inReply: error) }
        guard let choice = reply["choices"]?.array?.first, let message = choice["message"] else {
            throw LMError(.badReply, "the reply is JSON without choices: \(reply.text().shortened(to: 200))")
        }
        try Self.refuseBroken(choice)
        var output = LMResponse.Output(text: Self.text(of: message))
        if let reasoning = message["reasoning_content"]?.filled ?? message["reasoning"]?.filled {
            output.reasoning = reasoning
        }
        for (index, call) in (message["tool_calls"]?.array ?? []).enumerated() {
            if let call = try Self.call(index, call) { output.toolCalls.append(call) }
        }
        if output.text == nil && output.toolCalls.isEmpty && output.reasoning == nil
            && message["refusal"]?.filled == nil
        {
            output.text = ""
        }
        output.refusal = message["refusal"]?.filled
        output.finishReason = choice["finish_reason"]?.filled ?? (output.toolCalls.isEmpty ? "stop" : "tool_calls")
        if options["logprobs"] == true { output.logprobs = Self.logprobs(choice["logprobs"]?["content"]) }
        return LMResponse(
            outputs: [output],
            usage: OpenAIUsage.read(reply["usage"], countsReasoningApart: compat.countsReasoningApart),
            model: reply["model"]?.filled ?? model)
    }

    /// The answer in a plain chat completion, without a tree.
    package func quickResponse(from body: [UInt8], options: JSONObject, model: String) -> LMResponse? {
        guard options["logprobs"] == nil, !compat.countsReasoningApart else { return nil }
        return PlainChatCompletion.response(from: body, model: model)
    }

    /// Half an answer with an error beside it, as gateways give it when the provider behind breaks off, is no answer.
    private static func refuseBroken(_ choice: JSON) throws(LMError) {
        if let error = choice["error"], error.object != nil { throw HTTPErrorReader.error(inReply: error) }
        if choice["finish_reason"] == "error" {
            throw LMError(.serverError, "the provider broke off in its answer (finish_reason error)")
        }
    }

    /// The text of a message, or of a part of one: a string, or the parts of it that are text.
    static func text(of message: JSON) -> String? {
        switch message["content"] {
        case .string(let text): return text.isEmpty ? nil : text
        case .array(let parts):
            let texts = parts.filter { $0["type"] == "text" }.map { $0["text"]?.string ?? "" }
            return texts.isEmpty ? nil : texts.joined()
        default: return nil
        }
    }

    /// A call with its arguments written as `json.dumps(arguments)` does; what is no object becomes one, as in DSPy.
    private static func call(_ index: Int, _ call: JSON) throws(LMError) -> JSON? {
        guard call.object != nil, (call["type"]?.filled ?? "function") == "function" else { return nil }
        guard let name = call["function"]?["name"]?.filled else {
            throw LMError(.badReply, "the reply calls a tool without naming it")
        }
        return toolCall(
            id: call["id"]?.filled ?? "call_\(index)", name: name, arguments: call["function"]?["arguments"])
    }

    /// A tool call in DSPy's shape.
    static func toolCall(id: String, name: String, arguments: JSON?) -> JSON {
        var object: JSON = [:]
        switch arguments {
        case .object: object = arguments ?? [:]
        case .string(let text) where !text.isEmpty:
            if let parsed = try? JSON(parsing: text, options: .python) {
                object = parsed.object == nil ? ["value": parsed] : parsed
            } else {
                object = ["partial_json": .string(text)]
            }
        default: break
        }
        return [
            "id": .string(id), "type": "function",
            "function": ["name": .string(name), "arguments": .string(object.text(.pythonASCII))],
        ]
    }

    /// Log probabilities in DSPy's shape: `{"content": [{"token", "logprob", "bytes", "top_logprobs"}]}`.
    static func logprobs(_ content: JSON?) -> JSON {
        func token(_ entry: JSON) -> JSONObject? {
            guard let token = entry["token"], let logprob = entry["logprob"]?.number else { return nil }
            return ["token": token, "logprob": .double(logprob), "bytes": entry["bytes"] ?? .null]
        }
        let entries = (content?.array ?? []).compactMap { entry -> JSON? in
            guard var object = token(entry) else { return nil }
            object["top_logprobs"] = .array(
                (entry["top_logprobs"]?.array ?? []).compactMap { token($0).map(JSON.object) })
            return .object(object)
        }
        return ["content": .array(entries)]
    }
}

extension JSON {
    /// The text of a string that is not empty.
    var filled: String? {
        guard let string, !string.isEmpty else { return nil }
        return string
    }
}
