package import DSPyCore
package import OrderedJSON

/// Where a call of a model goes, known without a key.
package struct CallTarget: Sendable {
    /// The whole address, without secrets.
    package let url: String
    /// The model as the provider names it.
    package let model: String
    /// The variable that holds the key; nil for a server that needs none.
    package let keyVariable: String?
    /// The model's own options.
    package let defaults: JSONObject
}

extension LMFactory {
    /// Where a call of a model would go.
    ///
    /// - Throws: `LMError` for a name that nobody answers to, or that is not reached over HTTP by this protocol.
    package func target(of name: String, at address: ModelAddress, options: JSONObject) throws(LMError) -> CallTarget {
        let (provider, model) = try resolve(name)
        guard provider.dialect == .openAI else {
            throw LMError(.unsupported, "\(provider.name) does not speak OpenAI's protocol", model: name)
        }
        let place = try place(of: provider, name, address, isSent: false)
        return CallTarget(
            url: AddressSecrets.hidden(place.url(OpenAIChatDialect(compat: provider.compat).path)), model: model,
            keyVariable: provider.keyVariable(in: environment) ?? provider.keyVariables.first,
            defaults: ConnectionOptions(options).others)
    }
}
