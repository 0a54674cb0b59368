import OrderedJSON

/// A pydantic schema as OpenAI's strict structured outputs take it.
///
/// Every property is required, objects are closed, null defaults are dropped, a lone `allOf` and a `$ref` with siblings
/// are spread out.
/// - Source: dspy/clients/legacy_requests.py (3.4.1), `_strict_json_schema`.
enum StrictSchema {
    /// The `json_schema` of a response format with a tight schema and `"strict": true`; one that says `strict` itself is
    /// the caller's own and stays as it is.
    static func tightened(_ format: JSONObject) -> JSONObject {
        let schema = format["schema"] ?? [:]
        guard !format.contains("strict") else { return format }
        return ["name": format["name"] ?? "response", "schema": strict(schema, root: schema, depth: 0), "strict": true]
    }

    /// Deeper schemas are left alone: a `$ref` can lead back to itself.
    private static let depthLimit = 64

    private static func strict(_ schema: JSON, root: JSON, depth: Int) -> JSON {
        guard var out = schema.object, depth < depthLimit else { return schema }
        func deeper(_ value: JSON) -> JSON { strict(value, root: root, depth: depth + 1) }
        func each(_ object: JSONObject) -> JSON {
            .object(JSONObject(object.map { (key: $0.key, value: deeper($0.value)) }))
        }
        for key in ["$defs", "definitions"] {
            if let definitions = out[key]?.object { out[key] = each(definitions) }
        }
        if out["type"] == "object" && !out.contains("additionalProperties") { out["additionalProperties"] = false }
        if let properties = out["properties"]?.object {
            out["required"] = .array(properties.keys.map(JSON.string))
            out["properties"] = each(properties)
        }
        if let items = out["items"], items.object != nil { out["items"] = deeper(items) }
        if let choices = out["anyOf"]?.array { out["anyOf"] = .array(choices.map(deeper)) }
        if let parts = out["allOf"]?.array {
            if parts.count == 1 {
                out["allOf"] = nil
                for (key, value) in deeper(parts[0]).object ?? [:] { out[key] = value }
            } else {
                out["allOf"] = .array(parts.map(deeper))
            }
        }
        if out["default"] == .null { out["default"] = nil }
        if let reference = out["$ref"]?.string, out.count > 1, let target = resolve(reference, in: root) {
            var merged = deeper(target).object ?? [:]
            for (key, value) in out where key != "$ref" { merged[key] = value }
            out = merged
        }
        return .object(out)
    }

    private static func resolve(_ reference: String, in root: JSON) -> JSON? {
        guard reference.hasPrefix("#/") else { return nil }
        var node: JSON? = root
        for part in reference.dropFirst(2).split(separator: "/") { node = node?[String(part)] }
        return node?.object == nil ? nil : node
    }
}
