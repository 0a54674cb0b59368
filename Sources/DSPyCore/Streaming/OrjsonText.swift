import OrderedJSON

/// JSON as Python's orjson writes it: compact, UTF-8, floats without padding, no NaN.
enum OrjsonText {
    /// The text of a value.
    static func text(of json: JSON) -> String {
        switch json {
        case .array(let items): "[" + items.map(text).joined(separator: ",") + "]"
        case .object(let object):
            "{"
                + object.members.map { JSON.string($0.key).text(.compact) + ":" + text(of: $0.value) }.joined(
                    separator: ",")
                + "}"
        case .double(let number): number.isFinite ? float(json.text(.compact)) : "null"
        default: json.text(.compact)
        }
    }

    /// The text of a value with two spaces for each level, as `OPT_INDENT_2` writes it.
    static func indented(of value: Value) -> String { indented(json(of: value), "\n") }

    private static func indented(_ json: JSON, _ lineEnd: String) -> String {
        let inner = lineEnd + "  "
        switch json {
        case .array(let items) where !items.isEmpty:
            return "[" + inner + items.map { indented($0, inner) }.joined(separator: "," + inner) + lineEnd + "]"
        case .object(let object) where !object.isEmpty:
            let members = object.members.map { JSON.string($0.key).text(.compact) + ": " + indented($0.value, inner) }
            return "{" + inner + members.joined(separator: "," + inner) + lineEnd + "}"
        default: return text(of: json)
        }
    }

    /// A value as plain data, in which floats that JSON lacks are null.
    static func json(of value: Value) -> JSON {
        switch value {
        case .float(let number) where !number.isFinite: .null
        case .list(let items), .tuple(let items): .array(items.map(json))
        case .dict(let members):
            .object(JSONObject(members.members.map { (key: $0.key.pythonString, value: json(of: $0.value)) }))
        default: value.plainJSON
        }
    }

    /// Python's spelling without the zeros of a short exponent; down to 1e-5 without one.
    private static func float(_ text: String) -> String {
        guard let mark = text.firstIndex(of: "e"), text[mark...].hasPrefix("e-0") else { return text }
        let exponent = text[text.index(mark, offsetBy: 3)...]
        let mantissa = text[..<mark]
        guard exponent == "5" else { return "\(mantissa)e-\(exponent)" }
        let sign = mantissa.hasPrefix("-") ? "-" : ""
        return sign + "0.0000" + mantissa.filter(\.isNumber)
    }
}
