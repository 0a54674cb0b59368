import OrderedJSON

/// Token counts in the shape that DSPy's `get_lm_usage()` shows.
///
/// - Source: dspy/clients/call_result.py (3.4.1), `usage_dict`.
enum OpenAIUsage {
    /// Reads the `usage` of a chat completion or of a response; empty when it says nothing.
    static func read(_ usage: JSON?, countsReasoningApart: Bool = false) -> JSONObject {
        let inputDetails = usage?["prompt_tokens_details"] ?? usage?["input_tokens_details"]
        let outputDetails = usage?["completion_tokens_details"] ?? usage?["output_tokens_details"]
        var data: JSONObject = [:]
        data["prompt_tokens"] = number(usage?["prompt_tokens"] ?? usage?["input_tokens"])
        data["completion_tokens"] = number(usage?["completion_tokens"] ?? usage?["output_tokens"])
        if countsReasoningApart, let count = data["completion_tokens"]?.int,
            let reasoning = outputDetails?["reasoning_tokens"]?.int
        {
            data["completion_tokens"] = .int(count + reasoning)
        }
        data["total_tokens"] = number(usage?["total_tokens"])
        var prompt: JSONObject = [:]
        prompt["cached_tokens"] = number(inputDetails?["cached_tokens"])
        prompt["cache_creation_tokens"] = number(inputDetails?["cache_write_tokens"])
        prompt["audio_tokens"] = number(inputDetails?["audio_tokens"])
        var completion: JSONObject = [:]
        completion["reasoning_tokens"] = number(outputDetails?["reasoning_tokens"])
        completion["audio_tokens"] = number(outputDetails?["audio_tokens"])
        guard !data.isEmpty || !prompt.isEmpty || !completion.isEmpty else { return [:] }
        data["prompt_tokens_details"] = prompt.isEmpty ? .null : .object(prompt)
        data["completion_tokens_details"] = completion.isEmpty ? .null : .object(completion)
        return data
    }

    /// The sums of two usages, member by member.
    static func sum(_ one: JSONObject, _ other: JSONObject) -> JSONObject {
        var total = one
        for (key, value) in other {
            switch (total[key] ?? .null, value) {
            case (.int(let a), .int(let b)): total[key] = .int(a + b)
            case (.object(let a), .object(let b)): total[key] = .object(sum(a, b))
            case (.null, _): total[key] = value
            default: break
            }
        }
        return total
    }

    private static func number(_ value: JSON?) -> JSON? {
        value?.number == nil ? nil : value
    }
}
