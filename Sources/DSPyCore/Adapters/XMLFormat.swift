import OrderedJSON

/// How the XML adapter writes fields.
///
/// - Source: dspy/adapters/xml_adapter.py (3.4.1).
enum XMLFormat {
    /// Whether values of the type are written as nested elements: lists, dicts and records, but not DSPy's own types.
    static func isNested(_ type: FieldType) -> Bool {
        var type = type
        if case .union(let alternatives) = type {
            let others = alternatives.filter { $0 != .none }
            guard others.count == 1 else { return false }
            type = others[0]
        }
        if case .list("list", .custom?) = type { return false }
        switch type {
        case .list("list", .some): return true
        case .dict(let name, .some): return name == "dict"
        case .record: return true
        default: return false
        }
    }

    /// One field as an element.
    static func block(_ field: Field, _ value: Value) throws(AdapterFormatError) -> String {
        if field.kind == .output, isNested(field.type) {
            switch value.json {
            case .object, .array: return element(value.json, tag: field.name)
            default: break
            }
        }
        var text = try FieldFormat.value(value, of: field.type)
        if field.kind == .output, field.type == .string { text = escaped(text) }
        return "<\(field.name)>\n\(text)\n</\(field.name)>"
    }

    private static func escaped(_ text: String) -> String {
        PythonString.replace(PythonString.replace(text, "&", with: "&amp;"), "<", with: "&lt;")
    }

    private static func element(_ value: JSON, tag: String, key: String? = nil) -> String {
        let attribute = key.map { " key=\(quotedAttribute($0))" } ?? ""
        switch value {
        case .array(let items):
            let children = items.map { element($0, tag: "item") }.joined()
            return children.isEmpty ? "<\(tag)\(attribute) />" : "<\(tag)\(attribute)>\(children)</\(tag)>"
        case .object(let object):
            let children = object.members.map { name, child in
                isTagName(name) ? element(child, tag: name) : element(child, tag: "entry", key: name)
            }
            return "<\(tag)\(attribute)>\(children.joined())</\(tag)>"
        case .null: return "<\(tag)\(attribute) />"
        default: return "<\(tag)\(attribute)>\(escaped(Value(value).pythonString))</\(tag)>"
        }
    }

    private static func isTagName(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first else { return false }
        let rest = String(name.unicodeScalars.dropFirst())
        let plain = PythonString.replace(PythonString.replace(rest, "-", with: "_"), ".", with: "_")
        return PythonString.isIdentifier(String(first) + plain)
    }

    /// `xml.sax.saxutils.quoteattr`.
    private static func quotedAttribute(_ text: String) -> String {
        var escaped = escaped(text)
        for (plain, made) in [(">", "&gt;"), ("\n", "&#10;"), ("\r", "&#13;"), ("\t", "&#9;")] {
            escaped = PythonString.replace(escaped, plain, with: made)
        }
        guard PythonString.contains(escaped, "\"") else { return "\"\(escaped)\"" }
        return PythonString.contains(escaped, "'")
            ? "\"\(PythonString.replace(escaped, "\"", with: "&quot;"))\"" : "'\(escaped)'"
    }

    /// `<people><item><name>...</name></item></people>`: the structure of a type.
    static func skeleton(_ field: Field) throws(AdapterFormatError) -> String {
        do {
            let schema = try JSONSchema.schema(of: field.type)
            return skeleton(field.name, .object(schema), schema["$defs"]?.object ?? [:], seen: [])
        } catch {
            throw AdapterFormatError("PydanticInvalidForJsonSchema", "the type \(error.typeName) has no JSON schema")
        }
    }

    private static func skeleton(
        _ tag: String, _ schema: JSON, _ definitions: JSONObject, seen: Set<String>
    ) -> String {
        if let reference = schema["$ref"]?.string {
            let name = PythonString.split(reference, at: "/").last ?? reference
            guard !seen.contains(name), let definition = definitions[name] else { return "<\(tag)>...</\(tag)>" }
            return skeleton(tag, definition, definitions, seen: seen.union([name]))
        }
        if let choices = schema["anyOf"]?.array, !choices.isEmpty {
            return skeleton(
                tag, choices.first { $0["type"] != "null" } ?? choices[0], definitions, seen: seen)
        }
        if schema["type"] == "array" {
            return "<\(tag)>\(skeleton("item", schema["items"] ?? [:], definitions, seen: seen))</\(tag)>"
        }
        let children = (schema["properties"]?.object ?? [:]).members.map { name, child in
            skeleton(name, child, definitions, seen: seen)
        }
        return children.isEmpty ? "<\(tag)>...</\(tag)>" : "<\(tag)>\(children.joined())</\(tag)>"
    }
}
