import OrderedJSON

/// The JSON schema that structured outputs ask for.
///
/// - Source: dspy/adapters/json_adapter.py (3.4.1), `_get_structured_outputs_response_format`.
enum StructuredOutputs {
    /// Every property required, no other allowed; nil when some type has no schema.
    static func schema(of signature: Signature, withoutToolCalls: Bool) -> JSONObject? {
        let fields = signature.outputs.filter { !withoutToolCalls || $0.type != .custom(.toolCalls) }
        let model = try? JSONSchema.model(
            title: "DSPyProgramOutputs",
            fields: fields.map { ($0.name, $0.type, $0.defaultValue) })
        return model.map(enforced)
    }

    /// A dict inside a record loses its values' type here, as it does in DSPy: only `{}` fits what remains.
    private static func enforced(_ schema: JSONObject) -> JSONObject {
        var schema = schema
        if schema["type"] == "object" {
            if case .object(let properties)? = schema["properties"] {
                schema["required"] = .array(properties.keys.map { .string($0) })
                schema["additionalProperties"] = false
                schema["properties"] = .object(
                    JSONObject(properties.members.map { (key: $0.key, value: enforced($0.value)) }))
            } else {
                schema["properties"] = [:]
                schema["required"] = []
                schema["additionalProperties"] = false
            }
        }
        if schema["type"] == "array", let items = schema["items"] { schema["items"] = enforced(items) }
        if case .object(let definitions)? = schema["$defs"] {
            schema["$defs"] = .object(
                JSONObject(definitions.members.map { (key: $0.key, value: enforced($0.value)) }))
        }
        return schema
    }

    private static func enforced(_ json: JSON) -> JSON {
        if case .object(let object) = json { .object(enforced(object)) } else { json }
    }
}
