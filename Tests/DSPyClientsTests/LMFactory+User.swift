import DSPyCore
import OrderedJSON

@testable import DSPyClients

extension LMFactory {
    /// A model at an address that the user named.
    func make(
        _ name: String, apiBase: String, options: JSONObject = [:], retries: Int = 3,
        timeout: Duration = .seconds(600)
    ) throws(LMError) -> any LanguageModel {
        try make(name, at: .user(apiBase), options: options, retries: retries, timeout: timeout)
    }

    /// An embedding model at an address that the user named.
    func embedder(_ name: String, apiBase: String) throws(LMError) -> HTTPEmbedder {
        try embedder(name, at: .user(apiBase))
    }
}
