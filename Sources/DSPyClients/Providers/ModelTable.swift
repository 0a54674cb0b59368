/// What well-known models can do: `f` function calling, `s` strict JSON schema, `r` reasoning effort.
///
/// A model that is not here counts as able of nothing of it, as in DSPy.
/// - Source: the model data that DSPy 3.4.1 carries (dspy/clients/model_metadata, a snapshot of LiteLLM's map, MIT
///   licence), cut down to the models in common use.
enum ModelTable {
    /// Per provider: capability letters, and the models that have exactly these.
    static let rows: [String: [(letters: String, models: String)]] = [
        "openai": [
            (
                "fsr",
                """
                chat-latest gpt-5 gpt-5-2025-08-07 gpt-5-chat-latest gpt-5-codex gpt-5-mini gpt-5-mini-2025-08-07 \
                gpt-5-nano gpt-5-nano-2025-08-07 gpt-5-pro gpt-5-pro-2025-10-06 gpt-5.1 gpt-5.1-2025-11-13 \
                gpt-5.1-chat-latest gpt-5.1-codex gpt-5.1-codex-max gpt-5.1-codex-mini gpt-5.2 gpt-5.2-2025-12-11 \
                gpt-5.2-chat-latest gpt-5.2-codex gpt-5.2-pro gpt-5.2-pro-2025-12-11 gpt-5.3-chat-latest \
                gpt-5.3-codex gpt-5.4 gpt-5.4-2026-03-05 gpt-5.4-mini gpt-5.4-mini-2026-03-17 gpt-5.4-nano \
                gpt-5.4-nano-2026-03-17 gpt-5.5 gpt-5.5-2026-04-23 gpt-5.6 gpt-5.6-luna gpt-5.6-sol gpt-5.6-terra \
                gpt-6-astra gpt-6-luna gpt-6-sol gpt-6.1-sol o1 o1-2024-12-17 o1-pro o1-pro-2025-03-19 o3 \
                o3-2025-04-16 o3-mini o3-mini-2025-01-31 o3-pro o3-pro-2025-06-10 o4-mini o4-mini-2025-04-16
                """
            ),
            (
                "fs",
                """
                gpt-4.1 gpt-4.1-2025-04-14 gpt-4.1-mini gpt-4.1-mini-2025-04-14 gpt-4.1-nano gpt-4.1-nano-2025-04-14 \
                gpt-4o gpt-4o-2024-08-06 gpt-4o-2024-11-20 gpt-4o-mini gpt-4o-mini-2024-07-18
                """
            ),
            (
                "sr",
                """
                gpt-5-chat
                """
            ),
            (
                "fr",
                """
                gpt-5.4-pro gpt-5.4-pro-2026-03-05 gpt-5.5-pro gpt-5.5-pro-2026-04-23
                """
            ),
            (
                "f",
                """
                gpt-3.5-turbo gpt-4 gpt-4-turbo gpt-4-turbo-2024-04-09 gpt-4o-2024-05-13
                """
            ),
        ],
        "groq": [
            (
                "fsr",
                """
                openai/gpt-oss-120b openai/gpt-oss-20b openai/gpt-oss-safeguard-20b qwen/qwen3.8-27b
                """
            )
        ],
        "deepseek": [
            (
                "fsr",
                """
                deepseek-flash deepseek-v4-flash deepseek-v4-flash-vision-exp deepseek-v4-pro
                """
            ),
            (
                "fs",
                """
                deepseek-chat
                """
            ),
            (
                "fr",
                """
                deepseek-r1 deepseek-v3.2
                """
            ),
            (
                "sr",
                """
                deepseek-reasoner
                """
            ),
            (
                "f",
                """
                deepseek-coder deepseek-v3
                """
            ),
        ],
        "xai": [
            (
                "fsr",
                """
                grok-4.20 grok-4.20-0309 grok-4.20-0309-reasoning grok-4.20-reasoning grok-4.20-reasoning-latest \
                grok-4.3 grok-4.3-latest grok-4.5 grok-4.5-latest grok-4.6 grok-4.7 grok-build-0.1 grok-build-latest \
                grok-code-fast grok-code-fast-1 grok-code-fast-1-0825
                """
            ),
            (
                "fs",
                """
                grok-4.20-0309-non-reasoning grok-4.20-non-reasoning grok-4.20-non-reasoning-latest
                """
            ),
        ],
        "moonshot": [
            (
                "fsr",
                """
                kimi-k2.5 kimi-k2.6 kimi-k2.7-code kimi-k3
                """
            ),
            (
                "fs",
                """
                moonshot-v1-128k moonshot-v1-128k-vision-preview moonshot-v1-32k moonshot-v1-32k-vision-preview \
                moonshot-v1-8k moonshot-v1-8k-vision-preview moonshot-v1-auto
                """
            ),
        ],
        "ollama": [
            (
                "f",
                """
                deepseek-coder-v2-instruct deepseek-coder-v2-lite-instruct deepseek-v3.1:671b-cloud \
                gpt-oss:120b-cloud gpt-oss:20b-cloud internlm2_5-20b-chat llama3.1 mistral-7B-Instruct-v0.1 \
                mistral-7B-Instruct-v0.2 mistral-large-instruct-2407 mixtral-8x22B-Instruct-v0.1 \
                mixtral-8x7B-Instruct-v0.1 qwen3-coder:480b-cloud
                """
            )
        ],
        "openrouter": [
            (
                "fsr",
                """
                anthropic/claude-fable-5 anthropic/claude-fable-5.1 anthropic/claude-haiku-4.5 \
                anthropic/claude-opus-4.5 anthropic/claude-opus-4.6 anthropic/claude-opus-4.7 \
                anthropic/claude-opus-4.8 anthropic/claude-opus-5 anthropic/claude-opus-5.5 \
                anthropic/claude-sonnet-4.5 anthropic/claude-sonnet-4.6 anthropic/claude-sonnet-5 \
                anthropic/claude-sonnet-5.5 deepseek/deepseek-chat-v3.1 deepseek/deepseek-r1 deepseek/deepseek-v3.2 \
                deepseek/deepseek-v4-flash deepseek/deepseek-v4-pro deepseek/deepseek-v4.1-flash \
                google/gemini-2.5-flash google/gemini-2.5-flash-lite google/gemini-2.5-pro \
                google/gemini-3.1-flash-lite google/gemini-3.5-flash google/gemini-3.5-flash-lite \
                google/gemini-3.6-flash google/gemini-3.7-flash google/gemini-3.8-flash mistralai/mistral-medium-3-5 \
                mistralai/mistral-small-2603 moonshotai/kimi-k2.5 moonshotai/kimi-k2.6 moonshotai/kimi-k2.7-code \
                moonshotai/kimi-k3 openai/gpt-5 openai/gpt-5-mini openai/gpt-5-nano openai/gpt-5-pro openai/gpt-5.1 \
                openai/gpt-5.2 openai/gpt-5.2-pro openai/gpt-5.4 openai/gpt-5.4-mini openai/gpt-5.4-nano \
                openai/gpt-5.4-pro openai/gpt-5.5 openai/gpt-5.5-pro openai/gpt-5.6-luna openai/gpt-5.6-luna-pro \
                openai/gpt-5.6-sol openai/gpt-5.6-sol-pro openai/gpt-5.6-terra openai/gpt-5.6-terra-pro \
                openai/gpt-6-astra openai/gpt-6-astra-pro openai/gpt-6-luna openai/gpt-6-luna-pro openai/gpt-6-sol \
                openai/gpt-6-sol-pro openai/gpt-6.1-sol openai/gpt-6.1-sol-pro openai/gpt-oss-120b \
                openai/gpt-oss-20b openai/o1 openai/o3 openai/o3-mini openai/o3-mini-high openai/o3-pro \
                openai/o4-mini openai/o4-mini-high qwen/qwen3-14b qwen/qwen3-235b-a22b qwen/qwen3-32b qwen/qwen3-8b \
                qwen/qwen3.5-122b-a10b qwen/qwen3.5-27b qwen/qwen3.5-397b-a17b qwen/qwen3.5-9b qwen/qwen3.6-27b \
                qwen/qwen3.6-flash qwen/qwen3.6-plus qwen/qwen3.7-flash qwen/qwen3.7-max qwen/qwen3.7-plus \
                qwen/qwen3.8-2.4t-a95b qwen/qwen3.8-27b qwen/qwen3.8-flash qwen/qwen3.8-max qwen/qwen3.8-max-0902 \
                qwen/qwen3.8-max-prime qwen/qwen3.8-omni-flash x-ai/grok-4.20 x-ai/grok-4.3 x-ai/grok-4.5 \
                x-ai/grok-4.6 x-ai/grok-4.7 x-ai/grok-build-0.1
                """
            ),
            (
                "fr",
                """
                anthropic/claude-3.7-sonnet anthropic/claude-sonnet-4 x-ai/grok-4
                """
            ),
            (
                "fs",
                """
                deepseek/deepseek-chat meta-llama/llama-3.1-70b-instruct meta-llama/llama-3.1-8b-instruct \
                meta-llama/llama-3.3-70b-instruct meta-llama/llama-4-maverick meta-llama/llama-4-scout \
                mistralai/codestral-2508 mistralai/mistral-large mistralai/mistral-medium-3 \
                mistralai/mistral-medium-3.1 mistralai/mistral-nemo mistralai/mistral-small-3.2-24b-instruct \
                mistralai/voxtral-small-24b-2507 openai/gpt-4 openai/gpt-4.1 openai/gpt-4.1-mini openai/gpt-4.1-nano \
                openai/gpt-4o openai/gpt-4o-mini openai/gpt-4o-mini-2024-07-18 openai/gpt-5.2-chat \
                openai/gpt-chat-latest qwen/qwen-plus qwen/qwen3-235b-a22b-2507 qwen/qwen3-max
                """
            ),
            (
                "sr",
                """
                openai/o1-pro
                """
            ),
            (
                "f",
                """
                anthropic/claude-3-haiku anthropic/claude-3.5-sonnet mistralai/mistral-small-3.1-24b-instruct \
                moonshotai/kimi-k2
                """
            ),
            (
                "s",
                """
                meta-llama/llama-3.2-3b-instruct
                """
            ),
            (
                "r",
                """
                openai/gpt-5-chat
                """
            ),
        ],
    ]
}
