import DSPyCore
import OrderedJSON

/// The options of one call: a model's defaults with the request's options on top.
///
/// - Source: dspy/clients/execution.py (3.4.1), `prepare` and `_canonical`.
struct LMOptions: Sendable {
    /// The options that are left once nulls, and what only concerns the client, are taken away.
    let values: JSONObject
    /// How many generations to ask for.
    let generations: Int

    /// Names that steer the client and never reach a provider.
    static let clientOnly: Set<String> = [
        "api_key", "api_base", "base_url", "headers", "extra_headers", "timeout", "api_version", "organization",
        "project", "extra_query", "custom_llm_provider", "azure_ad_token_provider", "n", "rollout_id",
        "num_generations", "prompt_cache", "cache", "num_retries", "engine", "model", "model_type",
        "use_developer_role", "messages", "stream", "stream_options",
    ]

    /// Puts the request's options on top of the defaults; a null switches a default off.
    ///
    /// - Throws: `LMError` (`configuration`) when `n` is not a positive int.
    init(_ request: LMRequest, defaults: JSONObject) throws(LMError) {
        generations = try Self.generations(request, defaults: defaults)
        if request.options.isEmpty, defaults.isEmpty {
            values = [:]
            return
        }
        var merged = defaults
        for (key, value) in request.options {
            // Both names mean the one limit; the call's name must not stand beside the default's.
            if let alias = Self.limitAlias[key], !request.options.contains(alias) { merged[alias] = nil }
            merged[key] = value
        }
        values = JSONObject(
            merged.members.filter { !$0.value.isNull && !Self.clientOnly.contains($0.key) }
                .map { ($0.key, Self.number($0.value, of: $0.key)) })
    }

    /// How many generations a request asks for.
    ///
    /// - Throws: `LMError` (`configuration`) when `n` is not a positive int.
    static func generations(_ request: LMRequest, defaults: JSONObject) throws(LMError) -> Int {
        let n = request.options["n"] ?? defaults["n"] ?? .null
        if n.isNull { return 1 }
        guard let count = n.int, count > 0 else {
            throw LMError(.configuration, "the option n must be a positive integer, not \(n.text())")
        }
        return count
    }

    /// The header fields that a request adds; those of the request stand in place of the defaults'.
    static func headers(_ request: LMRequest, defaults: JSONObject) -> [(name: String, value: String)] {
        ["headers", "extra_headers"].flatMap { name in
            ((request.options[name] ?? defaults[name])?.object ?? [:]).members.compactMap { key, value in
                value.string.map { (key, $0) }
            }
        }
    }

    private static let floats: Set<String> = ["temperature", "top_p", "frequency_penalty", "presence_penalty"]
    private static let integers: Set<String> = ["seed", "max_tokens", "max_completion_tokens", "max_output_tokens"]

    /// A number as the kind that the option has, whichever way it was written: `1` is sent as `1.0` where floats go.
    private static func number(_ value: JSON, of key: String) -> JSON {
        switch value {
        case .int(let number) where floats.contains(key): .double(Double(number))
        case .double(let number) where integers.contains(key): Int(exactly: number).map { .int($0) } ?? value
        default: value
        }
    }

    private static let limitAlias = ["max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"]

    /// The token limit under either of its names.
    ///
    /// - Throws: `LMError` (`configuration`) when both stand there and differ.
    func tokenLimit() throws(LMError) -> JSON? {
        if let one = values["max_tokens"], let other = values["max_completion_tokens"], one != other {
            throw LMError(.configuration, "max_tokens and max_completion_tokens disagree; give one of them")
        }
        return values["max_completion_tokens"] ?? values["max_tokens"]
    }
}
