import OrderedJSON

/// What a run hands down to every module: the model, the adapter, the settings, and where warnings go.
///
/// A plain value, not an ambient global: a module inside a module always sees the run it belongs to.
public struct RunContext: Sendable {
    /// The model of modules that name none.
    public var lm: (any LanguageModel)?
    /// The adapter of modules that name none.
    public var adapter: any Adapter
    /// DSPy's settings.
    public var settings: Settings
    /// Whether calls go out one at a time, in program order.
    public var isSequential: Bool
    /// Sums what calls use.
    public var usage: UsageTracker
    /// Takes warnings, one line each.
    public var warn: @Sendable (String) -> Void
    /// LM keyword arguments that stand above a model's own and below a module's (`rollout_id`, `temperature`).
    var lmOptions: JSONObject = [:]
    /// Examples that take the place of those of the predictors.
    var demos: [ValueDict]?
    /// Advice that predictors are told.
    var hints: Hints?
    /// Notes what predictors answer; nil when nobody reads it.
    var record: CallRecord?
    /// Notes what the run did; nil when nobody reads it.
    package var trace: RunTrace?
    /// Hears of each of the outermost branches that fails, while the others go on; nil where one failure ends the run.
    package var branchFailed: (@Sendable (_ branch: String, any Error) async throws -> Void)?
    /// Hears what the run does while it runs; nil when nobody listens.
    package var observer: RunObserver?

    /// A context; by default without model, with the chat adapter, and with warnings dropped.
    public init(
        lm: (any LanguageModel)? = nil, adapter: any Adapter = ChatAdapter(), settings: Settings = Settings(),
        isSequential: Bool = false, usage: UsageTracker = UsageTracker(),
        warn: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.lm = lm
        self.adapter = adapter
        self.settings = settings
        self.isSequential = isSequential
        self.usage = usage
        self.warn = warn
    }
}
