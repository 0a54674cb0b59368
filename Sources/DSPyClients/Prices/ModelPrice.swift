package import OrderedJSON

/// What a model costs, in dollars per million tokens.
package struct ModelPrice: Sendable, Hashable {
    /// Tokens of prompts.
    package var input: Double
    /// Tokens of answers.
    package var output: Double
    /// Tokens of prompts that the provider had in its own cache; nil when they cost as much as others.
    package var cached: Double?

    package init(input: Double, output: Double, cached: Double? = nil) {
        self.input = input
        self.output = output
        self.cached = cached
    }

    /// What these token counts cost; nil when there is none to count.
    package func cost(of usage: JSONObject) -> Double? {
        let sent = (usage["prompt_tokens"] ?? usage["input_tokens"])?.number
        let answered = (usage["completion_tokens"] ?? usage["output_tokens"])?.number
        guard sent != nil || answered != nil else { return nil }
        let details = (usage["prompt_tokens_details"] ?? usage["input_tokens_details"])?.object
        let remembered = min(details?["cached_tokens"]?.number ?? 0, sent ?? 0)
        let prompt = ((sent ?? 0) - remembered) * input + remembered * (cached ?? input)
        return (prompt + (answered ?? 0) * output) / 1_000_000
    }
}
