package import DSPyCore
package import OrderedJSON

/// A model whose requests wait until its provider's limiter lets them start.
package struct LimitedModel: LanguageModel {
    /// The model behind, which makes one request for each call.
    package let base: any LanguageModel
    private let limiter: CallLimiter

    /// A model in front of which a limiter stands; several may share one.
    package init(_ base: any LanguageModel, _ limiter: CallLimiter) {
        self.base = base
        self.limiter = limiter
    }

    /// The name of the model behind.
    package var model: String { base.model }
    /// The capabilities of the model behind.
    package var capabilities: LMCapabilities { base.capabilities }
    /// The defaults of the model behind.
    package var defaults: JSONObject { base.defaults }

    /// Answers once the request may start.
    package func complete(_ request: LMRequest) async throws -> LMResponse {
        try await complete(request, isRetry: false)
    }

    /// Answers once the request may start; one that is tried again goes before those that wait for their first try.
    func complete(_ request: LMRequest, isRetry: Bool) async throws -> LMResponse {
        try await permitted(request, isRetry) { try await base.complete(request) }
    }

    /// As `complete`, and tells the answer while it comes in.
    package func stream(
        _ request: LMRequest, onEvent: (LMStreamEvent) async throws -> Void
    ) async throws -> LMResponse {
        try await stream(request, isRetry: false, onEvent: onEvent)
    }

    /// As `complete`, and tells the answer while it comes in.
    func stream(
        _ request: LMRequest, isRetry: Bool, onEvent: (LMStreamEvent) async throws -> Void
    ) async throws -> LMResponse {
        try await permitted(request, isRetry) { try await base.stream(request, onEvent: onEvent) }
    }

    private func permitted(
        _ request: LMRequest, _ isRetry: Bool, _ ask: () async throws -> LMResponse
    ) async throws -> LMResponse {
        let tokens = estimate(request)
        let permit =
            if let permit = try limiter.acquireAtOnce(estimatedTokens: tokens, isRetry: isRetry) {
                permit
            } else {
                try await limiter.acquire(estimatedTokens: tokens, isRetry: isRetry)
            }
        do {
            let response = try await ask()
            limiter.release(permit, .answered, tokens: response.usage["total_tokens"]?.int)
            return response
        } catch {
            throw failure(error, permit)
        }
    }

    /// Gives a permit back after an error, which it returns.
    @inline(never)
    private func failure(_ error: any Error, _ permit: CallGate.Permit) -> any Error {
        guard var error = error as? LMError else {
            limiter.release(permit, .neutral)
            return error
        }
        // Azure says -1 or 0 when it does not know.
        if error.retryAfter ?? 0 <= 0 { error.retryAfter = nil }
        limiter.release(permit, Self.outcome(of: error))
        if error.code == .serverError, let seconds = error.retryAfter { limiter.pause(for: seconds) }
        return error
    }

    private static func outcome(of error: LMError) -> CallOutcome {
        switch error.code {
        case .rateLimited: .rateLimited(retryAfter: error.retryAfter)
        case .timeout, .serverError, .transport: .troubled
        default: .neutral
        }
    }

    private static func bytes(of message: LMMessage) -> Int {
        if case .text(let text) = message.content { return text.utf8.count }
        return message.json.text().utf8.count
    }

    /// About four bytes make a token; the answer may be as long as allowed.
    private func estimate(_ request: LMRequest) -> Int {
        let bytes = request.messages.reduce(0) { $0 + Self.bytes(of: $1) }
        let options = request.options
        let allowed = options["max_tokens"] ?? options["max_completion_tokens"] ?? defaults["max_tokens"]
        return bytes / 4 + min(allowed?.int ?? 256, 1024)
    }
}
