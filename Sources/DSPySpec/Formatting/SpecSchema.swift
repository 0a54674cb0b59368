import DSPyCore
package import OrderedJSON

/// The JSON Schema of program files, for editors; made from the same table that the reader uses.
package enum SpecSchema {
    /// The schema (draft 2020-12).
    package static var schema: JSON {
        [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "dspy-swift program",
            "description": "A declarative DSPy program: a header and one node, or a signature string.",
            "anyOf": [signatureString, ["$ref": "#/$defs/program"]],
            "$defs": [
                "program": .object(object(for: SpecKeys.all.filter { $0.name != "in" })),
                "node": [
                    "anyOf": [
                        signatureString,
                        .object(object(for: SpecKeys.all.filter { $0.place != .header })),
                    ]
                ],
                "lm": [
                    "anyOf": [
                        ["type": "string"],
                        ["type": "object", "properties": ["model": ["type": "string"]], "required": ["model"]],
                    ]
                ],
                "type": .object(namedType),
                "tool": ToolSchema.tool,
                "bound": ["type": "number"],
            ],
        ]
    }

    private static let signatureString: JSON = ["type": "string", "pattern": "->"]

    private static func object(for keys: [SpecKeys.Key]) -> JSONObject {
        var properties = JSONObject()
        for key in keys where key.isAvailable {
            var schema = schema(of: key.shape)
            schema["description"] = .string(key.summary)
            properties[key.name] = .object(schema)
        }
        let kinds = keys.filter { $0.place == .kind && $0.isAvailable }.map { key -> JSON in
            ["required": .array(([key.name] + (companions[key.name] ?? [])).map { .string($0) })]
        }
        return [
            "type": "object", "properties": .object(properties), "additionalProperties": false, "oneOf": .array(kinds),
        ]
    }

    /// The keys without which a kind says nothing.
    private static let companions = [
        "switch": ["cases"], "if": ["then"], "for_each": ["as", "do"], "loop": ["max"], "of": ["module"],
    ]

    static func schema(of shape: SpecKeys.Shape) -> JSONObject {
        switch shape {
        case .text: return ["type": "string"]
        case .oneOf(let texts): return ["enum": .array(texts.map { .string($0) })]
        case .signature: return ["type": "string", "pattern": "->"]
        case .modelName: return ["type": "string", "pattern": "/"]
        case .model: return ["$ref": "#/$defs/lm"]
        case .adapter: return ["anyOf": .array(adapters)]
        case .settings: return settings
        case .type: return ["$ref": "#/$defs/type"]
        case .tool: return ["$ref": "#/$defs/tool"]
        case .toolArgument: return ToolSchema.argument
        case .fieldDetails: return details(withType: false)
        case .file: return ["type": "object", "properties": ["file": ["type": "string"]], "required": ["file"]]
        case .node: return ["$ref": "#/$defs/node"]
        case .number: return ["type": "number"]
        case .bool: return ["type": "boolean"]
        case .numberWithin(let range): return bounded("number", range)
        case .whole(let range): return bounded("integer", range)
        case .seconds: return ToolSchema.seconds
        case .object: return ["type": "object"]
        case .anything: return [:]
        case .list(let item, let least):
            var list: JSONObject = ["type": "array"]
            if least > 0 { list["minItems"] = .int(least) }
            list["items"] = .object(schema(of: item))
            return list
        case .map(let value, let least):
            var map: JSONObject = ["type": "object"]
            if least > 0 { map["minProperties"] = .int(least) }
            map["additionalProperties"] = .object(schema(of: value))
            return map
        case .record(let members, let required):
            let properties = JSONObject(members.map { (key: $0.name, value: .object(schema(of: $0.shape))) })
            return [
                "type": "object", "properties": .object(properties), "required": .array(required.map { .string($0) }),
                "additionalProperties": false,
            ]
        case .any(let shapes): return ["anyOf": .array(shapes.map { .object(schema(of: $0)) })]
        }
    }

    private static func bounded(_ type: JSON, _ range: ClosedRange<Int>) -> JSONObject {
        ["type": type, "minimum": .int(range.lowerBound), "maximum": .int(range.upperBound)]
    }

    /// What may be said of a field.
    private static func details(withType: Bool) -> JSONObject {
        var properties: JSONObject = withType ? ["type": ["type": "string"], "default": [:]] : [:]
        properties["desc"] = ["type": "string"]
        for name in FieldDetails.boundKeys { properties[name] = ["$ref": "#/$defs/bound"] }
        var object: JSONObject = ["type": "object", "properties": .object(properties), "additionalProperties": false]
        if withType { object["required"] = ["type"] }
        return object
    }

    private static var adapters: [JSON] {
        func options(_ types: [JSON], _ properties: JSONObject, required: [JSON] = []) -> JSON {
            var all: JSONObject = ["type": ["enum": .array(types)]]
            for (name, schema) in properties { all[name] = schema }
            return [
                "type": "object", "properties": .object(all), "required": .array(["type"] + required),
                "additionalProperties": false,
            ]
        }
        func types(_ fit: (AdapterKind) -> Bool) -> [JSON] {
            AdapterKind.allCases.filter(fit).map { .string($0.rawValue) }
        }
        return [
            ["enum": .array(AdapterKind.plainNames.map { .string($0) })],
            options(types { $0.takesFallback }, ["use_json_adapter_fallback": ["type": "boolean"]]),
            options(types { !$0.takesFallback && !$0.needsModel }, [:]),
            options(types { $0.needsModel }, ["extraction_lm": ["$ref": "#/$defs/lm"]], required: ["extraction_lm"]),
        ]
    }

    private static var settings: JSONObject {
        var properties: JSONObject = [
            "async_max_workers": ["type": "integer", "minimum": 1], "num_retries": ["type": "integer", "minimum": 0],
            "track_usage": ["type": "boolean"], "warn_on_type_mismatch": ["type": "boolean"],
            "allow_tool_async_sync_conversion": ["type": "boolean"],
        ]
        for name in HeaderReader.settingNames where properties[name] == nil {
            properties[name] = ["description": "Has no effect in this version."]
        }
        return ["type": "object", "properties": .object(properties), "additionalProperties": false]
    }

    private static var namedType: JSONObject {
        var field = details(withType: true)
        field["required"] = ["name", "type"]
        var properties = field["properties"]?.object ?? [:]
        properties["name"] = ["type": "string"]
        field["properties"] = .object(properties)
        return [
            "anyOf": [
                ["type": "array", "minItems": 1, "items": ["type": "string"]],
                [
                    "type": "object",
                    "additionalProperties": ["anyOf": [["type": "string"], .object(details(withType: true))]],
                ],
                longType("enum", "members", ["type": "object", "minProperties": 1]),
                longType("object", "fields", ["type": "array", "items": .object(field)]),
            ]
        ]
    }

    private static func longType(_ kind: String, _ key: String, _ schema: JSON) -> JSON {
        let properties: JSONObject = JSONObject([
            ("kind", ["enum": [.string(kind)]]), ("doc", ["type": "string"]), (key, schema),
        ])
        return [
            "type": "object", "properties": .object(properties), "required": ["kind", .string(key)],
            "additionalProperties": false,
        ]
    }
}
