import Transport
import Basics
import Platform
package import DSPyCore
import OrderedJSON

extension LMFactory {
    func httpModel(
        _ name: String, _ provider: Provider, _ wireModel: String, _ address: ModelAddress, options: JSONObject,
        hiding values: [String] = [], timeout: Duration
    ) throws(LMError) -> HTTPLanguageModel {
        guard provider.dialect == .openAI else { throw unspoken(provider, model: name) }
        let isResponses = try isResponses(options)
        try checkReasoningRules(name, options)
        let dialect: any ModelDialect =
            isResponses ? OpenAIResponsesDialect() : OpenAIChatDialect(compat: provider.compat)
        let place = try place(of: provider, name, address)
        let connection = ConnectionOptions(options)
        let key = try keyHeader(of: provider, connection, place, hasOwn: hasAuthorization(connection.others))
        let secrets = Secrets(
            keys + values + connection.secrets + AddressSecrets.values(in: place.base + place.query))
        return HTTPLanguageModel(
            model: name, capabilities: ModelCapabilities.of(wireModel, provider: provider, isResponses: isResponses),
            defaults: connection.others, provider: provider.name, wireModel: wireModel, url: place.url(dialect.path),
            server: place.server(besides: provider),
            headers: [HTTPLanguageModel.contentType] + (key.map { [$0] } ?? []), dialect: dialect,
            transport: transport, timeout: timeout, secrets: secrets, authHint: authHint(provider, connection),
            onCall: told.map { told in
                let shown = AddressSecrets.hidden(place.url(dialect.path))
                return { told("\(name): POST \(shown)") }
            })
    }

    /// What makes vectors of texts: `openai/text-embedding-3-small`, or any provider that speaks OpenAI's protocol.
    ///
    /// - Throws: `LMError` (`not_configured`, `unsupported`, `configuration`); nothing is sent.
    package func embedder(
        _ name: String, at address: ModelAddress = .provider, retries: Int = 3, timeout: Duration = .seconds(120)
    ) throws(LMError) -> HTTPEmbedder {
        let (provider, wireModel) = try resolve(name)
        let model = try httpModel(name, provider, wireModel, address, options: [:], timeout: timeout)
        let url = try place(of: provider, name, address).url("/embeddings")
        return HTTPEmbedder(
            model: name, wireModel: wireModel, url: url, headers: model.headers, transport: transport,
            timeout: timeout, secrets: model.secrets, authHint: model.authHint, retries: retries, jitter: jitter,
            sleep: sleep,
            onCall: told.map { told in
                let shown = AddressSecrets.hidden(url)
                return { told("\(name): POST \(shown)") }
            })
    }

    /// The model behind the limiter of its provider, address and key.
    func limited(_ model: HTTPLanguageModel) -> any LanguageModel {
        guard let limits else { return model }
        let limiter = limits.limiter(
            provider: model.provider, address: model.url.origin,
            key: model.headers.map(\.value).joined(separator: "\n"))
        var model = model
        model.onHeaders = { headers in
            guard let hold = RateLimitHeaders(headers, now: Double(SystemClock.seconds)).hold else { return }
            // A precaution is no reason to give up.
            limiter.pause(for: min(hold, limits.pace.longestWait))
        }
        return LimitedModel(model, limiter)
    }

    /// A provider whose own protocol is not spoken.
    func unspoken(_ provider: Provider, model: String) -> LMError {
        LMError(
            .unsupported,
            "\(provider.name) is known, but its own protocol is not spoken yet; its models are reachable through "
                + "openrouter/\(provider.name == "gemini" ? "google" : provider.name)/MODEL", model: model)
    }

    func isResponses(_ options: JSONObject) throws(LMError) -> Bool {
        switch options["model_type"] ?? "chat" {
        case "chat", .null: return false
        case "responses": return true
        case let other:
            throw LMError(.unsupported, "model_type \(other.text()) is not spoken; take \"chat\" or \"responses\"")
        }
    }

    /// - Source: dspy/clients/lm.py (3.4.1), `LM._get_initial_kwargs`.
    private func checkReasoningRules(_ name: String, _ options: JSONObject) throws(LMError) {
        guard ModelCapabilities.isOpenAIReasoning(name) else { return }
        let temperature = options["temperature"]?.number ?? 0
        let limit = (options["max_tokens"] ?? options["max_completion_tokens"])?.number ?? 0
        guard (temperature != 0 && temperature != 1) || (limit != 0 && limit < 16_000) else { return }
        throw LMError(
            .configuration,
            "OpenAI's reasoning models take temperature 1.0 or none, and max_tokens of at least 16000 or none")
    }

    /// The header with the key: that of the options, else the provider's own.
    ///
    /// - Parameter hasOwn: Whether a header of the options stands in its place.
    private func keyHeader(
        of provider: Provider, _ options: ConnectionOptions, _ place: ModelPlace, hasOwn: Bool
    ) throws(LMError) -> (name: String, value: String)? {
        if let token = options.directoryToken, provider.usesKeyHeader { return ("Authorization", "Bearer \(token)") }
        if options.key == nil, hasOwn { return nil }
        let own = provider.keyVariable(in: environment).flatMap { environment[$0] }
        if let key = options.key ?? own.map({ String($0.trimmed) }) {
            return provider.usesKeyHeader ? ("api-key", key) : ("Authorization", "Bearer \(key)")
        }
        // A server of one's own may want no key.
        if provider.keyVariables.isEmpty || (place.isGiven && !provider.usesKeyHeader) { return nil }
        throw LMError(
            .notConfigured,
            "no key for \(provider.name): set \(provider.keyVariables.joined(separator: " or ")); without any key, "
                + "local/smollm2-135m runs a small model on this machine (--lm local/smollm2-135m)")
    }

    /// Whether the options have a header that says who asks.
    private func hasAuthorization(_ options: JSONObject) -> Bool {
        ["headers", "extra_headers"].contains { name in
            options[name]?.object?.members.contains { ["authorization", "api-key"].contains($0.key.lowercased()) }
                ?? false
        }
    }

    private func authHint(_ provider: Provider, _ options: ConnectionOptions) -> String {
        if options.key != nil || options.directoryToken != nil { return "the key came from the program's `lm`" }
        if hasAuthorization(options.others) { return "the key came from the headers of the program's `lm`" }
        guard let variable = provider.keyVariable(in: environment) ?? provider.keyVariables.first else {
            return "the server wants a key that \(provider.name) has no variable for; name it openai/MODEL"
        }
        let isSet = provider.keyVariable(in: environment) != nil
        return isSet ? "the key came from \(variable)" : "no key was sent; set \(variable)"
    }

    /// Every key of the environment: a server may echo what it got.
    private var keys: [String] {
        ProviderCatalog.all.flatMap(\.keyVariables).compactMap { environment[$0].map { String($0.trimmed) } }
    }

    /// The providers, and whether each one's key is there.
    package func listing() -> [ProviderListing] {
        ProviderCatalog.all.map { provider in
            let other = provider.givenAddress(in: environment)
            return ProviderListing(
                name: provider.name, baseURL: other?.origin ?? provider.baseURL,
                keyVariable: provider.keyVariable(in: environment) ?? provider.keyVariables.first,
                hasKey: provider.keyVariable(in: environment) != nil, isSupported: provider.dialect == .openAI,
                defaultModel: provider.defaultModel)
        }
    }

    /// The default model of the first provider whose key is set, or nil.
    package var configuredModel: String? {
        for provider in ProviderCatalog.all where provider.keyVariable(in: environment) != nil {
            if let model = provider.defaultModel { return "\(provider.name)/\(model)" }
        }
        return nil
    }
}
