import Platform
import Basics
package import DSPyCore
package import OrderedJSON

extension OpenAIResponsesDialect {
    /// The answer in a response object.
    ///
    /// - Source: dspy/_vendor/lm15/providers/openai.py (3.4.1), `parse_response`.
    package func response(from reply: JSON, options: JSONObject, model: String) throws(LMError) -> LMResponse {
        if reply["output"] == nil, let error = ChatStreamReader.error(in: reply, "") {
            throw HTTPErrorReader.error(inReply: error)
        }
        if let error = reply["error"], error.object != nil { throw HTTPErrorReader.error(inReply: error) }
        guard let items = reply["output"]?.array else {
            throw LMError(.badReply, "the reply is JSON without output: \(reply.text().shortened(to: 200))")
        }
        var texts: [String] = []
        var reasoning: [String] = []
        var logprobs: [JSON] = []
        var output = LMResponse.Output(text: nil)
        for (index, item) in items.enumerated() {
            switch item["type"] {
            case "message":
                for content in item["content"]?.array ?? [] {
                    if let refusal = content["refusal"]?.filled { output.refusal = refusal }
                    guard content["type"] == "output_text" || content["type"] == "text" else { continue }
                    texts.append(content["text"]?.string ?? "")
                    logprobs += content["logprobs"]?.array ?? []
                }
            case "function_call":
                guard let name = item["name"]?.filled else {
                    throw LMError(.badReply, "the reply calls a tool without naming it")
                }
                let id = item["call_id"]?.filled ?? item["id"]?.filled ?? "call_\(index)"
                output.toolCalls.append(
                    OpenAIChatDialect.toolCall(id: id, name: name, arguments: item["arguments"]))
            case "reasoning":
                let summary = (item["summary"]?.array ?? []).compactMap { $0["text"]?.string }.joined(separator: "\n")
                if !summary.isEmpty { reasoning.append(summary) }
            default: break
            }
        }
        if !texts.isEmpty || output.toolCalls.isEmpty { output.text = cut(texts.joined(), at: options["stop"]) }
        if !reasoning.isEmpty { output.reasoning = reasoning.joined() }
        if options["logprobs"] == true { output.logprobs = OpenAIChatDialect.logprobs(.array(logprobs)) }
        output.finishReason = finishReason(reply, hasToolCalls: !output.toolCalls.isEmpty)
        return LMResponse(
            outputs: [output], usage: OpenAIUsage.read(reply["usage"]), model: reply["model"]?.filled ?? model)
    }

    private func finishReason(_ reply: JSON, hasToolCalls: Bool) -> String {
        if hasToolCalls { return "tool_calls" }
        let reason = reply["incomplete_details"]?["reason"]?.string ?? ""
        if reply["status"] == "incomplete" && reason.contains("token") { return "length" }
        return reason.contains("content_filter") || reason.contains("safety") ? "content_filter" : "stop"
    }

    /// This wire has no stop sequences: the text ends before the first of them.
    private func cut(_ text: String, at stop: JSON?) -> String {
        var rest = text[...]
        for sequence in stop?.string.map({ [$0] }) ?? stop?.array?.compactMap(\.string) ?? [] where !sequence.isEmpty {
            if let end = rest.start(of: sequence) { rest = rest[..<end] }
        }
        return String(rest)
    }
}
