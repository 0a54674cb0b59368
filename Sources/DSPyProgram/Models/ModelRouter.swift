import Platform
import Transport
import DSPyCore
package import DSPyClients
package import DSPySpec
import DSPyTools
import OrderedJSON

/// Works out a route.
package struct ModelRouter: Sendable {
    /// What whoever runs a program says of addresses and options, and what the folder does.
    private let settings: RunSettings
    /// Knows providers, their addresses and their keys.
    package let factory: LMFactory

    package init(settings: RunSettings, factory: LMFactory) {
        self.settings = settings
        self.factory = factory
    }

    /// The route of a model that a program names; nil for the default model where none is known.
    ///
    /// - Throws: `ProgramError` for an address that cannot be granted.
    package func route(_ spec: LMSpec?) throws -> ModelRoute {
        let name = settings.lm ?? spec?.model
        let own = settings.lm == nil ? spec?.options ?? [:] : JSONObject()
        var (values, missing): ([String], [(variable: String, option: String)]) = ([], [])
        func value(_ variable: String, of option: String, isSecret: Bool = false) -> String? {
            guard let value = settings.variable(variable) else {
                missing.append((variable, option))
                return nil
            }
            if isSecret || SecretNames.looksSecret(value) { values.append(value) }
            return value
        }
        var (written, options) = (JSONObject(), JSONObject())
        for (key, json) in own where !SecretOptions.isAddress(key) {
            written[key] = json
            let secrets = SecretOptions.variables(in: json, of: key)
            options[key] = OptionVariables.resolved(json) { value($0, of: key, isSecret: secrets.contains($0)) ?? "" }
        }
        for (key, json) in settings.options where !SecretOptions.isAddress(key) {
            (written[key], options[key]) = (json, json)
        }
        // No part of a host is a variable: a stranger's server is known whether or not all of them are set.
        let (address, by) = address(own) { value($0, of: "api_base") ?? "-" }
        let server: Origin?
        do throws(LMError) { server = try factory.unnamedServer(name, address) } catch {
            throw ProgramError(.data, error.message)
        }
        let needs = needs(name, own, server, by)
        let asked = needs.map(\.capability)
        let ownKeys = OptionVariables.names(in: .object(own)).filter { !asked.contains(.environment($0)) }
        return ModelRoute(
            name: name, address: address, written: written, options: options, values: values, missing: missing,
            needs: needs, ownKeys: ownKeys)
    }

    /// The route of an embedding model, which `--lm` does not replace.
    package func embedder(_ name: String) throws -> ModelRoute {
        var other = settings
        (other.lm, other.options) = (nil, [:])
        return try ModelRouter(settings: other, factory: factory).route(LMSpec(model: name))
    }

    /// The routes of all models that a program may ask, the default model among them where some call names none.
    package func routes(of program: CheckedProgram, defaultModel: String?) throws -> [ModelRoute] {
        var specs: [LMSpec?] = program.models
        if program.takesDefaultModel { specs.append(defaultModel.map { LMSpec(model: $0) }) }
        var routes: [ModelRoute] = []
        var seen: Set<LMSpec?> = []
        for spec in specs where seen.insert(spec).inserted { routes.append(try route(spec)) }
        for name in program.embedders { routes.append(try embedder(name)) }
        return routes
    }

    private static func address(in options: JSONObject) -> String? {
        options.members.lazy.filter { SecretOptions.isAddress($0.key) }.compactMap(\.value.string).first { !$0.isEmpty }
    }

    /// The address, and who names it.
    private func address(_ own: JSONObject, _ value: (String) -> String) -> (ModelAddress, by: String) {
        if let text = settings.apiBase ?? Self.address(in: settings.options) { return (.user(text), "you") }
        if let text = Self.address(in: own) {
            let address = OptionVariables.resolved(text, value)
            // Whoever sets a variable to an address, and lets the program read it, names the address.
            if OptionVariables.only(in: text) != nil { return (.user(address), "you") }
            return (checked(address), "the program")
        }
        if let text = settings.variable("DSPY_API_BASE") { return (.user(text), "you") }
        if let text = settings.configuration.folderBase { return (checked(text), Configuration.folderPath) }
        return (settings.configuration.ownBase.map { .user($0) } ?? .provider, "you")
    }

    /// A stranger's address; the user's where it leads to a server that the user has named.
    private func checked(_ address: String) -> ModelAddress {
        let named = [settings.variable("DSPY_API_BASE"), settings.configuration.ownBase].compactMap {
            $0.flatMap { Origin(ofAddress: $0) }
        }
        return Origin(ofAddress: address).map { named.contains($0) } ?? false ? .user(address) : .stranger(address)
    }

    private func needs(_ name: String?, _ own: JSONObject, _ server: Origin?, _ by: String) -> [Need] {
        let model = name.map { "the model \(ShownText.word($0))" } ?? "the default model"
        var needs: [Need] = []
        let key = name.flatMap { factory.keyVariable(of: $0) }.map { " and the key \($0)" } ?? ""
        if let server {
            needs.append(
                Need(
                    what: "\(model) wants to send its inputs\(key) to \(server.text), an address that \(by) names",
                    capability: server.capability, isRequired: true))
        }
        let keys = name.map { factory.keyVariables(of: $0) } ?? []
        for (option, json) in own {
            let isKey = Self.isKey(option)
            for variable in OptionVariables.names(in: json) where server != nil || !isKey || !keys.contains(variable) {
                let word = ShownText.word(variable)
                let isWhole = SecretOptions.isAddress(option) && json.string.flatMap(OptionVariables.only) != nil
                let what =
                    isWhole
                    ? "\(model) wants to send its inputs\(key) to the address that the variable \(word) holds"
                    : "\(model) wants to send the variable \(word) to its server, as `\(ShownText.word(option))`"
                needs.append(Need(what: what, capability: .environment(variable), isRequired: true))
            }
        }
        return needs
    }

    /// Whether an option is where a provider's own key goes.
    private static func isKey(_ option: String) -> Bool {
        SecretOptions.name(option) == "api_key" || SecretOptions.isHeaders(option)
    }
}
