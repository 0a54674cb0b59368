import Basics
import DSPyCore
import OrderedJSON

/// What a very small model needs on top of a JSON schema.
///
/// DSPy's prompts show each field as `{field}`, and a model of 135 million parameters copies just that into its answer. Free
/// strings therefore get a pattern that knows no braces, which llama.cpp enforces while it generates.
enum LocalSchema {
    /// The request with patterns in its response format; any JSON object becomes one with the fields that the prompt asks for.
    static func adapted(_ request: LMRequest) -> LMRequest {
        var request = request
        if request.options["response_format"]?["type"] == "json_object", let schema = askedFor(request) {
            request.options["response_format"] = [
                "type": "json_schema", "json_schema": ["name": "Answer", "strict": true, "schema": schema],
            ]
        }
        guard var format = request.options["response_format"]?.object, var named = format["json_schema"]?.object,
            let schema = named["schema"]
        else { return request }
        named["schema"] = adapted(schema)
        format["json_schema"] = .object(named)
        request.options["response_format"] = .object(format)
        return request
    }

    private static let shortText: JSON = ["type": "string", "pattern": #"^[^"\\{}`\n]{1,60}$"#]

    /// The schema of the object that the prompt describes; nil when it describes none.
    private static func askedFor(_ request: LMRequest) -> JSON? {
        let system = request.messages.first { $0.role == "system" || $0.role == "developer" }?.allText ?? ""
        let fields = PromptField.outputs(of: system)
        guard !fields.isEmpty else { return nil }
        let calls = toolArguments(in: system)
        func schema(of field: PromptField) -> JSON {
            let schema = field.schema(isQuoted: true, in: system)
            let isAnything = schema["additionalProperties"] == true && schema["properties"] == nil
            return isAnything && !calls.isEmpty ? ["anyOf": .array(calls)] : schema
        }
        return [
            "type": "object",
            "properties": .object(
                JSONObject(fields.map { (key: $0.name, value: schema(of: $0)) })),
            "required": .array(fields.map { .string($0.name) }), "additionalProperties": false,
        ]
    }

    /// What the tools that an agent's prompt lists take: an object for each, the same only once.
    private static func toolArguments(in system: String) -> [JSON] {
        var calls: [JSON] = []
        for line in system.split(separator: "\n").map(String.init) {
            guard let start = line.range(after: "It takes arguments "), line.hasSuffix(".") else { continue }
            guard let arguments = JSONRepair.loads(String(line[start...].dropLast())).object else { continue }
            let required = arguments.members.filter { $0.value["default"] == nil }.map { JSON.string($0.key) }
            let call: JSON = [
                "type": "object", "properties": .object(arguments), "required": .array(required),
                "additionalProperties": false,
            ]
            if !calls.contains(call) { calls.append(call) }
        }
        return calls
    }

    private static func adapted(_ value: JSON) -> JSON {
        switch value {
        case .array(let items):
            return .array(items.map(adapted))
        case .object(let object):
            var written = JSONObject(object.map { (key: $0.key, value: adapted($0.value)) })
            // An object of anything holds short texts: a small model would not come to an end otherwise.
            if object["additionalProperties"] == true { written["additionalProperties"] = Self.shortText }
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
