import OrderedJSON

/// The JSON Schema of an entry of `tools`.
enum ToolSchema {
    /// One of the kinds, each with its own keys.
    static var tool: JSON {
        ["anyOf": .array(ToolReader.options.map { kind($0.kind, $0.keys) })]
    }

    /// A number of seconds.
    static let seconds: JSONObject = ["type": "number", "minimum": 0, "maximum": 86_400]

    private static func kind(_ kind: String, _ keys: [String]) -> JSON {
        var properties = JSONObject()
        for key in [kind] + ToolReader.common + keys { properties[key] = .object(value(of: key)) }
        return [
            "type": "object", "properties": .object(properties), "required": [.string(kind)],
            "additionalProperties": false,
        ]
    }

    private static func value(of key: String) -> JSONObject {
        let string: JSONObject = ["type": "string"]
        let names: JSONObject = ["type": "array", "items": ["type": "string"]]
        let command: JSONObject = ["type": "array", "minItems": 1, "items": ["type": "string"]]
        switch key {
        case "command": return command
        case "mcp": return ["anyOf": [.object(command), .object(string)]]
        case "builtin": return ["enum": .array(ToolSpec.builtins.map { .string($0) })]
        case "allow", "env": return names
        case "args":
            return ["type": "object", "additionalProperties": ["anyOf": [.object(string), argument]]]
        case "headers": return ["type": "object", "additionalProperties": .object(string)]
        case "bind": return ["type": "object"]
        case "body": return [:]
        case "timeout": return seconds
        case "max_output": return ["type": "integer", "minimum": 1, "maximum": 100_000_000]
        case "result": return ["enum": .array(CommandTool.Result.allCases.map { .string($0.rawValue) })]
        default: return string
        }
    }

    private static let argument: JSON = [
        "type": "object", "properties": ["type": ["type": "string"], "desc": ["type": "string"], "default": [:]],
        "required": ["type"], "additionalProperties": false,
    ]
}
