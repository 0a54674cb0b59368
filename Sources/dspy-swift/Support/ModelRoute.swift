import Console
import DSPyCore
import DSPyClients
import DSPySpec
import DSPyTools
import OrderedJSON

/// Where the calls of a model go and what they take along, worked out before anything is made.
struct ModelRoute: Sendable {
    /// `provider/model`; nil for the default model where none is known.
    let name: String?
    /// Where it is, and who says so.
    let address: ModelAddress
    /// The options as they were written, without the address.
    let written: JSONObject
    /// The options with the values of variables in their places.
    let options: JSONObject
    /// The values of variables that no message may show.
    let values: [String]
    /// Variables that are not set, with the option that wants each.
    let missing: [(variable: String, option: String)]
    /// What must be allowed before it is asked.
    let needs: [Need]
    /// Variables that it reads without a grant: its provider's own keys, for its own server.
    let ownKeys: [String]

    /// The address for a factory: what is granted is as good as named by the user.
    func address(allowedBy grants: Grants) -> ModelAddress {
        guard case .stranger(let text) = address, needs.allSatisfy({ grants.allows($0.capability) }) else {
            return address
        }
        return .user(text)
    }
}

/// Works out a route.
struct ModelRouter: Sendable {
    /// What the user says of addresses and options, and what the folder does.
    struct Ground: Sendable {
        /// The model of `--lm`.
        var lm: String?
        /// The address of `--api-base`.
        var flagBase: String?
        /// The options of `--set`.
        var options = JSONObject()
        /// The address of `$DSPY_API_BASE`.
        var environmentBase: String?
        /// What configuration files say.
        var configuration = Configuration()
    }

    let ground: Ground
    let factory: LMFactory
    let variable: @Sendable (String) -> String?

    /// The route of a model that a program names; nil for the default model where none is known.
    ///
    /// - Throws: `Failure` for an address that cannot be granted.
    func route(_ spec: LMSpec?) throws -> ModelRoute {
        let name = ground.lm ?? spec?.model
        let own = ground.lm == nil ? spec?.options ?? [:] : JSONObject()
        var (values, missing): ([String], [(variable: String, option: String)]) = ([], [])
        func value(_ variable: String, of option: String, isSecret: Bool = false) -> String? {
            guard let value = self.variable(variable) else {
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
        for (key, json) in ground.options where !SecretOptions.isAddress(key) {
            (written[key], options[key]) = (json, json)
        }
        // No part of a host is a variable: a stranger's server is known whether or not all of them are set.
        let (address, by) = address(own) { value($0, of: "api_base") ?? "-" }
        let server: Origin?
        do throws(LMError) { server = try factory.unnamedServer(name, address) } catch {
            throw Failure(.data, error.message)
        }
        let needs = needs(name, own, server, by)
        let asked = needs.map(\.capability)
        let ownKeys = OptionVariables.names(in: .object(own)).filter { !asked.contains(.environment($0)) }
        return ModelRoute(
            name: name, address: address, written: written, options: options, values: values, missing: missing,
            needs: needs, ownKeys: ownKeys)
    }

    /// The route of an embedding model, which `--lm` does not replace.
    func embedder(_ name: String) throws -> ModelRoute {
        var other = ground
        (other.lm, other.options) = (nil, [:])
        return try ModelRouter(ground: other, factory: factory, variable: variable).route(LMSpec(model: name))
    }

    private static func address(in options: JSONObject) -> String? {
        options.members.lazy.filter { SecretOptions.isAddress($0.key) }.compactMap(\.value.string).first { !$0.isEmpty }
    }

    /// The address, and who names it.
    private func address(_ own: JSONObject, _ value: (String) -> String) -> (ModelAddress, by: String) {
        if let text = ground.flagBase ?? Self.address(in: ground.options) { return (.user(text), "you") }
        if let text = Self.address(in: own) {
            let address = OptionVariables.resolved(text, value)
            // Whoever sets a variable to an address, and lets the program read it, names the address.
            if OptionVariables.only(in: text) != nil { return (.user(address), "you") }
            return (checked(address), "the program")
        }
        if let text = ground.environmentBase { return (.user(text), "you") }
        if let text = ground.configuration.folderBase { return (checked(text), Configuration.folderPath) }
        return (ground.configuration.ownBase.map { .user($0) } ?? .provider, "you")
    }

    /// A stranger's address; the user's where it leads to a server that the user has named.
    private func checked(_ address: String) -> ModelAddress {
        let named = [ground.environmentBase, ground.configuration.ownBase].compactMap {
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
