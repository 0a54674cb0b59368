package import DSPyCore
import OrderedJSON
import Synchronization

/// A model that answers in pieces.
package final class PieceModel: LanguageModel {
    /// Its full name.
    package let model = "pieces"
    /// What it can; an adapter may ask it for JSON.
    package let capabilities = LMCapabilities(responseSchema: true, supportedParams: ["response_format"])
    private let answers: @Sendable (Int, LMRequest) -> [LMStreamEvent]
    private let before: @Sendable (Int) async throws -> Void
    private let count = Mutex(0)

    /// A model.
    ///
    /// - Parameters:
    ///   - before: Runs before each piece, which is told by its number.
    ///   - answers: The pieces of a call, by its number and the request.
    package init(
        before: @escaping @Sendable (Int) async throws -> Void = { _ in },
        _ answers: @escaping @Sendable (Int, LMRequest) -> [LMStreamEvent]
    ) {
        self.answers = answers
        self.before = before
    }

    /// Answers from a list of texts, each in single scalars.
    package convenience init(_ texts: [String]) {
        self.init { call, _ in texts[min(call, texts.count - 1)].unicodeScalars.map { .text(String($0)) } }
    }

    /// How often it was asked.
    package var calls: Int { count.withLock { $0 } }

    /// Answers at once.
    package func complete(_ request: LMRequest) async throws -> LMResponse { try await stream(request) { _ in } }

    /// Answers piece by piece.
    package func stream(
        _ request: LMRequest, onEvent: (LMStreamEvent) async throws -> Void
    ) async throws -> LMResponse {
        let call = count.withLock { count in
            count += 1
            return count - 1
        }
        var output = LMResponse.Output(text: "", finishReason: "stop")
        for (place, event) in answers(call, request).enumerated() {
            try await before(place)
            switch event {
            case .text(let text): output.text = (output.text ?? "") + text
            case .reasoning(let text): output.reasoning = (output.reasoning ?? "") + text
            case .restart: output = LMResponse.Output(text: "", finishReason: "stop")
            default: break
            }
            try await onEvent(event)
        }
        let usage: JSONObject = ["completion_tokens": 1]
        return LMResponse(outputs: [output], usage: usage, model: model)
    }
}
