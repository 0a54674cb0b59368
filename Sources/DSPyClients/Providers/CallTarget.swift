package import DSPyCore
package import OrderedJSON

/// Where a call of a model goes and how it is written, known without a key.
package struct CallTarget: Sendable {
    /// The whole address, without secrets.
    package let url: String
    /// The model as the provider names it.
    package let model: String
    /// The variable that holds the key; nil for a server that needs none.
    package let keyVariable: String?
    /// What stands before the key: the header's name, and the scheme if there is one.
    package let keyHeader: String
    /// The model's own options.
    private let defaults: JSONObject
    private let dialect: any ModelDialect

    init(
        url: String, model: String, keyVariable: String?, keyHeader: String, defaults: JSONObject,
        dialect: any ModelDialect
    ) {
        self.url = url
        self.model = model
        self.keyVariable = keyVariable
        self.keyHeader = keyHeader
        self.defaults = defaults
        self.dialect = dialect
    }

    /// The body of a request as it is sent.
    ///
    /// - Throws: `LMError` (`configuration`) when options contradict each other.
    package func body(for request: LMRequest) throws(LMError) -> [UInt8] {
        try dialect.body(for: request, model: model, defaults: defaults)
    }

    /// The header fields that options add, as they are written there.
    package func headers(of request: LMRequest) -> [(name: String, value: String)] {
        LMOptions.headers(request, defaults: defaults)
    }
}

extension LMFactory {
    /// Where a call of a model would go.
    ///
    /// - Throws: `LMError` for a name that nobody answers to, or that is not reached over HTTP by this protocol.
    package func target(of name: String, at address: ModelAddress, options: JSONObject) throws(LMError) -> CallTarget {
        if isBuiltIn(name) {
            throw LMError(
                .unsupported, "\"\(name)\" has no request to send by hand; name a provider's model (--lm)", model: name)
        }
        let (provider, model) = try resolve(name)
        guard provider.dialect == .openAI else { throw unspoken(provider, model: name) }
        let dialect: any ModelDialect =
            try isResponses(options) ? OpenAIResponsesDialect() : OpenAIChatDialect(compat: provider.compat)
        let place = try place(of: provider, name, address, isSent: false)
        return CallTarget(
            url: AddressSecrets.hidden(place.url(dialect.path)), model: model,
            keyVariable: provider.keyVariable(in: environment) ?? provider.keyVariables.first,
            keyHeader: provider.usesKeyHeader ? "api-key: " : "Authorization: Bearer ",
            defaults: ConnectionOptions(options).others, dialect: dialect)
    }
}

extension LMRequest {
    /// The options that are sent with a request: a model's own, with those of the request on top.
    ///
    /// - Throws: `LMError` (`configuration`) when `n` is not a positive int.
    package func sentOptions(defaults: JSONObject) throws(LMError) -> JSONObject {
        let options = try LMOptions(self, defaults: ConnectionOptions(defaults).others)
        var sent = options.values
        if options.generations > 1 { sent["n"] = .int(options.generations) }
        return sent
    }
}
