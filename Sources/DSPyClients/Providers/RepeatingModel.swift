import Basics
package import DSPyCore
package import OrderedJSON

/// Asks a model several times, one after the other, when a request wants several generations (`n`).
///
/// - Source: dspy/clients/execution.py (3.4.1): n requests, each with its own retries.
package struct RepeatingModel: LanguageModel {
    /// The model behind, which answers with one generation.
    package let base: any LanguageModel

    /// A model that answers `n` times.
    package init(_ base: any LanguageModel) {
        self.base = base
    }

    /// The name of the model behind.
    package var model: String { base.model }
    /// The capabilities of the model behind.
    package var capabilities: LMCapabilities { base.capabilities }
    /// The defaults of the model behind.
    package var defaults: JSONObject { base.defaults }

    /// Answers with as many generations as `n` says; usage and attempts are summed.
    package func complete(_ request: LMRequest) async throws -> LMResponse {
        try await repeated(request) { try await base.complete($0) }
    }

    /// As `complete`, and tells the first generation while it comes in.
    package func stream(
        _ request: LMRequest, onEvent: (LMStreamEvent) async throws -> Void
    ) async throws -> LMResponse {
        try await repeated(request) { try await base.stream($0, onEvent: onEvent) }
    }

    private func repeated(
        _ request: LMRequest, _ first: (LMRequest) async throws -> LMResponse
    ) async throws -> LMResponse {
        let count = try LMOptions.generations(request, defaults: defaults)
        return count > 1 ? try await repeated(request, count, first) : try await first(request)
    }

    @inline(never)
    private func repeated(
        _ request: LMRequest, _ count: Int, _ first: (LMRequest) async throws -> LMResponse
    ) async throws -> LMResponse {
        var single = request
        single.options["n"] = nil
        var whole = try await first(single)
        for _ in 1..<count {
            let next = try await base.complete(single)
            whole.outputs += next.outputs
            whole.usage = UsageTracker.sum(whole.usage, next.usage)
            whole.attempts = whole.attempts.adding(saturating: next.attempts)
            whole.retries = whole.retries.adding(saturating: next.retries)
        }
        return whole
    }
}
