package import DSPyCore
package import OrderedJSON

/// A model whose answers are kept: the same request is asked once.
///
/// - Source: dspy/clients/lm.py and cache.py (3.4.1), `request_cache`.
package struct CachingModel: LanguageModel {
    /// The model behind.
    package let base: any LanguageModel
    private let cache: LMCache
    private let keys: CacheKeys

    /// A model in front of which a cache stands; several may share one.
    ///
    /// - Parameter server: Where its answers come from: those of another server are others.
    package init(_ base: any LanguageModel, cache: LMCache, server: CacheServer = .own) {
        self.base = base
        self.cache = cache
        keys = CacheKeys(model: base.model, defaults: base.defaults, server: server)
    }

    /// The name of the model behind.
    package var model: String { base.model }
    /// The capabilities of the model behind.
    package var capabilities: LMCapabilities { base.capabilities }
    /// The defaults of the model behind.
    package var defaults: JSONObject { base.defaults }

    /// Answers from the cache, else as the model behind does; `cache: false` in the options goes past the cache.
    package func complete(_ request: LMRequest) async throws -> LMResponse {
        try Task.checkCancellation()
        let defaults = defaults
        guard (request.options["cache"] ?? defaults["cache"])?.bool != false else {
            return try await base.complete(request)
        }
        let key = keys.place(of: request)
        if let response = cache.remembered(key) { return response }
        return try await cache.flights.run(key) {
            if let response = await cache.response(for: key) { return response }
            let response = try await base.complete(request)
            cache.keep(response, for: key, model: model)
            return response
        }
    }

    /// As `complete`; an answer that is there already is told at once.
    package func stream(
        _ request: LMRequest, onEvent: (LMStreamEvent) async throws -> Void
    ) async throws -> LMResponse {
        try Task.checkCancellation()
        let defaults = defaults
        guard (request.options["cache"] ?? defaults["cache"])?.bool != false else {
            return try await base.stream(request, onEvent: onEvent)
        }
        let key = keys.place(of: request)
        var isTold = false
        let response: LMResponse
        if let known = cache.remembered(key) {
            response = known
        } else {
            response = try await cache.flights.run(key) {
                if let response = await cache.response(for: key) { return response }
                isTold = true
                let response = try await base.stream(request, onEvent: onEvent)
                cache.keep(response, for: key, model: model)
                return response
            }
        }
        if !isTold { try await response.deliver(to: onEvent) }
        return response
    }

    /// Lets go of the answer to a request.
    package func forget(_ request: LMRequest) {
        guard (request.options["cache"] ?? defaults["cache"])?.bool != false else { return }
        cache.forget(keys.place(of: request))
    }
}
