import Platform
import DSPyCore
import OrderedJSON

extension LMResponse {
    /// The answer as files keep it; how many requests it took is left out.
    var recorded: JSON {
        let outputs = outputs.map { output -> JSON in
            var object: JSONObject = ["text": output.text.map(JSON.string) ?? .null]
            object["reasoning"] = output.reasoning.map { .string($0) }
            if !output.toolCalls.isEmpty { object["tool_calls"] = .array(output.toolCalls) }
            object["logprobs"] = output.logprobs
            object["refusal"] = output.refusal.map { .string($0) }
            object["finish_reason"] = output.finishReason.map { .string($0) }
            return .object(object)
        }
        var object: JSONObject = ["outputs": .array(outputs)]
        if !usage.isEmpty { object["usage"] = .object(usage) }
        object["model"] = model.map { .string($0) }
        return .object(object)
    }

    /// The text of `recorded`, written without a tree.
    var recordedBytes: [UInt8] {
        var line = JSONLine(isCompact: true)
        line.add("outputs", count: outputs.count) { place, line in
            let output = outputs[place]
            if let text = output.text { line.add("text", text) } else { line.add("text", .null) }
            if let reasoning = output.reasoning { line.add("reasoning", reasoning) }
            if !output.toolCalls.isEmpty { line.add("tool_calls", .array(output.toolCalls)) }
            if let logprobs = output.logprobs { line.add("logprobs", logprobs) }
            if let refusal = output.refusal { line.add("refusal", refusal) }
            if let reason = output.finishReason { line.add("finish_reason", reason) }
        }
        if !usage.isEmpty { line.add("usage", .object(usage)) }
        if let model { line.add("model", model) }
        return line.object()
    }

    /// An answer that a file kept.
    init(recorded json: JSON) {
        let outputs = (json["outputs"]?.array ?? []).map { output -> LMResponse.Output in
            var made = LMResponse.Output(
                text: output["text"]?.string, reasoning: output["reasoning"]?.string,
                toolCalls: output["tool_calls"]?.array ?? [], logprobs: output["logprobs"],
                finishReason: output["finish_reason"]?.string)
            made.refusal = output["refusal"]?.string
            return made
        }
        self.init(
            outputs: outputs.isEmpty ? [LMResponse.Output(text: "")] : outputs, usage: json["usage"]?.object ?? [:],
            model: json["model"]?.string)
    }
}
