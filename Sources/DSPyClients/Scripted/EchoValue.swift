import Basics
import DSPyCore
import OrderedJSON

/// The smallest value that fits a JSON schema, with a given text in its strings.
struct EchoValue {
    /// The value.
    let value: JSON

    /// Makes the value.
    init(schema: JSON, echo: String) {
        value = Maker(root: schema, echo: echo).value(for: schema, depth: 0)
    }

    private struct Maker {
        /// How many items or bytes a schema may ask for.
        private static let most = 10_000
        let root: JSON
        let echo: String

        func value(for schema: JSON, depth: Int) -> JSON {
            guard depth < 24 else { return .null }
            if let constant = schema["const"] { return constant }
            if let choices = schema["enum"]?.array, let first = choices.first {
                return choices.contains("finish") ? "finish" : first
            }
            if let reference = schema["$ref"]?.string {
                var node: JSON? = root
                for part in reference.split(separator: "/").dropFirst() { node = node?[String(part)] }
                return value(for: node ?? [:], depth: depth + 1)
            }
            for key in ["anyOf", "oneOf", "allOf"] {
                guard let choices = schema[key]?.array, !choices.isEmpty else { continue }
                // A type that holds itself ends with its `null` choice.
                let pick = depth > 8 ? choices.first { $0["type"] == "null" } : nil
                return value(for: pick ?? choices[0], depth: depth + 1)
            }
            switch schema["type"] {
            case "string": return .string(string(schema))
            case "integer": return .int(Int(saturating: number(schema, step: 1)))
            case "number": return .double(number(schema, step: 0.5))
            case "boolean": return true
            case "array": return .array(items(schema, depth: depth))
            case "object": return .object(members(schema, depth: depth))
            case "null": return .null
            default: return schema["properties"] == nil ? .string(echo) : .object(members(schema, depth: depth))
            }
        }

        private func string(_ schema: JSON) -> String {
            var text = echo
            if let least = schema["minLength"]?.int {
                while text.utf8.count < min(least, Self.most) { text += text.isEmpty ? "x" : " " + text }
            }
            if let most = schema["maxLength"]?.int {
                text = String(String.UnicodeScalarView(text.unicodeScalars.prefix(max(0, most))))
            }
            return text
        }

        private func number(_ schema: JSON, step: Double) -> Double {
            if let multiple = schema["multipleOf"]?.number { return multiple }
            var value = 1.0
            if let least = schema["minimum"]?.number { value = max(value, least) }
            if let bound = schema["exclusiveMinimum"]?.number, value <= bound { value = bound + step }
            if let most = schema["maximum"]?.number { value = min(value, most) }
            if let bound = schema["exclusiveMaximum"]?.number, value >= bound { value = bound - step }
            return value
        }

        private func items(_ schema: JSON, depth: Int) -> [JSON] {
            if let fixed = schema["prefixItems"]?.array { return fixed.map { value(for: $0, depth: depth + 1) } }
            let count = max(depth > 8 ? 0 : 1, schema["minItems"]?.int ?? 0)
            let limit = min(max(0, min(count, schema["maxItems"]?.int ?? count)), Self.most)
            return (0..<limit).map { _ in value(for: schema["items"] ?? ["type": "string"], depth: depth + 1) }
        }

        private func members(_ schema: JSON, depth: Int) -> JSONObject {
            let required = schema["required"]?.array?.compactMap(\.string)
            var members: JSONObject = [:]
            for (key, property) in schema["properties"]?.object ?? [:] {
                if depth > 8, let required, !required.contains(key) { continue }
                members[key] = value(for: property, depth: depth + 1)
            }
            return members
        }
    }
}
