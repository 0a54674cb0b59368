import OrderedJSON

/// A step of an answer that comes in while the model writes it.
///
/// Texts are cut at Unicode scalars, never inside one.
public enum LMStreamEvent: Sendable, Hashable {
    /// The answer begins: the provider's id of it, and the model as the provider names it.
    case start(id: String?, model: String?)
    /// More of the text of the first generation.
    case text(String)
    /// More of its reasoning.
    case reasoning(String)
    /// More of a tool call: its place among the calls, id and name when they are known, and more of its arguments.
    case toolCall(index: Int, id: String?, name: String?, arguments: String)
    /// The request is made again: what came so far is void.
    case restart(LMRestart)
}

/// A further attempt after one that failed.
public struct LMRestart: Sendable, Hashable {
    /// The number of the attempt to come; the first one was 1.
    public var attempt: Int
    /// How many seconds pass before it.
    public var wait: Double
    /// Why the attempt before failed.
    public var reason: LMError

    /// A further attempt.
    public init(attempt: Int, wait: Double, reason: LMError) {
        self.attempt = attempt
        self.wait = wait
        self.reason = reason
    }
}

extension LMResponse {
    /// Tells an answer that is there as a whole as if it came in: reasoning, text, tool calls of the first generation.
    public func deliver(to onEvent: (LMStreamEvent) async throws -> Void) async throws {
        guard let output = outputs.first else { return }
        try await onEvent(.start(id: nil, model: model))
        if let reasoning = output.reasoning, !reasoning.isEmpty { try await onEvent(.reasoning(reasoning)) }
        if let text = output.text, !text.isEmpty { try await onEvent(.text(text)) }
        for (index, call) in output.toolCalls.enumerated() {
            try await onEvent(
                .toolCall(
                    index: index, id: call["id"]?.string, name: call["function"]?["name"]?.string,
                    arguments: call["function"]?["arguments"]?.string ?? ""))
        }
    }
}
