import DSPy
import OrderedJSON

extension LMResponse {
    /// The answer as files keep it; how many requests it took is left out.
    var recorded: JSON {
        let outputs = outputs.map { output -> JSON in
            var object: JSONObject = ["text": output.text.map(JSON.string) ?? .null]
            object["reasoning"] = output.reasoning.map { .string($0) }
            if !output.toolCalls.isEmpty { object["tool_calls"] = .array(output.toolCalls) }
            object["logprobs"] = output.logprobs
            object["finish_reason"] = output.finishReason.map { .string($0) }
            return .object(object)
        }
        var object: JSONObject = ["outputs": .array(outputs)]
        if !usage.isEmpty { object["usage"] = .object(usage) }
        object["model"] = model.map { .string($0) }
        return .object(object)
    }

    /// An answer that a file kept.
    init(recorded json: JSON) {
        let outputs = (json["outputs"]?.array ?? []).map { output in
            LMResponse.Output(
                text: output["text"]?.string, reasoning: output["reasoning"]?.string,
                toolCalls: output["tool_calls"]?.array ?? [], logprobs: output["logprobs"],
                finishReason: output["finish_reason"]?.string)
        }
        self.init(
            outputs: outputs.isEmpty ? [LMResponse.Output(text: "")] : outputs, usage: json["usage"]?.object ?? [:],
            model: json["model"]?.string)
    }
}
