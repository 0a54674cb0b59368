package import DSPy
package import OrderedJSON

extension LMFactory {
    /// What adapters may ask of a model, known without a key, a server or a request.
    ///
    /// - Throws: `LMError` (`not_configured`) for a name that nobody answers to.
    package func capabilities(of name: String, options: JSONObject = [:]) throws(LMError) -> LMCapabilities {
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        if parts.count == 2, parts[0] == "scripted" { return ScriptedModel.everything }
        if parts.count == 2, parts[0] == "local" { return try LocalModel(parts[1], environment: environment).capabilities }
        let (provider, model) = try resolve(name)
        return ModelCapabilities.of(model, provider: provider, isResponses: options["model_type"] == "responses")
    }
}
