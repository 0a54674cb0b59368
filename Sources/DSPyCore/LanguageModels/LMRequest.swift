public import OrderedJSON

/// One call of a language model: the messages, and the options in DSPy's words.
public struct LMRequest: Sendable, Hashable {
    /// The conversation, oldest first.
    public var messages: [LMMessage]
    /// LM keyword arguments of this call in order (`temperature`, `max_tokens`, `response_format`, `tools`, `n`, …),
    /// on top of the model's own defaults.
    ///
    /// A `null` switches a default off.
    ///
    /// `response_format` of a structured output is `{"type": "json_schema", "json_schema": {"name", "schema"}}`.
    public var options: JSONObject
    /// Who hears of further attempts while the answer is awaited as a whole; nil when nobody does.
    package var restarts: RestartListener?

    /// A request.
    public init(messages: [LMMessage], options: JSONObject = [:]) {
        self.messages = messages
        self.options = options
    }
}
