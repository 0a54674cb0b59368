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
            ["required": [.string(key.name)]]
        }
        return [
            "type": "object", "properties": .object(properties), "additionalProperties": false, "oneOf": .array(kinds),
        ]
    }

    private static func value(of key: String) -> JSONObject {
        let string: JSONObject = ["type": "string"]
        let anyObject: JSONObject = ["type": "object"]
        switch key {
        case "$schema", "name", "description", "program": return string
        case "signature": return ["type": "string", "pattern": "->"]
        case "lm": return ["$ref": "#/$defs/lm"]
        case "lms": return ["type": "object", "additionalProperties": ["$ref": "#/$defs/lm"]]
        case "module": return ["enum": ["Predict", "ChainOfThought"]]
        case "adapter":
            return [
                "anyOf": [
                    ["enum": ["chat", "json", "xml", "baml"]],
                    [
                        "type": "object",
                        "properties": ["type": ["enum": .array(AdapterSpec.names.map { .string($0) })]],
                    ],
                ]
            ]
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
        case "n": return ["type": "integer", "minimum": 1, "maximum": 1000]
        case "outputs":
            return [
                "anyOf": [
                    ["type": "array", "items": ["type": "string"]],
                    ["type": "object", "additionalProperties": ["type": "string"]],
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

    /// What may be said of a field.
    private static func details(withType: Bool) -> JSONObject {
        var properties: JSONObject = withType ? ["type": ["type": "string"], "default": [:]] : [:]
        properties["desc"] = ["type": "string"]
        for name in FieldDetails.boundKeys { properties[name] = ["$ref": "#/$defs/bound"] }
        var object: JSONObject = ["type": "object", "properties": .object(properties), "additionalProperties": false]
        if withType { object["required"] = ["type"] }
        return object
    }

    private static var namedType: JSONObject {
        [
            "anyOf": [
                ["type": "array", "minItems": 1, "items": ["type": "string"]],
                [
                    "type": "object",
                    "additionalProperties": [
                        "anyOf": [
                            ["type": "string"], .object(details(withType: true)), ["type": "array"], ["type": "object"],
                        ]
                    ],
                ],
            ]
        ]
    }
}
