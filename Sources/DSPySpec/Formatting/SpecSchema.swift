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
            var schema = value(of: key.name)
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

    private static func value(of key: String) -> JSONObject {
        let string: JSONObject = ["type": "string"]
        let anyObject: JSONObject = ["type": "object"]
        let node: JSONObject = ["$ref": "#/$defs/node"]
        switch key {
        case "$schema", "name", "description", "program", "switch", "if", "for_each", "as", "until", "while", "reward",
            "field", "tool":
            return string
        case "then", "else", "do", "loop", "of": return node
        case "cases":
            return ["type": "object", "minProperties": 1, "additionalProperties": ["$ref": "#/$defs/node"]]
        case "collect":
            return [
                "anyOf": [["type": "string"], ["type": "object", "additionalProperties": ["type": "string"]]]
            ]
        case "concurrency": return whole(1, ForEach.maximumConcurrency)
        case "on_error": return ["enum": .array(ForEach.ErrorPolicy.allCases.map { .string($0.rawValue) })]
        case "max", "max_iters": return whole(1, 1000)
        case "M": return whole(1, 100)
        case "threshold": return ["type": "number"]
        case "with":
            return [
                "type": "object",
                "additionalProperties": [
                    "anyOf": [
                        ["type": "string"],
                        [
                            "type": "object", "properties": ["value": [:]], "required": ["value"],
                            "additionalProperties": false,
                        ],
                    ]
                ],
            ]
        case "timeout": return ToolSchema.seconds
        case "retry":
            return [
                "anyOf": [
                    .object(whole(1, 100)),
                    [
                        "type": "object",
                        "properties": [
                            "attempts": .object(whole(1, 100)),
                            "wait": ["type": "number", "minimum": 0, "maximum": 86_400],
                        ],
                        "required": ["attempts"], "additionalProperties": false,
                    ],
                ]
            ]
        case "fallback": return ["anyOf": [["$ref": "#/$defs/lm"], ["$ref": "#/$defs/node"]]]
        case "use": return ["type": "array", "items": ["type": "string"]]
        case "knn":
            return [
                "type": "object",
                "properties": ["k": .object(whole(1, 1000)), "embedder": ["type": "string", "pattern": "/"]],
                "required": ["k", "embedder"], "additionalProperties": false,
            ]
        case "tools": return ["type": "object", "additionalProperties": ["$ref": "#/$defs/tool"]]
        case "signature": return ["type": "string", "pattern": "->"]
        case "lm": return ["$ref": "#/$defs/lm"]
        case "lms": return ["type": "object", "additionalProperties": ["$ref": "#/$defs/lm"]]
        case "module":
            return ["enum": .array((ModuleKind.names + AttemptsKind.names).map { .string($0) })]
        case "adapter": return ["anyOf": .array(adapters)]
        case "settings": return settings
        case "types": return ["type": "object", "additionalProperties": ["$ref": "#/$defs/type"]]
        case "steps": return ["type": "array", "minItems": 1, "items": ["$ref": "#/$defs/node"]]
        case "parallel":
            return [
                "anyOf": [
                    ["type": "array", "minItems": 1, "items": ["$ref": "#/$defs/node"]],
                    ["type": "object", "minProperties": 1, "additionalProperties": ["$ref": "#/$defs/node"]],
                ]
            ]
        case "instructions":
            return [
                "anyOf": [
                    ["type": "string"], ["type": "array", "items": ["type": "string"]],
                    ["type": "object", "properties": ["file": ["type": "string"]], "required": ["file"]],
                ]
            ]
        case "fields":
            return [
                "type": "object",
                "additionalProperties": [
                    "anyOf": [["type": "string"], .object(details(withType: false))]
                ],
            ]
        case "demos": return ["anyOf": [["type": "array", "items": ["type": "object"]], ["type": "string"]]]
        case "in": return ["type": "object", "additionalProperties": ["type": "string"]]
        case "n": return whole(1, 1000)
        case "outputs":
            return [
                "anyOf": [
                    ["type": "array", "minItems": 1, "items": ["type": "string"]],
                    ["type": "object", "minProperties": 1, "additionalProperties": ["type": "string"]],
                ]
            ]
        case "tests":
            return [
                "type": "array",
                "items": [
                    "type": "object", "properties": ["inputs": ["type": "object"], "expect": ["type": "string"]],
                    "required": ["inputs", "expect"], "additionalProperties": false,
                ],
            ]
        default: return anyObject
        }
    }

    private static func whole(_ least: Int, _ most: Int) -> JSONObject {
        ["type": "integer", "minimum": .int(least), "maximum": .int(most)]
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
