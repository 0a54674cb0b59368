public import OrderedJSON

/// What a language model answered: one output per generation asked for (`n`).
public struct LMResponse: Sendable, Hashable {
    /// One generation.
    public struct Output: Sendable, Hashable {
        /// The text; nil when the model sent none.
        public var text: String?
        /// The reasoning text of a reasoning model, kept apart from the answer.
        public var reasoning: String?
        /// Tool calls in OpenAI's shape.
        public var toolCalls: [JSON]
        /// Log probabilities as the provider sent them.
        public var logprobs: JSON?
        /// What the model said instead of an answer that it refused to give.
        public var refusal: String?
        /// Why the model stopped (`stop`, `length`, `tool_calls`, …), as the provider says.
        public var finishReason: String?

        /// One generation.
        public init(
            text: String?, reasoning: String? = nil, toolCalls: [JSON] = [], logprobs: JSON? = nil,
            finishReason: String? = nil
        ) {
            self.text = text
            self.reasoning = reasoning
            self.toolCalls = toolCalls
            self.logprobs = logprobs
            self.finishReason = finishReason
        }
    }

    /// The generations in order; at least one.
    public var outputs: [Output]
    /// Token counts as the provider sent them (`prompt_tokens`, `completion_tokens`, `total_tokens`, …); empty when unknown
    /// or when the answer came from a cache.
    public var usage: JSONObject
    /// The model that answered, as the provider names it.
    public var model: String?
    /// How many requests went out for this answer, retries included.
    public var attempts: Int
    /// How many of these requests were sent because one before had failed.
    public var retries = 0
    /// Whether the answer came from a cache.
    public var isCached: Bool

    /// A response.
    public init(
        outputs: [Output], usage: JSONObject = [:], model: String? = nil, attempts: Int = 1, isCached: Bool = false
    ) {
        self.outputs = outputs
        self.usage = usage
        self.model = model
        self.attempts = attempts
        self.isCached = isCached
    }
}
