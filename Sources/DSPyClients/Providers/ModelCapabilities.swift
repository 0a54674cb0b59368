package import DSPyCore

/// Looks up what adapters may ask of a model.
///
/// - Source: dspy/clients/capabilities.py (3.4.1), `_capabilities`.
package enum ModelCapabilities {
    /// The capabilities of a model of a provider, spoken to in a dialect; what is not known is not there.
    package static func of(_ model: String, provider: Provider, isResponses: Bool = false) -> LMCapabilities {
        var letters = letters(of: model, namespace: provider.namespace)
        if !provider.compat.takesJSONSchema { letters = letters.filter { $0 != "s" } }
        let tools = letters.contains("f")
        let schema = letters.contains("s")
        let reasoning = letters.contains("r")
        var params: Set<String> = ["temperature", "max_tokens", "top_p", "stream"]
        if isResponses {
            params.formUnion(["response_format", "max_completion_tokens", "logprobs", "top_logprobs", "store"])
        } else {
            params.formUnion([
                "stop", "max_completion_tokens", "logprobs", "top_logprobs", "seed", "presence_penalty",
                "frequency_penalty", "logit_bias", "user",
            ])
            if letters.contains("s") || tools { params.insert("response_format") }
            if provider.name == "xai" { params.subtract(["logprobs", "top_logprobs"]) }
        }
        if tools { params.formUnion(["tools", "tool_choice", "parallel_tool_calls"]) }
        if reasoning { params.insert("reasoning_effort") }
        return LMCapabilities(
            functionCalling: tools, reasoning: reasoning, responseSchema: schema, supportedParams: params)
    }

    private static func letters(of model: String, namespace: String) -> String {
        for (letters, models) in ModelTable.rows[namespace] ?? [] {
            if models.split(separator: " ").contains(where: { $0 == model }) { return letters }
        }
        return ""
    }

    /// Whether a model belongs to OpenAI's reasoning families, which fix temperature and token limit.
    ///
    /// - Source: dspy/clients/lm.py (3.4.1), `_is_openai_reasoning_model`.
    static func isOpenAIReasoning(_ model: String) -> Bool {
        let family = (model.split(separator: "/").last.map(String.init) ?? model).lowercased()
        if family.hasPrefix("gpt-5") {
            var rest = family.dropFirst(5)
            while rest.first == ".", let digit = rest.dropFirst().first, digit.isNumber {
                rest = rest.dropFirst().drop { $0.isNumber }
            }
            return !rest.hasPrefix("-chat") && (rest.isEmpty || rest.hasPrefix("-"))
        }
        var parts = family.split(separator: "-", omittingEmptySubsequences: false)[...]
        guard let head = parts.popFirst(), ["o1", "o3", "o4", "o5"].contains(String(head)) else { return false }
        if let size = parts.first, ["mini", "nano", "pro"].contains(String(size)) { parts.removeFirst() }
        guard !parts.isEmpty else { return true }
        return parts.map(\.count) == [4, 2, 2] && parts.allSatisfy { $0.allSatisfy { ("0"..."9").contains($0) } }
    }
}
