import DSPyCore
import OrderedJSON
import Synchronization

/// A model that answers in recorded deltas, and keeps how it was asked.
final class StreamedModel: LanguageModel {
    let model = "test-model"
    let capabilities = LMCapabilities(responseSchema: true, supportedParams: ["response_format"])
    private let streams: [[JSON]]
    private let calls = Mutex<[Bool]>([])

    init(_ streams: [[JSON]]) { self.streams = streams }

    /// For each call, whether it asked for a stream.
    var asked: [Bool] { calls.withLock { $0 } }

    func complete(_ request: LMRequest) async throws -> LMResponse {
        try await answer(isStreaming: false) { _ in }
    }

    func stream(
        _ request: LMRequest, onEvent: (LMStreamEvent) async throws -> Void
    ) async throws -> LMResponse {
        try await answer(isStreaming: true, onEvent)
    }

    private func answer(
        isStreaming: Bool, _ onEvent: (LMStreamEvent) async throws -> Void
    ) async throws -> LMResponse {
        let place = calls.withLock { calls in
            calls.append(isStreaming)
            return calls.count - 1
        }
        guard place < streams.count else { throw LMError(.unanswered, "no recorded stream is left") }
        var text = ""
        for delta in streams[place] {
            if delta["raise"] != nil { throw LMError(.transport, "the connection broke off") }
            guard let piece = delta.string ?? delta["content"]?.string else { continue }
            text += piece
            try await onEvent(.text(piece))
        }
        return LMResponse(outputs: [.init(text: text, finishReason: "stop")], model: model)
    }
}
