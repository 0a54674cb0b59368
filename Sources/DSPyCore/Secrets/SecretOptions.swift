package import OrderedJSON

/// The secrets among the options of a model.
package enum SecretOptions {
    /// What stands in a secret's place.
    package static let mask = "…"

    /// The one name of each option that has several, by what is left of them in small letters and digits alone.
    private static let names = [
        "apikey": "api_key", "apibase": "api_base", "baseurl": "base_url", "headers": "headers",
        "extraheaders": "extra_headers", "defaultheaders": "extra_headers", "extraquery": "extra_query",
        "defaultquery": "extra_query",
    ]

    /// The name under which an option is known, however it is written: `extraHeaders` is `extra_headers`.
    package static func name(_ written: String) -> String { names[SecretNames.plain(written)] ?? written }

    /// Whether an option holds header fields.
    package static func isHeaders(_ name: String) -> Bool { ["headers", "extra_headers"].contains(self.name(name)) }

    /// Whether an option holds the address of a server.
    package static func isAddress(_ name: String) -> Bool { ["api_base", "base_url"].contains(self.name(name)) }

    /// Sets an option under its one name; header fields that are written under two names of it come together.
    package static func set(_ written: String, _ value: JSON, in options: inout JSONObject) {
        let name = name(written)
        guard isHeaders(name), var fields = options[name]?.object, let more = value.object else {
            options[name] = value
            return
        }
        for (field, text) in more { fields[field] = text }
        options[name] = .object(fields)
    }

    /// The variables of an option whose values no message may show: those in secrets and header fields, at any depth.
    package static func variables(in value: JSON, of name: String) -> [String] {
        if SecretNames.isSecret(name) || isHeaders(name) { return OptionVariables.names(in: value) }
        switch value {
        case .object(let object): return object.members.flatMap { variables(in: $0.value, of: $0.key) }
        case .array(let items): return items.flatMap { variables(in: $0, of: "") }
        case .string(let text): return OptionVariables.names(in: .string(text)).filter { SecretNames.isSecretField($0) }
        default: return []
        }
    }

    /// The options without their secrets, at any depth: what is asked, whoever asks it.
    package static func withoutSecrets(_ options: JSONObject, areHeaders: Bool = false) -> JSONObject {
        JSONObject(
            options.members.compactMap { name, value in
                if areHeaders {
                    let isSecret = SecretNames.isSecretField(name) || SecretNames.looksSecret(value.string ?? "")
                    return isSecret ? nil : (key: name, value: value)
                }
                if SecretNames.isSecret(name) { return nil }
                guard let object = value.object else { return (key: name, value: value) }
                return (key: name, value: .object(withoutSecrets(object, areHeaders: isHeaders(name))))
            })
    }

    /// The options as files and messages may show them: secrets, and the values of headers, are `…`.
    ///
    /// `${env:NAME}` is no secret: it names one.
    package static func hidden(_ options: JSONObject) -> JSONObject {
        JSONObject(options.members.map { (key: $0.key, value: hidden($0.value, of: $0.key)) })
    }

    /// The value of an option as files and messages may show it.
    package static func hidden(_ value: JSON, of name: String) -> JSON {
        if SecretNames.isSecret(name) { return masked(value) }
        if isHeaders(name) || self.name(name) == "extra_query" { return masked(value) }
        switch value {
        case .object(let object): return .object(hidden(object))
        case .array(let items): return .array(items.map { hidden($0, of: "") })
        case .string(let text): return .string(SecretNames.looksLikeKey(text) ? mask : shown(text))
        default: return value
        }
    }

    /// Where secrets stand as they are: the path of each, `headers.Authorization`; empty when there is none.
    package static func literals(in options: JSONObject) -> [String] {
        options.members.flatMap { literals(in: $0.value, of: $0.key) }
    }

    /// As ``literals(in:)``, of one option.
    package static func literals(in value: JSON, of name: String, isHeader: Bool = false) -> [String] {
        // Fields in a shape of their own may hold anything.
        if isHeaders(name), !isHeader, value.object == nil, !value.isNull, !OptionVariables.isFilled(value.string ?? "")
        {
            return [name]
        }
        switch value {
        case .string(let text):
            let isSecret =
                isHeader
                ? SecretNames.isSecretField(name) || SecretNames.looksSecret(text)
                : SecretNames.isSecret(name) || SecretNames.looksLikeKey(text)
            let isLiteral = text.isEmpty || !OptionVariables.isFilled(text)
            return (isSecret && isLiteral) || isLogin(text) ? [name] : []
        case .object(let object):
            if SecretNames.isSecret(name) { return [name] }
            let holdsHeaders = isHeaders(name) || self.name(name) == "extra_query"
            return object.members.flatMap { key, value in
                literals(in: value, of: key, isHeader: holdsHeaders).map { name + "." + $0 }
            }
        case .array(let items): return items.flatMap { literals(in: $0, of: name, isHeader: isHeader) }
        case .null, .bool: return []
        default: return SecretNames.isSecret(name) ? [name] : []
        }
    }

    private static func isLogin(_ text: String) -> Bool { text.contains("://") && AddressSecrets.hasLiteral(text) }

    private static func shown(_ text: String) -> String {
        text.contains("://") ? AddressSecrets.hidden(text) : text
    }

    private static func masked(_ value: JSON) -> JSON {
        switch value {
        case .object(let object): .object(JSONObject(object.members.map { (key: $0.key, value: masked($0.value)) }))
        case .array(let items): .array(items.map { masked($0) })
        case .string(let text) where OptionVariables.isFilled(text) && !SecretNames.looksLikeKey(text): value
        case .null: value
        default: .string(mask)
        }
    }
}
