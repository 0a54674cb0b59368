import OrderedJSON

/// The JSON Schema of an entry of `tools`.
enum ToolSchema {
    /// One of the kinds, each with its own keys.
    static var tool: JSON { ["anyOf": .array(ToolKind.allCases.map(schema))] }

    /// A number of seconds.
    static let seconds: JSONObject = ["type": "number", "minimum": 0, "maximum": .int(SpecBounds.seconds.upperBound)]

    private static func schema(of kind: ToolKind) -> JSON {
        var properties = JSONObject()
        for (key, shape) in [(kind.rawValue, kind.shape)] + ToolKind.common + kind.options {
            properties[key] = .object(SpecSchema.schema(of: shape))
        }
        return [
            "type": "object", "properties": .object(properties), "required": [.string(kind.rawValue)],
            "additionalProperties": false,
        ]
    }

    /// An argument with its type.
    static let argument: JSONObject = [
        "type": "object", "properties": ["type": ["type": "string"], "desc": ["type": "string"], "default": [:]],
        "required": ["type"], "additionalProperties": false,
    ]
}
