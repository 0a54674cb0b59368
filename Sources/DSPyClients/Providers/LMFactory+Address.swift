package import Transport
import Basics
package import DSPyCore
import OrderedJSON

extension LMFactory {
    /// The server that calls would go to and that nobody has named who may: neither the provider nor the user.
    ///
    /// - Parameter name: The model; nil when none is known yet.
    /// - Throws: `LMError` (`configuration`) for an address that different programs may read differently.
    package func unnamedServer(_ name: String?, _ address: ModelAddress) throws(LMError) -> Origin? {
        guard case .stranger(let text) = address, name.map({ !isBuiltIn($0) }) ?? true else { return nil }
        guard let origin = Origin(ofAddress: String(text.trimmed)) else {
            throw LMError(
                .configuration,
                "the address \(JSON.string(AddressSecrets.hidden(text)).text()) is none that can be granted; write http://HOST:PORT/PATH "
                    + "or https://HOST/PATH", model: name)
        }
        return origin.isLoopback || ownServers(name).contains(origin) ? nil : origin
    }

    /// Whether a model is none of a provider's: it answers without a network, or on this machine.
    func isBuiltIn(_ name: String) -> Bool { ProviderCatalog.builtIn.contains { name.hasPrefix($0 + "/") } }

    /// The servers that the provider of a model and its variables name.
    private func ownServers(_ name: String?) -> [Origin] {
        guard let name, let (provider, _) = try? resolve(name) else { return [] }
        return ([provider.baseURL] + provider.baseVariables.compactMap { environment[$0] }).compactMap {
            Origin(ofAddress: String($0.trimmed))
        }
    }

    /// The variable whose key a model's server gets; nil for none.
    package func keyVariable(of name: String) -> String? {
        (try? resolve(name))?.0.keyVariable(in: environment)
    }

    /// The variables that may hold the key of a model's provider.
    package func keyVariables(of name: String) -> [String] { (try? resolve(name))?.0.keyVariables ?? [] }

    /// Where the models of a provider are.
    ///
    /// - Parameter isSent: Whether something will be sent there; what is only shown may be anywhere.
    /// - Throws: `LMError` (`not_configured`, `configuration`); `auth` for a server that nobody has named who may.
    func place(
        of provider: Provider, _ name: String, _ address: ModelAddress, isSent: Bool = true
    ) throws(LMError) -> ModelPlace {
        let given: String
        switch address {
        case .provider:
            guard let variable = provider.givenAddress(in: environment) else {
                guard provider.baseURL.isEmpty else {
                    return ModelPlace(base: provider.baseURL, query: "", isGiven: false)
                }
                throw LMError(
                    .notConfigured,
                    "\(provider.name) has no common address; give one (--api-base), or set \(provider.baseVariables[0])"
                )
            }
            given = variable
        case .user(let text): given = text
        case .stranger(let text):
            if isSent, let server = try unnamedServer(name, address) {
                throw LMError(.auth, "\(server.text) is an address that nobody has allowed; nothing was sent")
            }
            given = text
        }
        return try place(given, provider)
    }

    private func place(_ given: String, _ provider: Provider) throws(LMError) -> ModelPlace {
        let text = String(given.trimmed)
        if let defect = HTTPRequest(url: text).defect { throw LMError(.configuration, defect) }
        let fragment = text.firstIndex(of: "#") ?? text.endIndex
        let question = text[..<fragment].firstIndex(of: "?") ?? fragment
        var base = String(text[..<question])
        while base.hasSuffix("/") { base.removeLast() }
        let hasPath = base.range(after: "://").map { base[$0...].contains("/") } ?? false
        if provider.addsVersion && !hasPath { base += "/v1" }
        if provider.name == "azure" && !hasPath { base += "/openai/v1" }
        return ModelPlace(base: base, query: String(text[question..<fragment]), isGiven: true)
    }
}
