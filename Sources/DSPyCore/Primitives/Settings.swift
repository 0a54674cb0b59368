/// DSPy's settings that a run of a program heeds, by DSPy's names and defaults.
///
/// - Source: dspy/dsp/utils/settings.py (3.4.1).
public struct Settings: Sendable, Hashable {
    /// `async_max_workers`: how many programs `asyncify` runs at once.
    public var asyncMaxWorkers = 8
    /// `track_usage`: whether predictions carry token counts.
    public var trackUsage = false
    /// `warn_on_type_mismatch`: whether an input of another type than declared is worth a warning.
    public var warnOnTypeMismatch = true
    /// `allow_tool_async_sync_conversion`: whether a sync run may call async tools.
    public var allowToolAsyncSyncConversion = false
    /// `num_retries`: extra attempts of a failed call that may succeed later; nil leaves the client's default.
    public var numRetries: Int?

    /// DSPy's defaults.
    public init() {}
}
