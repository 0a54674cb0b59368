import Basics
/// One row of the catalogue: where a provider is, how it is spoken to, and which variable holds its key.
package struct Provider: Sendable {
    /// What a provider speaks.
    package enum Dialect: Sendable, Hashable {
        /// OpenAI's chat completions, and its responses when asked for.
        case openAI
        /// Anthropic's messages.
        case anthropic
        /// Google's Gemini.
        case gemini
    }

    /// The prefix in `provider/model`.
    package var name: String
    /// Other prefixes that mean the same.
    package var aliases: [String] = []
    /// The address that paths are appended to; empty when there is none by default.
    package var baseURL: String
    /// The environment variables that may hold the key, first to last; none for a server that needs no key.
    package var keyVariables: [String] = []
    /// How it is spoken to.
    package var dialect = Dialect.openAI
    /// Where it differs from OpenAI.
    package var compat = OpenAIChatCompat.plain
    /// Whether the key goes into `api-key` instead of `Authorization: Bearer`.
    package var usesKeyHeader = false
    /// Whether an address without a path gets `/v1`.
    package var addsVersion = false
    /// The model to take when only a key says which provider to use.
    package var defaultModel: String?

    /// The name under which `ModelTable` knows its models.
    ///
    /// Azure's deployments usually carry the names of OpenAI's models.
    var namespace: String { name == "azure" ? "openai" : name }

    /// The environment variables that may hold another address, as LiteLLM names them.
    package var baseVariables: [String] {
        let own = name == "azure" ? ["AZURE_OPENAI_ENDPOINT"] : []
        return own + [name.uppercased() + "_API_BASE", name.uppercased() + "_BASE_URL"]
    }

    /// The address in the first variable that holds one.
    func givenAddress(in environment: [String: String]) -> String? {
        baseVariables.lazy.compactMap { environment[$0] }.first { !$0.trimmed.isEmpty }
    }

    /// The first variable with a value.
    package func keyVariable(in environment: [String: String]) -> String? {
        keyVariables.first { environment[$0]?.trimmed.isEmpty == false }
    }
}
