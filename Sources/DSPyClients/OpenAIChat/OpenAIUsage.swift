import Basics
import DSPyCore
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
            counts.completion = .int(count.adding(saturating: reasoning))
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
        var input: [JSONObject.Member] = []
        if let cached { input.append(("cached_tokens", cached)) }
        if let cacheWritten { input.append(("cache_creation_tokens", cacheWritten)) }
        if let promptAudio { input.append(("audio_tokens", promptAudio)) }
        var output: [JSONObject.Member] = []
        if let reasoning { output.append(("reasoning_tokens", reasoning)) }
        if let completionAudio { output.append(("audio_tokens", completionAudio)) }
        var data: [JSONObject.Member] = []
        data.reserveCapacity(5)
        if let prompt { data.append(("prompt_tokens", prompt)) }
        if let completion { data.append(("completion_tokens", completion)) }
        if let total { data.append(("total_tokens", total)) }
        guard !data.isEmpty || !input.isEmpty || !output.isEmpty else { return [:] }
        data.append(("prompt_tokens_details", input.isEmpty ? .null : .object(JSONObject(unique: input))))
        data.append(("completion_tokens_details", output.isEmpty ? .null : .object(JSONObject(unique: output))))
        return JSONObject(unique: data)
    }

    private static func number(_ value: JSON?) -> JSON? {
        value?.number == nil ? nil : value
    }
}
