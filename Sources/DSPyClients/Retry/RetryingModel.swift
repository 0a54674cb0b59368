import Basics
package import DSPyCore
package import OrderedJSON

/// Asks a model again when it failed in a way that may pass.
///
/// - Source: dspy/clients/execution.py (3.4.1), `_delay`.
package struct RetryingModel: LanguageModel {
    /// The model behind.
    package let base: any LanguageModel
    /// The model behind if it waits for its turn: it lets those go first that were asked before.
    private let limited: LimitedModel?
    /// How many further attempts follow the first.
    package let retries: Int
    /// The longest wait in seconds that a provider may ask for.
    package let longestWait: Double
    /// Whether a reply with the status 200 that is no JSON is worth another attempt; DSPy gives up.
    package let retriesGarbage: Bool
    private let jitter: @Sendable (Double) -> Double
    private let sleep: @Sendable (Duration) async throws -> Void

    /// A model that is asked up to `retries` times more.
    ///
    /// - Parameters:
    ///   - base: The model behind.
    ///   - retries: Further attempts after the first.
    ///   - longestWait: A provider that asks for more seconds than this gets no further attempt.
    ///   - retriesGarbage: Whether a reply with the status 200 that is no JSON, mostly a page of a gateway, is worth another
    ///     attempt.
    ///   - jitter: Makes the wait in seconds out of the longest one; DSPy waits exactly that long. A wait that the
    ///     provider asks for is never changed.
    ///   - sleep: Waits.
    package init(
        _ base: any LanguageModel, retries: Int = 3, longestWait: Double = 600, retriesGarbage: Bool = false,
        jitter: @escaping @Sendable (Double) -> Double = { $0 },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.base = base
        limited = base as? LimitedModel
        self.retries = retries
        self.longestWait = longestWait
        self.retriesGarbage = retriesGarbage
        self.jitter = jitter
        self.sleep = sleep
    }

    /// The name of the model behind.
    package var model: String { base.model }
    /// The capabilities of the model behind.
    package var capabilities: LMCapabilities { base.capabilities }
    /// The defaults of the model behind.
    package var defaults: JSONObject { base.defaults }

    /// Answers, after 1, 2, 4 … 60 seconds and another try where one may help.
    package func complete(_ request: LMRequest) async throws -> LMResponse {
        try await repeated { isRetry in
            guard let limited else { return try await base.complete(request) }
            return try await limited.complete(request, isRetry: isRetry)
        } beforeWait: { restart in
            request.restarts?.tell(restart)
        }
    }

    /// Answers while it comes in; a further attempt begins with a restart, told before the wait.
    package func stream(
        _ request: LMRequest, onEvent: (LMStreamEvent) async throws -> Void
    ) async throws -> LMResponse {
        // What the handler throws is no failure of the model, whatever its type.
        struct Refused: Error { let error: any Error }
        func tell(_ event: LMStreamEvent) async throws {
            do { try await onEvent(event) } catch { throw Refused(error: error) }
        }
        do {
            return try await repeated { isRetry in
                guard let limited else { return try await base.stream(request, onEvent: tell) }
                return try await limited.stream(request, isRetry: isRetry, onEvent: tell)
            } beforeWait: { restart in
                try await tell(.restart(restart))
            }
        } catch let refused as Refused {
            throw refused.error
        }
    }

    private func repeated(
        _ ask: (_ isRetry: Bool) async throws -> LMResponse, beforeWait: (LMRestart) async throws -> Void
    ) async throws -> LMResponse {
        var failed = 0
        while true {
            do {
                var response = try await ask(failed > 0)
                response.attempts = response.attempts.adding(saturating: failed)
                response.retries = response.retries.adding(saturating: failed)
                return response
            } catch {
                // Apart, because an async function keeps room for all it ever holds, and this is rare.
                try await waitAfter(error, failed, beforeWait)
                failed += 1
            }
        }
    }

    /// Waits before another attempt; throws the error when there is to be none.
    @inline(never)
    private func waitAfter(
        _ error: any Error, _ failed: Int, _ beforeWait: (LMRestart) async throws -> Void
    ) async throws {
        guard var error = error as? LMError else { throw error }
        guard mayPass(error), failed < retries, error.retryAfter ?? 0 <= longestWait else {
            error.attempts = error.attempts.adding(saturating: failed)
            throw error
        }
        let wait = error.retryAfter ?? jitter(Double(min(1 << min(failed, 6), 60)))
        try await beforeWait(LMRestart(attempt: failed + 2, wait: wait, reason: error))
        try await sleep(.bounded(seconds: wait))
    }

    private func mayPass(_ error: LMError) -> Bool {
        error.isRetryable || retriesGarbage && error.code == .badReply && (200..<300).contains(error.status ?? 0)
    }
}
