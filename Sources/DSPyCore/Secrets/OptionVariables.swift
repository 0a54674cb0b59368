package import OrderedJSON

/// `${env:NAME}` in the options of a model: in any of their texts, also inside objects and arrays.
///
/// Unlike in the texts of tools, braces without `${env:` are only text.
package enum OptionVariables {
    /// The variables in the order in which they stand, each once.
    package static func names(in json: JSON) -> [String] {
        var names: [String] = []
        _ = resolved(json) { name in
            if !names.contains(name) { names.append(name) }
            return ""
        }
        return names
    }

    /// The value with the variables' values in their places.
    package static func resolved(_ json: JSON, _ value: (_ variable: String) -> String) -> JSON {
        switch json {
        case .string(let text): .string(resolved(text, value))
        case .array(let items): .array(items.map { resolved($0, value) })
        case .object(let object): .object(resolved(object, value))
        default: json
        }
    }

    /// The options with the variables' values in their places.
    package static func resolved(_ object: JSONObject, _ value: (_ variable: String) -> String) -> JSONObject {
        JSONObject(object.members.map { (key: $0.key, value: resolved($0.value, value)) })
    }

    /// The text with the variables' values in their places.
    package static func resolved(_ text: String, _ value: (_ variable: String) -> String) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        let scalars = Array(text.unicodeScalars)
        var filled = String.UnicodeScalarView()
        for (part, range) in TextTemplateReader(text, readsEnvironment: true).pieces {
            if case .environment(let name) = part {
                filled.append(contentsOf: value(name).unicodeScalars)
            } else {
                filled.append(contentsOf: scalars[range])
            }
        }
        return String(filled)
    }

    /// The variable whose value a text is and nothing else; nil if there is more, or less.
    package static func only(in text: String) -> String? {
        TextTemplate(text, readsEnvironment: true).onlyVariable
    }

    /// Whether a text has a place for a variable.
    package static func isFilled(_ text: String) -> Bool {
        text.utf8.contains(UInt8(ascii: "$")) && TextTemplate(text, readsEnvironment: true).readsEnvironment
    }
}
