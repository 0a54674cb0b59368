import DSPyCore
import OrderedJSON
import Synchronization

/// A model that answers from a list and keeps what it was asked.
final class RecordedModel: LanguageModel {
    struct Exhausted: Error {}

    /// The reply that stands for a prompt that is too long.
    private static let contextWindow: JSON = ["raise": "context_window"]

    let model = "test-model"
    let capabilities: LMCapabilities
    private let replies: [JSON]
    private let asked = Mutex<[LMRequest]>([])

    init(replies: [JSON], capabilities: JSON) {
        self.replies = replies
        let params = capabilities["params"]?.array?.compactMap(\.string) ?? ["response_format"]
        self.capabilities = LMCapabilities(
            functionCalling: capabilities["function_calling"]?.bool ?? true,
            responseSchema: capabilities["response_schema"]?.bool ?? true, supportedParams: Set(params))
    }

    var requests: [LMRequest] { asked.withLock { $0 } }

    func complete(_ request: LMRequest) async throws -> LMResponse {
        let place = asked.withLock { asked in
            asked.append(request)
            return asked.count - 1
        }
        let count = request.options["n"]?.int ?? 1
        // One recorded reply per call; of several generations each has one of its own.
        let first = place
        guard first < replies.count else { throw Exhausted() }
        if replies[first] == Self.contextWindow { throw LMError(.contextWindow, "too long", model: model) }
        let outputs = (0..<count).map { Self.output(replies[min(first + $0, replies.count - 1)]) }
        return LMResponse(outputs: outputs, model: model)
    }

    private static func output(_ reply: JSON) -> LMResponse.Output {
        if let text = reply.string { return .init(text: text) }
        return .init(text: reply["text"]?.string, toolCalls: reply["tool_calls"]?.array ?? [])
    }
}
