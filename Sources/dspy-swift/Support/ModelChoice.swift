import Console
import DSPyCore
import DSPyClients
import DSPySpec
import DSPyTools
import OrderedJSON

/// Decides which model answers, from flags, the environment, configuration files and the program.
struct ModelChoice {
    private let ambientLM: String?
    private let timeout: Duration
    private let retries: Int
    private let recording: RecordingFile?
    private let replay: Recording?
    private let factory: LMFactory
    private let router: ModelRouter
    private let cache: LMCache?
    /// What models may be sent, and where; nothing but what needs no grant, until the caller was asked.
    var grants = Grants.none
    /// What models cost.
    let prices: PriceTable
    /// The adapter of modules that name none.
    let adapter: any Adapter

    /// What a command calls models for.
    enum Calls {
        case none, run, batch
    }

    /// The options that flags set for every model.
    var givenOptions: JSONObject { router.ground.options }

    private var flagLM: String? { router.ground.lm }

    /// Reads the flags of a command.
    ///
    /// - Parameters:
    ///   - settings: The program's settings, which count where no flag or configuration says otherwise.
    ///   - limits: Lets calls start when they may; nil to start all at once.
    ///   - calls: What the command calls models for; commands that call none lack the flags of `CommonFlags.call`.
    init(
        _ arguments: ParsedArguments, _ messages: Messages, _ settings: Settings = Settings(), calls: Calls = .run,
        limits: CallLimits? = nil
    ) throws {
        let configuration = try Configuration.read()
        ambientLM = Environment.value("DSPY_LM") ?? configuration.lm
        let ground = ModelRouter.Ground(
            lm: arguments.string("lm"), flagBase: arguments.string("api-base"), options: try Self.options(arguments),
            environmentBase: Environment.value("DSPY_API_BASE"), configuration: configuration)
        let environment = Environment.all
        let isCached = calls != .none && configuration.cache != false && !arguments.bool("no-cache")
        cache = isCached ? Self.cache(environment, messages) : nil
        prices = configuration.prices
        // Many rows that failed at once had better not come back at once.
        let spreads = calls == .batch
        factory = LMFactory(
            environment: environment, jitter: { spreads ? RetryJitter.full($0) : $0 },
            progress: { messages.progress($0) }, cache: cache, limits: limits,
            told: messages.calls)
        router = ModelRouter(ground: ground, factory: factory) { Environment.value($0) }
        let name = arguments.string("adapter") ?? Environment.value("DSPY_ADAPTER") ?? configuration.adapter
        adapter = try Self.adapter(name ?? "chat", arguments)
        guard calls != .none else {
            (timeout, retries, recording, replay) = (.seconds(120), 0, nil, nil)
            return
        }
        let seconds = try arguments.double("timeout", atLeast: 0.001) ?? configuration.timeout ?? 120
        timeout = .bounded(seconds: seconds)
        retries =
            try arguments.int("retries", in: 0...1000) ?? configuration.retries ?? settings.numRetries
            ?? (calls == .batch ? 5 : 3)
        if arguments.string("record") != nil, arguments.string("replay") != nil {
            throw arguments.table.failure("--record and --replay exclude each other")
        }
        replay = try arguments.string("replay").map { path in
            guard FileReading.exists(path) else { throw Failure(.noInput, "\(path): no such recording") }
            return try Recording(path: path)
        }
        recording = try LineFile.opened("record", arguments, messages).map { RecordingFile($0) }
    }

    private static func cache(_ environment: [String: String], _ messages: Messages) -> LMCache {
        LMCache(path: CacheLocation.path(environment: environment), warn: { messages.warn($0) })
    }

    private static func adapter(_ name: String, _ arguments: ParsedArguments) throws -> any Adapter {
        guard let adapter = AdapterKind(rawValue: name)?.plain else {
            let names = AdapterKind.plainNames.joined(separator: ", ")
            throw arguments.table.failure("there is no adapter '\(name)'; there are \(names)")
        }
        return adapter
    }

