package import Transport
package import DSPyCore
package import OrderedJSON

/// Makes language models from their names.
package struct LMFactory: Sendable {
    /// The environment in which keys and addresses are looked up.
    let environment: [String: String]
    let transport: any HTTPTransport
    let jitter: @Sendable (Double) -> Double
    let sleep: @Sendable (Duration) async throws -> Void
    let progress: @Sendable (String) -> Void
    let cache: LMCache?
    let limits: CallLimits?
    let told: (@Sendable (String) -> Void)?

    /// A factory.
    ///
    /// - Parameters:
    ///   - environment: Where keys and addresses are looked up.
    ///   - transport: What carries requests.
    ///   - jitter: Makes the wait before a retry out of the longest one, in seconds.
    ///   - sleep: Waits.
    ///   - progress: Gets one line at a time of what takes long (setting up the local model).
    ///   - cache: Keeps the answers of models that are asked over a network or on this machine; nil for none.
    ///   - limits: Lets requests over a network start when they may; nil to start all at once.
    ///   - told: Gets the address of each request, without secrets, before it is sent.
    package init(
        environment: [String: String], transport: any HTTPTransport = CurlTransport.shared,
        jitter: @escaping @Sendable (Double) -> Double = { $0 },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        progress: @escaping @Sendable (String) -> Void = { _ in }, cache: LMCache? = nil,
        limits: CallLimits? = nil, told: (@Sendable (String) -> Void)? = nil
    ) {
        self.environment = environment
        self.transport = transport
        self.jitter = jitter
        self.sleep = sleep
        self.progress = progress
        self.cache = cache
        self.limits = limits
        self.told = told
    }

    /// The model behind a name: `openai/gpt-4o-mini`, `ollama/llama3.2`, `local/smollm2-135m`, `scripted/echo`,
    /// `scripted/FILE`.
    ///
    /// - Parameters:
    ///   - name: `provider/model`.
    ///   - address: Where it is, and who says so; an address among the options does not count.
    ///   - options: What `dspy.LM` takes: `temperature`, `max_tokens`, `model_type`, ….
    ///   - values: Texts in the options that no message may show.
    ///   - retries: Further attempts after the first; `num_retries` in the options comes first.
    ///   - timeout: How long one request may take.
    /// - Throws: `LMError` (`not_configured`, `unsupported`, `configuration`); nothing is sent.
    package func make(
        _ name: String, at address: ModelAddress = .provider, options: JSONObject = [:], hiding values: [String] = [],
        retries: Int = 3, timeout: Duration = .seconds(600)
    ) throws(LMError) -> any LanguageModel {
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        var options = options
        let retries = options["num_retries"]?.int ?? retries
        options["num_retries"] = nil
        do {
            if parts.count == 2, parts[0] == "scripted" {
                return try ScriptedModel(named: parts[1], model: name, defaults: ConnectionOptions(options).others)
            }
            if parts.count == 2, parts[0] == "local" {
                let local = try LocalModel(
                    parts[1], environment: environment, defaults: ConnectionOptions(options).others,
                    transport: transport, timeout: timeout,
                    progress: progress)
                return layered(local, retries)
            }
            let (provider, wireModel) = try resolve(name)
            let http = try httpModel(
                name, provider, wireModel, address, options: options, hiding: values, timeout: timeout)
            return layered(limited(http), retries, http.server)
        } catch {
            var error = error
            error.model = name
            throw error
        }
    }

    /// The layers around a model that is really asked, from the outside: cache, repetition for `n`, retries, limits.
    private func layered(
        _ model: any LanguageModel, _ retries: Int, _ server: CacheServer = .own
    ) -> any LanguageModel {
        let asked = RepeatingModel(
            RetryingModel(
                model, retries: retries, longestWait: limits?.pace.longestWait ?? 600, retriesGarbage: limits != nil,
                jitter: jitter, sleep: sleep))
        return cache.map { CachingModel(asked, cache: $0, server: server) } ?? asked
    }

    /// A model that answers from a recording: no key, no network; what it can do is looked up by its name.
    package func replay(_ name: String, from recording: Recording, options: JSONObject = [:]) -> any LanguageModel {
        var options = options
        options["num_retries"] = nil
        return ReplayModel(
            recording, model: name, capabilities: capabilities(of: name, options: options),
            defaults: ConnectionOptions(options).others)
    }

    /// What adapters may ask of the model behind a name; no key is needed, and an unknown name can nothing.
    package func capabilities(of name: String, options: JSONObject = [:]) -> LMCapabilities {
        if name.hasPrefix("scripted/") { return ScriptedModel.everything }
        if name.hasPrefix("local/") { return LocalModel.abilities }
        guard let (provider, model) = try? resolve(name) else { return LMCapabilities() }
        return ModelCapabilities.of(model, provider: provider, isResponses: options["model_type"] == "responses")
    }

    /// What is wrong with a model's name, whatever keys are set; nil when nothing is.
    package func problem(with name: String) -> String? {
        if name.hasPrefix("scripted/") || name.hasPrefix("local/") { return nil }
        do throws(LMError) {
            let (provider, _) = try resolve(name)
            return provider.dialect == .openAI ? nil : unspoken(provider, model: name).message
        } catch {
            return error.message
        }
    }

    /// The provider of a name, and the model as the provider names it.
    func resolve(_ name: String) throws(LMError) -> (Provider, String) {
        guard let slash = name.firstIndex(of: "/") else {
            if let provider = ProviderCatalog.provider(ofBareModel: name) { return (provider, name) }
            throw LMError(.notConfigured, "\"\(name)\" names no provider; write provider/model, such as openai/\(name)")
        }
        let prefix = String(name[..<slash])
        let model = String(name[name.index(after: slash)...])
        if model.isEmpty {
            throw LMError(.configuration, "\"\(name)\" has a provider but no model after it")
        }
        if let provider = ProviderCatalog.provider(named: prefix) { return (provider, model) }
        let hint =
            ProviderCatalog.nameNear(prefix).map { "did you mean \"\($0)\"?" }
            ?? "known are \(ProviderCatalog.all.map(\.name).joined(separator: ", ")); any OpenAI-compatible server: "
            + "openai/MODEL with its address (--api-base)"
        throw LMError(.notConfigured, "unknown provider \"\(prefix)\"; \(hint)")
    }
}
