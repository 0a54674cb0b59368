import OrderedJSON

/// Token counts in the shape that DSPy's `get_lm_usage()` shows.
///
/// - Source: dspy/clients/call_result.py (3.4.1), `usage_dict`.
struct OpenAIUsage {
    var prompt: JSON?
    var completion: JSON?
    var total: JSON?
    var cached: JSON?
    var cacheWritten: JSON?
    var promptAudio: JSON?
    var reasoning: JSON?
    var completionAudio: JSON?

    /// Reads the `usage` of a chat completion or of a response; empty when it says nothing.
    static func read(_ usage: JSON?, countsReasoningApart: Bool = false) -> JSONObject {
        let inputDetails = usage?["prompt_tokens_details"] ?? usage?["input_tokens_details"]
        let outputDetails = usage?["completion_tokens_details"] ?? usage?["output_tokens_details"]
        var counts = OpenAIUsage()
        counts.prompt = number(usage?["prompt_tokens"] ?? usage?["input_tokens"])
        counts.completion = number(usage?["completion_tokens"] ?? usage?["output_tokens"])
        if countsReasoningApart, let count = counts.completion?.int,
            let reasoning = outputDetails?["reasoning_tokens"]?.int
        {
            counts.completion = .int(count + reasoning)
        }
        counts.total = number(usage?["total_tokens"])
        counts.cached = number(inputDetails?["cached_tokens"])
        counts.cacheWritten = number(inputDetails?["cache_write_tokens"])
        counts.promptAudio = number(inputDetails?["audio_tokens"])
        counts.reasoning = number(outputDetails?["reasoning_tokens"])
        counts.completionAudio = number(outputDetails?["audio_tokens"])
        return counts.json
    }

    /// The counts as an object; empty when there are none.
    var json: JSONObject {
        let inputDetails = Self.members([
            ("cached_tokens", cached), ("cache_creation_tokens", cacheWritten), ("audio_tokens", promptAudio),
        ])
        let outputDetails = Self.members([("reasoning_tokens", reasoning), ("audio_tokens", completionAudio)])
        var data = Self.members([
            ("prompt_tokens", prompt), ("completion_tokens", completion), ("total_tokens", total),
        ])
        guard !data.isEmpty || !inputDetails.isEmpty || !outputDetails.isEmpty else { return [:] }
        data.append(
            ("prompt_tokens_details", inputDetails.isEmpty ? .null : .object(JSONObject(unique: inputDetails))))
        data.append(
            ("completion_tokens_details", outputDetails.isEmpty ? .null : .object(JSONObject(unique: outputDetails))))
        return JSONObject(unique: data)
    }

    private static func members(_ counts: [(key: String, value: JSON?)]) -> [JSONObject.Member] {
        var members: [JSONObject.Member] = []
        members.reserveCapacity(counts.count + 2)
        for case (let key, let value?) in counts { members.append((key, value)) }
        return members
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
