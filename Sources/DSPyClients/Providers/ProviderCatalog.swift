import Basics
import DSPyCore

/// The providers that can be named in `provider/model`.
///
/// - Source: dspy/_vendor/lm15/registry.py and router.py (3.4.1); below the line, LiteLLM's addresses and key names.
package enum ProviderCatalog {
    /// All providers, in the order in which a configured key chooses a default model.
    package static let all: [Provider] = [
        Provider(
            name: "openai", baseURL: "https://api.openai.com/v1", keyVariables: ["OPENAI_API_KEY"], compat: .openAI,
            defaultModel: "gpt-4o-mini"),
        Provider(
            name: "anthropic", baseURL: "https://api.anthropic.com/v1", keyVariables: ["ANTHROPIC_API_KEY"],
            dialect: .anthropic),
        Provider(
            name: "gemini", baseURL: "https://generativelanguage.googleapis.com/v1beta",
            keyVariables: ["GEMINI_API_KEY", "GOOGLE_API_KEY"], dialect: .gemini),
        Provider(
            name: "groq", baseURL: "https://api.groq.com/openai/v1", keyVariables: ["GROQ_API_KEY"],
            defaultModel: "openai/gpt-oss-20b"),
        Provider(
            name: "openrouter", baseURL: "https://openrouter.ai/api/v1", keyVariables: ["OPENROUTER_API_KEY"],
            compat: .openRouter, defaultModel: "openai/gpt-4o-mini"),
        Provider(
            name: "deepseek", baseURL: "https://api.deepseek.com", keyVariables: ["DEEPSEEK_API_KEY"],
            compat: .deepSeek, defaultModel: "deepseek-chat"),
        Provider(
            name: "xai", baseURL: "https://api.x.ai/v1", keyVariables: ["XAI_API_KEY"], compat: .xai,
            defaultModel: "grok-4.3"),
        Provider(
            name: "moonshot", aliases: ["moonshotai"], baseURL: "https://api.moonshot.ai/v1",
            keyVariables: ["MOONSHOT_API_KEY", "MOONSHOTAI_API_KEY"], compat: .moonshot, defaultModel: "kimi-k2.6"),
        Provider(name: "zai", baseURL: "https://api.z.ai/api/paas/v4", keyVariables: ["ZAI_API_KEY"], compat: .zai),
        Provider(name: "meta", baseURL: "https://api.meta.ai/v1", keyVariables: ["META_API_KEY"], compat: .meta),
        Provider(
            name: "azure", baseURL: "", keyVariables: ["AZURE_OPENAI_API_KEY", "AZURE_API_KEY"], compat: .openAI,
            usesKeyHeader: true),
        Provider(
            name: "ollama", aliases: ["ollama_chat"], baseURL: "http://localhost:11434/v1", compat: .ollama,
            addsVersion: true),
        Provider(name: "hosted_vllm", aliases: ["vllm"], baseURL: "http://localhost:8000/v1"),
        Provider(name: "sglang", baseURL: "http://localhost:30000/v1"),
        Provider(name: "lm_studio", aliases: ["lmstudio"], baseURL: "http://localhost:1234/v1"),
        // DSPy reaches these through LiteLLM; all of them speak OpenAI's chat completions.
        Provider(
            name: "mistral", baseURL: "https://api.mistral.ai/v1", keyVariables: ["MISTRAL_API_KEY"],
            defaultModel: "mistral-small-latest"),
        Provider(
            name: "together_ai", aliases: ["together"], baseURL: "https://api.together.xyz/v1",
            keyVariables: ["TOGETHER_API_KEY", "TOGETHERAI_API_KEY"]),
        Provider(
            name: "fireworks_ai", aliases: ["fireworks"], baseURL: "https://api.fireworks.ai/inference/v1",
            keyVariables: ["FIREWORKS_API_KEY", "FIREWORKS_AI_API_KEY"]),
        Provider(name: "cerebras", baseURL: "https://api.cerebras.ai/v1", keyVariables: ["CEREBRAS_API_KEY"]),
        Provider(
            name: "perplexity", baseURL: "https://api.perplexity.ai",
            keyVariables: ["PERPLEXITYAI_API_KEY", "PERPLEXITY_API_KEY"]),
        Provider(
            name: "deepinfra", baseURL: "https://api.deepinfra.com/v1/openai", keyVariables: ["DEEPINFRA_API_KEY"]),
        Provider(
            name: "nvidia_nim", baseURL: "https://integrate.api.nvidia.com/v1", keyVariables: ["NVIDIA_NIM_API_KEY"]),
    ]

    /// Prefixes that are no provider: answers without any network.
    package static let builtIn = ["local", "scripted"]

    /// The provider with a name or alias.
    package static func provider(named name: String) -> Provider? {
        all.first { $0.name == name || $0.aliases.contains(name) }
    }

    /// The provider that a model without a prefix belongs to.
    static func provider(ofBareModel model: String) -> Provider? {
        let rules = [
            ("gpt-", "openai"), ("o1", "openai"), ("o3", "openai"), ("o4", "openai"), ("chat-latest", "openai"),
            ("claude-", "anthropic"), ("gemini-", "gemini"), ("gemma-", "gemini"), ("grok-", "xai"),
        ]
        return rules.first { model.hasPrefix($0.0) }.flatMap { provider(named: $0.1) }
    }

    /// The name that a misspelt one probably means.
    static func nameNear(_ name: String) -> String? {
        let names = all.flatMap { [$0.name] + $0.aliases } + builtIn
        return Spelling.closest(to: name, among: names) ?? names.first { !name.isEmpty && $0.hasPrefix(name) }
    }
}
