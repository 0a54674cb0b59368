/// Says what a program does while it runs; every method may keep silent.
///
/// - Source: dspy/streaming/messages.py (3.4.1), `StatusMessageProvider`.
public protocol StatusMessageProvider: Sendable {
    /// Before a tool is called.
    func toolStartStatusMessage(_ name: String, _ arguments: ValueDict) -> String?
    /// After it.
    func toolEndStatusMessage(_ name: String, _ result: Value) -> String?
    /// Before a module runs; `kind` is the name of its type (`ChainOfThought`).
    func moduleStartStatusMessage(_ kind: String, _ inputs: ValueDict) -> String?
    /// After it; nil when it failed.
    func moduleEndStatusMessage(_ kind: String, _ outputs: Prediction?) -> String?
    /// Before a model is asked by a predictor that streams.
    func lmStartStatusMessage(_ model: String, _ request: LMRequest) -> String?
    /// After it; nil when it failed.
    func lmEndStatusMessage(_ model: String, _ response: LMResponse?) -> String?
}

extension StatusMessageProvider {
    /// `Calling tool NAME...`.
    public func toolStartStatusMessage(_ name: String, _ arguments: ValueDict) -> String? {
        "Calling tool \(name)..."
    }
    /// `Tool calling finished! …`.
    public func toolEndStatusMessage(_ name: String, _ result: Value) -> String? {
        "Tool calling finished! Querying the LLM with tool calling results..."
    }
    /// Nothing.
    public func moduleStartStatusMessage(_ kind: String, _ inputs: ValueDict) -> String? { nil }
    /// Nothing.
    public func moduleEndStatusMessage(_ kind: String, _ outputs: Prediction?) -> String? { nil }
    /// Nothing.
    public func lmStartStatusMessage(_ model: String, _ request: LMRequest) -> String? { nil }
    /// Nothing.
    public func lmEndStatusMessage(_ model: String, _ response: LMResponse?) -> String? { nil }
}

/// DSPy's own messages: only tools say something.
public struct DefaultStatusMessages: StatusMessageProvider {
    /// The messages.
    public init() {}
}
