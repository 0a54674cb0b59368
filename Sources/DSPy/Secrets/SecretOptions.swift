package import OrderedJSON

/// The secrets among the options of a model.
package enum SecretOptions {
    /// What stands in a secret's place.
    package static let mask = "…"

    /// Names of options that hold header fields.
    package static let headers: Set<String> = ["headers", "extraheaders", "defaultheaders"]

    /// The options as files and messages may show them: secrets, and the values of headers, are `…`.
    ///
    /// `${env:NAME}` is no secret: it names one.
    package static func hidden(_ options: JSONObject) -> JSONObject {
        JSONObject(options.members.map { (key: $0.key, value: hidden($0.value, of: $0.key)) })
    }

    /// The value of an option as files and messages may show it.
    package static func hidden(_ value: JSON, of name: String) -> JSON {
        if SecretNames.isSecret(name) { return masked(value) }
        if headers.contains(SecretNames.plain(name)) { return masked(value) }
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
            let holdsHeaders = headers.contains(SecretNames.plain(name))
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
