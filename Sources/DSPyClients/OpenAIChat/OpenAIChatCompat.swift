/// Where a server differs from OpenAI's chat completions.
///
/// - Source: dspy/_vendor/lm15/compat.py (3.4.1), `OPENAI_CHAT_PRESETS`.
package struct OpenAIChatCompat: Sendable, Hashable {
    /// How a reasoning effort is spelled.
    package enum Thinking: Sendable, Hashable {
        /// `"reasoning_effort": "low"`.
        case effort
        /// `"reasoning": {"effort": "low"}`.
        case openRouter
        /// `"thinking": {"type": "enabled"}, "reasoning_effort": "low"`.
        case deepSeek
        /// `"reasoning_effort": "low"`, and `"thinking": {"type": "disabled"}` for none.
        case kimi
    }

    /// The role of instructions.
    package var instructionRole = "system"
    /// The name of the token limit.
    package var tokenLimit = "max_tokens"
    /// How a reasoning effort is spelled.
    package var thinking = Thinking.effort
    /// The efforts that the server knows, when it takes others in silence; nil for any.
    package var efforts: [String]?
    /// The name of the end user's id.
    package var userField = "user"
    /// Whether assistant turns must carry `reasoning_content`, if only an empty one.
    package var needsReasoningContent = false
    /// Whether the server applies a JSON schema; one that ignores it gets none.
    package var takesJSONSchema = true
    /// Whether the server obeys any `tool_choice` beside `auto`.
    package var takesToolChoice = true
    /// What is asked for instead when reasoning cannot be switched off; nil when it can.
    package var leastEffort: String?
    /// Whether reasoning tokens are not part of `completion_tokens`.
    package var countsReasoningApart = false

    /// OpenAI itself, and what is not known better.
    package static let openAI = OpenAIChatCompat(tokenLimit: "max_completion_tokens")
    /// Groq, vLLM, SGLang: OpenAI's spelling with the old name of the token limit.
    package static let plain = OpenAIChatCompat()
    /// Ollama.
    package static let ollama = OpenAIChatCompat(efforts: ["minimal", "low", "medium", "high", "xhigh", "max"])
    /// OpenRouter.
    package static let openRouter = OpenAIChatCompat(thinking: .openRouter)
    /// xAI.
    package static let xai = OpenAIChatCompat(
        thinking: .deepSeek, leastEffort: "low", countsReasoningApart: true)
    /// DeepSeek.
    package static let deepSeek = OpenAIChatCompat(
        thinking: .deepSeek, userField: "user_id", needsReasoningContent: true)
    /// Z.AI.
    package static let zai = OpenAIChatCompat(
        thinking: .deepSeek, userField: "user_id", takesJSONSchema: false, takesToolChoice: false)
    /// Moonshot AI.
    package static let moonshot = OpenAIChatCompat(
        tokenLimit: "max_completion_tokens", thinking: .kimi, efforts: ["low", "high", "max"],
        userField: "safety_identifier")
    /// Meta.
    package static let meta = OpenAIChatCompat(
        instructionRole: "developer", tokenLimit: "max_completion_tokens", userField: "safety_identifier")

    /// The nearest effort that the server knows; of two equally near ones the lower.
    func nearest(to effort: String) -> String {
        guard let efforts, !efforts.contains(effort) else { return effort }
        let ladder = ["minimal", "low", "medium", "high", "xhigh", "max"]
        let wanted = ladder.firstIndex(of: effort) ?? 0
        let places = efforts.compactMap { ladder.firstIndex(of: $0) }
        let best = places.min { (abs($0 - wanted), $0) < (abs($1 - wanted), $1) }
        return best.map { ladder[$0] } ?? effort
    }
}
