import DSPyCore

/// Options of models by their names, as DSPy, LiteLLM and providers know them.
///
/// Any other is sent as well, since providers have more.
package enum ModelOptions {
    /// The names.
    package static let names: Set<String> = [
        "temperature", "max_tokens", "max_completion_tokens", "max_output_tokens", "top_p", "top_k", "min_p", "n",
        "stop", "seed",
        "presence_penalty", "frequency_penalty", "repetition_penalty", "logit_bias", "logprobs", "top_logprobs",
        "reasoning",
        "reasoning_effort", "thinking", "response_format", "tool_choice", "parallel_tool_calls", "rollout_id",
        "timeout",
        "num_retries", "max_retries", "cache", "model_type", "service_tier", "verbosity", "extra_body", "extra_headers",
        "headers", "metadata", "modalities", "prediction", "use_developer_role",
    ]

    /// The option that a name which is none was probably meant for.
    package static func meant(by name: String) -> String? {
        let name = SecretOptions.name(name)
        guard !names.contains(name), name.count > 3, !others.contains(name) else { return nil }
        return DiagnosticCollector.closest(to: name, among: names.filter { abs($0.count - name.count) <= 2 })
    }

    /// Options that are near another one, and are meant.
    private static let others: Set<String> = [
        "top_a", "header", "store", "user", "tools", "model", "stream", "num_ctx",
    ]
}
