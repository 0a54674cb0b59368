import Console
import DSPy
import DSPyClients
import DSPySpec
import OrderedJSON

/// Decides which model answers, from flags, the environment, configuration files and the program.
struct ModelChoice {
    private let flagLM: String?
    private let ambientLM: String?
    private let apiBase: String?
    private let options: JSONObject
    private let timeout: Duration
    private let retries: Int
    private let recording: RecordingFile?
    private let replay: Recording?
    private let factory: LMFactory
    private let cache: LMCache?
    /// What models cost.
    let prices: PriceTable
    /// The adapter of modules that name none.
    let adapter: any Adapter

    /// What a command calls models for.
    enum Calls {
        case none, run, batch
    }

    /// The options that flags set for every model.
    var givenOptions: JSONObject { options }

    /// A choice that only previews prompts.
    static func sketch() throws -> ModelChoice {
        let arguments = try ShowCommand.table.parse(["-"])
        return try ModelChoice(arguments, Messages(arguments), calls: .none)
    }

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
        flagLM = arguments.string("lm")
        ambientLM = Environment.value("DSPY_LM") ?? configuration.lm
        apiBase = arguments.string("api-base") ?? Environment.value("DSPY_API_BASE") ?? configuration.apiBase
        options = try Self.options(arguments)
        let environment = Environment.all
        let isCached = calls != .none && configuration.cache != false && !arguments.bool("no-cache")
        cache = isCached ? Self.cache(environment, messages) : nil
        prices = configuration.prices
        // Many rows that failed at once had better not come back at once.
        let spreads = calls == .batch
        factory = LMFactory(
            environment: environment, jitter: { spreads ? RetryJitter.full($0) : $0 },
            progress: { messages.progress($0) }, cache: cache, limits: limits)
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
        switch name {
        case "chat": ChatAdapter()
        case "json": JSONAdapter()
        case "xml": XMLAdapter()
        case "baml": BAMLAdapter()
        default: throw arguments.table.failure("there is no adapter '\(name)'; there are chat, json, xml and baml")
        }
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

    /// The model that a program names; a flag comes before it.
    func model(_ spec: LMSpec) throws -> any LanguageModel {
        let name = flagLM ?? spec.model
        var options = flagLM == nil ? resolved(spec.options) : JSONObject()
        for (key, value) in self.options { options[key] = value }
        if let replay { return factory.replay(name, from: replay, options: options) }
        let base = flagLM == nil ? (options["api_base"]?.string ?? apiBase) : apiBase
        let made = try factory.make(name, apiBase: base, options: options, retries: retries, timeout: timeout)
        return recording.map { RecordingModel(made, to: $0) } ?? made
    }

    /// What makes vectors of texts.
    func embedder(_ name: String) throws -> any Embedder {
        try factory.embedder(name, apiBase: apiBase, retries: retries, timeout: timeout)
    }

    /// `${env:NAME}` in options is read from the environment.
    private func resolved(_ options: JSONObject) -> JSONObject {
        JSONObject(
            options.members.map { key, value in
                guard let text = value.string, text.hasPrefix("${env:"), text.hasSuffix("}") else {
                    return (key, value)
                }
                return (key, Environment.value(String(text.dropFirst(6).dropLast())).map { .string($0) } ?? .null)
            })
    }

    /// A model that only knows its name and capabilities, to write prompts without a key.
    func sketch(_ spec: LMSpec?) -> SketchedModel {
        let name = flagLM ?? spec?.model ?? ambientLM ?? factory.configuredModel ?? "openai/gpt-4o-mini"
        var options = flagLM == nil ? spec?.options ?? [:] : JSONObject()
        for (key, value) in self.options { options[key] = value }
        let capabilities = factory.capabilities(of: name, options: options)
        return SketchedModel(model: name, capabilities: capabilities, defaults: options)
    }

    /// Where a call of a model would go.
    func target(_ name: String) throws -> CallTarget {
        try factory.target(of: name, apiBase: apiBase, options: options)
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
