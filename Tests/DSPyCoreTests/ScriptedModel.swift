import Basics
import DSPyCore
import OrderedJSON
import Synchronization
import TestSupport

/// A model that answers by a rule, and keeps what it was asked.
final class ScriptedModel: LanguageModel {
    let model = "scripted"
    let capabilities = LMCapabilities(responseSchema: true, supportedParams: ["response_format"])
    private let answer: @Sendable (Int, LMRequest) async throws -> LMResponse
    private let asked = Mutex<[LMRequest]>([])

    /// - Parameter answer: The number of the call from 0, and the request.
    init(_ answer: @escaping @Sendable (Int, LMRequest) async throws -> LMResponse) { self.answer = answer }

    /// Answers from a list; the last one again when it is used up.
    convenience init(replies: [String]) {
        self.init { call, _ in LMResponse(outputs: [.init(text: replies[min(call, replies.count - 1)])]) }
    }

    var requests: [LMRequest] { asked.withLock { $0 } }

    func complete(_ request: LMRequest) async throws -> LMResponse {
        let call = asked.withLock { asked in
            asked.append(request)
            return asked.count - 1
        }
        return try await answer(call, request)
    }
}

/// Runs a blocking body on a thread of its own, so that it holds none of the pool that tasks need.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        _ = SystemThread.start { continuation.resume(with: .init(catching: body)) }
    }
}

extension LMMessage {
    /// The text, if it is plain.
    var text: String? { if case .text(let text) = content { text } else { nil } }
}
