package import DSPyClients
package import DSPyCore
package import DSPyTools
package import OrderedJSON
package import Platform

/// What whoever runs a program has decided, as values: flags, a request or a library's caller say them in their own ways.
package struct RunSettings: Sendable {
    /// What models are called for.
    package enum Calls: Sendable, Hashable {
        /// Nothing: prompts are only written.
        case none
        /// One run.
        case run
        /// Many rows, which had better be patient, and not come back at once.
        case batch
    }

    /// What models are called for.
    package var calls: Calls
    /// The model that answers wherever the program asks one; nil for those that it names.
    package var lm: String?
    /// The address of an OpenAI-compatible server, wherever the program asks one.
    package var apiBase: String?
    /// Options of every model, as `dspy.LM` takes them.
    package var options = JSONObject()
    /// The adapter of modules that name none.
    package var adapter: any Adapter = ChatAdapter()
    /// How long one call may take; nil for the configuration's time, else two minutes.
    package var timeout: Duration?
    /// Further attempts of a failed call; nil for those of the configuration or the program, else three, in a batch five.
    package var retries: Int?
    /// Whether answers are kept and taken from the cache, unless the configuration forbids it.
    package var usesCache = true
    /// What tools and models may do, without being asked for again.
    package var grants = Grants.none
    /// Takes every request and answer.
    package var recording: LineFile?
    /// Answers in the place of all models.
    package var replay: Recording?
    /// Whether one call follows the other, in program order.
    package var isSequential = false
    /// Whether a sync call may wait for tools that have no sync form; the program may allow it as well.
    package var allowToolAsyncSyncConversion = false
    /// The environment in which keys, models and addresses are looked up.
    package var environment: [String: String]
    /// What configuration files say.
    package var configuration: Configuration

    /// Settings that leave all to the environment, the configuration and the program.
    package init(
        calls: Calls = .run, environment: [String: String] = Environment.all,
        configuration: Configuration = Configuration()
    ) {
        self.calls = calls
        self.environment = environment
        self.configuration = configuration
    }

    /// One variable of the environment, unless it is unset or empty.
    package func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// The model of modules that name none, as far as settings say: the environment's, else the configuration's.
    var ambientLM: String? { variable("DSPY_LM") ?? configuration.lm }

    /// A program's own settings, with these on top.
    package func applied(to settings: Settings) -> Settings {
        var settings = settings
        if allowToolAsyncSyncConversion { settings.allowToolAsyncSyncConversion = true }
        return settings
    }
}
