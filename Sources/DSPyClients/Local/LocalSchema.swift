import DSPy
import OrderedJSON

/// What a very small model needs on top of a JSON schema.
///
/// DSPy's prompts show each field as `{field}`, and a model of 135 million parameters copies just that into its answer. Free
/// strings therefore get a pattern that knows no braces, which llama.cpp enforces while it generates.
enum LocalSchema {
    /// The request with patterns in its response format.
    static func adapted(_ request: LMRequest) -> LMRequest {
        guard var format = request.options["response_format"]?.object, var named = format["json_schema"]?.object,
            let schema = named["schema"]
        else { return request }
        named["schema"] = adapted(schema)
        format["json_schema"] = .object(named)
        var request = request
        request.options["response_format"] = .object(format)
        return request
    }

    private static func adapted(_ value: JSON) -> JSON {
        switch value {
        case .array(let items):
            return .array(items.map(adapted))
        case .object(let object):
            var written = JSONObject(object.map { (key: $0.key, value: adapted($0.value)) })
            let isFree = ["enum", "const", "pattern", "format"].allSatisfy { !object.contains($0) }
            if object["type"] == "string" && isFree {
                let least = max(1, object["minLength"]?.int ?? 1)
                let most = max(least, object["maxLength"]?.int ?? 400)
                written["pattern"] = .string(#"^[^"\\{}`\n]{\#(least),\#(most)}$"#)
            }
            return .object(written)
        default:
            return value
        }
    }
}