    private static func options(_ arguments: ParsedArguments) throws -> JSONObject {
        var options = JSONObject()
        for text in arguments.all("set") {
            let option = try SetOption(text, arguments.table)
            options[option.key] = option.value
        }
        return options
    }

    /// The model of modules that name none; nil when none is configured.
    func defaultModel() throws -> (any LanguageModel)? {
        if let name = flagLM ?? ambientLM { return try model(LMSpec(model: name)) }
        if replay != nil { return try model(LMSpec(model: "replay/any")) }
        return try factory.configuredModel.map { try model(LMSpec(model: $0)) }
    }

    /// As ``defaultModel()`` for a program; nil also when it cannot be made and no call of the program wants it.
    func defaultModel(for program: CheckedProgram) throws -> (any LanguageModel)? {
        program.takesDefaultModel ? try defaultModel() : try? defaultModel()
    }

    /// Waits until the answers of this run are in the cache's file.
    func finish() async { await cache?.flush() }

    /// Whether the model of modules that name none is asked over a network.
    var asksOverNetwork: Bool {
        replay == nil && defaultModelName.map { !$0.hasPrefix("scripted/") } ?? true
    }

    /// Gets the network ready while the program is built.
    ///
    /// Not earlier: no thread starts while a library is being loaded, and reading a program needs one.
    func warmUp() {
        if asksOverNetwork { CurlTransport.warmUp() }
    }

    /// The name of the model of modules that name none.
    var defaultModelName: String? { flagLM ?? ambientLM ?? factory.configuredModel }

    /// What the models of a program ask of whoever runs it.
    ///
    /// - Throws: `Failure` (78) for a variable that is not set.
    func needs(of program: CheckedProgram) throws -> [Need] {
        if replay != nil { return [] }
        let routes = try ModelNeeds.routes(of: program, router, defaultModel: defaultModelName)
        for route in routes { try checkVariables(of: route) }
        return routes.flatMap(\.needs).joined
    }

    /// The model that a program names; a flag comes before it.
    func model(_ spec: LMSpec) throws -> any LanguageModel {
        let route = try router.route(spec)
        let name = route.name ?? spec.model
        if let replay { return factory.replay(name, from: replay, options: route.written) }
        try admit(route)
        let made = try factory.make(
            name, at: route.address(allowedBy: grants), options: route.options, hiding: route.values, retries: retries,
            timeout: timeout)
        return recording.map { RecordingModel(made, to: $0, options: route.written) } ?? made
    }

    /// What makes vectors of texts.
    func embedder(_ name: String) throws -> any Embedder {
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
        throw Failure(
            .notConfigured,
            "\(route.name.map { ShownText.word($0) } ?? "the model"): the variable \(variable) is not set; `\(option)` in the "
                + "program's `lm` wants it")
    }

    /// A model that only knows its name and capabilities, to write prompts without a key.
    func sketch(_ spec: LMSpec?) -> SketchedModel {
        let name = flagLM ?? spec?.model ?? ambientLM ?? factory.configuredModel ?? "openai/gpt-4o-mini"
        var options = flagLM == nil ? spec?.options ?? [:] : JSONObject()
        for (key, value) in givenOptions { options[key] = value }
        let capabilities = factory.capabilities(of: name, options: options)
        return SketchedModel(model: name, capabilities: capabilities, defaults: options)
    }

    /// Where a call of a model would go.
    func target(_ name: String) throws -> CallTarget {
        try factory.target(
            of: name, at: try router.route(LMSpec(model: name)).address, options: givenOptions)
    }

    /// What to say when no model is configured.
    static let noModel =
        "no model is configured: set a provider's key (for example OPENAI_API_KEY), run Ollama and give --lm "
        + "ollama_chat/NAME, or take the small model of this machine: --lm local/smollm2-135m"
}

/// A model that is never asked.
struct SketchedModel: LanguageModel {
    let model: String
    let capabilities: LMCapabilities
    let defaults: JSONObject

    func complete(_ request: LMRequest) async throws -> LMResponse {
        throw LMError(.unanswered, "a preview asks no model", model: model)
    }
}
