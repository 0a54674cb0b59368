package import DSPyClients
package import DSPyCore
package import DSPySpec
package import DSPyTools
package import OrderedJSON
import Basics
import Transport

/// Decides which model answers, from settings, the environment, configuration files and the program.
package struct ModelChoice: Sendable {
    private let settings: RunSettings
    private let timeout: Duration
    private let retries: Int
    private let factory: LMFactory
    private let router: ModelRouter
    /// Keeps answers; nil where none are kept.
    package let cache: LMCache?
    /// What models may be sent, and where.
    package var grants: Grants

    /// What models cost.
    package var prices: PriceTable { settings.configuration.prices }
    /// The adapter of modules that name none.
    package var adapter: any Adapter { settings.adapter }
    /// The options that were given for every model.
    package var givenOptions: JSONObject { settings.options }

    /// A choice.
    ///
    /// - Parameters:
    ///   - program: The program's own settings, which count where nothing else is said.
    ///   - limits: Lets calls start when they may; nil to start all at once.
    ///   - shared: A cache that other programs of the process have opened; nil for one of its own.
    package init(
        _ settings: RunSettings, program: Settings = Settings(), limits: CallLimits? = nil,
        cache shared: LMCache? = nil,
        messages: RunMessages = RunMessages()
    ) {
        self.settings = settings
        grants = settings.grants
        let configuration = settings.configuration
        let isCached = settings.calls != .none && configuration.cache != false && settings.usesCache
        cache =
            isCached
            ? shared ?? LMCache(path: CacheLocation.path(environment: settings.environment), warn: messages.warn) : nil
        // Many rows that failed at once had better not come back at once.
        let spreads = settings.calls == .batch
        factory = LMFactory(
            environment: settings.environment, jitter: { spreads ? RetryJitter.full($0) : $0 },
            progress: messages.progress, cache: cache, limits: limits, told: messages.call)
        router = ModelRouter(settings: settings, factory: factory)
        timeout = settings.timeout ?? configuration.timeout.map { .bounded(seconds: $0) } ?? .seconds(120)
        retries = settings.retries ?? configuration.retries ?? program.numRetries ?? (spreads ? 5 : 3)
    }

    /// The model of modules that name none; nil when none is configured.
    package func defaultModel() throws -> (any LanguageModel)? {
        if let name = settings.lm ?? ambientModel { return try model(LMSpec(model: name)) }
        return try factory.configuredModel.map { try model(LMSpec(model: $0)) }
    }

    /// As ``defaultModel()`` for a program; nil also when it cannot be made and no call of the program wants it.
    package func defaultModel(for program: CheckedProgram) throws -> (any LanguageModel)? {
        program.takesDefaultModel ? try defaultModel() : try? defaultModel()
    }

    /// Waits until the answers of this run are in the cache's file.
    package func finish() async { await cache?.flush() }

    /// Whether the model of modules that name none is asked over a network.
    package var asksOverNetwork: Bool {
        settings.replay == nil && defaultModelName.map { !$0.hasPrefix("scripted/") } ?? true
    }

    /// Gets the network ready while the program is built.
    ///
    /// Not earlier: no thread starts while a library is being loaded, and reading a program needs one.
    package func warmUp() {
        if asksOverNetwork { CurlTransport.warmUp() }
    }

    /// The name of the model of modules that name none.
    package var defaultModelName: String? { settings.lm ?? ambientModel ?? factory.configuredModel }

    /// The model of modules that name none, where no flag says it.
    ///
    /// A replay takes the model that was recorded: what a model can do shapes its prompts.
    private var ambientModel: String? {
        guard let recorded = settings.replay?.models else { return settings.ambientLM }
        return settings.ambientLM.flatMap { recorded.contains($0) ? $0 : nil } ?? recorded.first ?? "replay/any"
    }

    /// What the models of a program ask of whoever runs it.
    ///
    /// - Throws: `ProgramError` (`notConfigured`) for a variable that is not set.
    package func needs(of program: CheckedProgram) throws -> [Need] {
        if settings.replay != nil { return [] }
        let routes = try router.routes(of: program, defaultModel: defaultModelName)
        for route in routes { try checkVariables(of: route) }
        return routes.flatMap(\.needs).joined
    }

    /// The model that a program names; the one of the settings comes before it.
    package func model(_ spec: LMSpec) throws -> any LanguageModel {
        let route = try router.route(spec)
        let name = route.name ?? spec.model
        if let replay = settings.replay { return factory.replay(name, from: replay, options: route.written) }
        try admit(route)
        let made = try factory.make(
            name, at: route.address(allowedBy: grants), options: route.options, hiding: route.values, retries: retries,
            timeout: timeout)
        guard let file = settings.recording else { return made }
        return RecordingModel(made, to: RecordingFile(file), options: route.written)
    }

    /// What makes vectors of texts.
    package func embedder(_ name: String) throws -> any Embedder {
        let route = try router.embedder(name)
        try admit(route)
        return try factory.embedder(name, at: route.address(allowedBy: grants), retries: retries, timeout: timeout)
    }

    private func admit(_ route: ModelRoute) throws {
        try checkVariables(of: route)
        let refused = route.needs.filter { !grants.allows($0.capability) }
        if !refused.isEmpty { throw Permission.refusal(of: refused.joined) }
    }

    private func checkVariables(of route: ModelRoute) throws {
        guard let (variable, option) = route.missing.first else { return }
        throw ProgramError(
            .notConfigured,
            "\(route.name.map { ShownText.word($0) } ?? "the model"): the variable \(variable) is not set; `\(option)` in the "
                + "program's `lm` wants it")
    }

    /// A model that only knows its name and capabilities, to write prompts without a key.
    package func sketch(_ spec: LMSpec?) -> SketchedModel {
        let name =
            settings.lm ?? spec?.model ?? ambientModel ?? factory.configuredModel ?? "openai/gpt-4o-mini"
        var options = settings.lm == nil ? spec?.options ?? [:] : JSONObject()
        for (key, value) in settings.options { options[key] = value }
        let capabilities = factory.capabilities(of: name, options: options)
        let own = settings.lm == nil ? spec?.options ?? [:] : JSONObject()
        return SketchedModel(
            model: name, capabilities: capabilities, defaults: options, spec: LMSpec(model: name, options: own))
    }

    /// Where a call of a model would go, and how it would be written.
    func target(_ model: SketchedModel) throws -> CallTarget {
        let route = try router.route(model.spec)
        return try factory.target(of: model.model, at: route.address, options: route.written)
    }

    /// What to say when no model is configured.
    package static let noModel =
        "no model is configured: set a provider's key (for example OPENAI_API_KEY), run Ollama and give --lm "
        + "ollama_chat/NAME, or take the small model of this machine: --lm local/smollm2-135m"
}
