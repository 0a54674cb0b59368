import OrderedJSON

/// How the XML adapter reads values out of elements, led by the type's JSON schema.
///
/// - Source: dspy/adapters/xml_adapter.py (3.4.1), `_elements_to_value`.
enum XMLReading {
    /// Elements of one name, in order.
    typealias Group = (name: String, elements: [XMLElement])

    /// Elements by name; an `entry` goes by its `key`.
    static func grouped(_ children: [XMLElement]) -> [Group] {
        var groups: [Group] = []
        for child in children {
            let key = child.tag == "entry" ? child.attributes.first { $0.name == "key" }?.value : nil
            let name = key ?? child.tag
            if let place = groups.firstIndex(where: { $0.name.hasSameBytes(as: name) }) {
                groups[place].elements.append(child)
            } else {
                groups.append((name, [child]))
            }
        }
        return groups
    }

    /// The elements as a value of the type: by the whole schema, else by each alternative.
    static func value(of elements: [XMLElement], as type: FieldType) throws -> Value {
        let schema = try JSONSchema.schema(of: type)
        let definitions = schema["$defs"]?.object ?? [:]
        var failure: any Error = ValidationError("no alternative fits")
        for candidate in [.object(schema)] + (schema["anyOf"]?.array ?? []) {
            let value = Self.value(elements, candidate, definitions)
            do throws(ValidationError) {
                return try ValueParsing.parse(value, as: type)
            } catch {
                failure = error
            }
            if let fitted = try? Validator.validate(value, as: type) { return fitted }
        }
        throw failure
    }

    private static func value(_ elements: [XMLElement], _ schema: JSON, _ definitions: JSONObject) -> Value {
        var schema = resolved(schema, definitions)
        var elements = elements
        guard let first = elements.first else { return .null }
        if let choices = schema["anyOf"]?.array, !choices.isEmpty {
            if choices.contains(["type": "null"]), first.children.isEmpty, PythonString.strip(first.text).isEmpty {
                return .null
            }
            let others = choices.filter { $0["type"] != "null" }
            guard let preferred = others.first else { return .null }
            schema = first.children.isEmpty ? preferred : others.first { $0["type"] != "string" } ?? preferred
        }
        if schema["type"] == "array" {
            if elements.count == 1, first.children.isEmpty {
                let text = PythonString.strip(first.text)
                if text.isEmpty { return .list([]) }
                if PythonString.hasPrefix(text, "[") { return .string(text) }
            }
            if elements.count == 1, let items = grouped(first.children).first(where: { $0.name == "item" }) {
                elements = items.elements
            }
            return .list(elements.map { value([$0], schema["items"] ?? [:], definitions) })
        }
        if schema["type"] == "string", !first.children.isEmpty {
            return .string(first.text + first.children.map(\.serialized).joined())
        }
        let children = grouped(first.children)
        if children.isEmpty {
            if schema["type"] == "object", PythonString.strip(first.text).isEmpty { return .dict([:]) }
            let texts = elements.map { Value.string(PythonString.strip($0.text)) }
            return texts.count == 1 ? texts[0] : .list(texts)
        }
        let properties = schema["properties"]?.object ?? [:]
        let others: JSON = schema["additionalProperties"]?.object.map { .object($0) } ?? [:]
        return .dict(
            ValueDict(children.map { ($0.name, value($0.elements, properties[$0.name] ?? others, definitions)) }))
    }

    private static func resolved(_ schema: JSON, _ definitions: JSONObject) -> JSON {
        let name = schema["$ref"]?.string.flatMap { PythonString.split($0, at: "/").last } ?? ""
        return definitions[name] ?? schema
    }
}
