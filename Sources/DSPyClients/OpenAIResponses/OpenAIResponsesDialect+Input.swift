import DSPyCore
import OrderedJSON

extension OpenAIResponsesDialect {
    /// The input items of one message.
    static func items(_ message: LMMessage) -> [JSON] {
        if message.role == "tool" {
            return [
                [
                    "type": "function_call_output", "call_id": .string(message.toolCallID ?? ""),
                    "output": message.plainText.map(JSON.string) ?? .array(parts(message)),
                ]
            ]
        }
        var items: [JSON] = []
        let parts = parts(message)
        if !parts.isEmpty {
            let role = message.role == "system" ? "developer" : message.role
            items.append(["role": .string(role), "content": .array(parts)])
        }
        for call in message.toolCalls {
            let written = OpenAIChatDialect.writtenCall(call)
            items.append([
                "type": "function_call", "call_id": written["id"] ?? "", "name": written["function"]?["name"] ?? "",
                "arguments": written["function"]?["arguments"] ?? "{}",
            ])
        }
        return items
    }

    private static func parts(_ message: LMMessage) -> [JSON] {
        let type: JSON = message.role == "assistant" ? "output_text" : "input_text"
        switch message.content {
        case .text(let text): return [["type": type, "text": .string(text)]]
        case .none: return []
        case .parts(let parts): return parts.map { part($0, textType: type) }
        }
    }

    private static func part(_ part: JSON, textType: JSON) -> JSON {
        switch part["type"] {
        case "text":
            return ["type": textType, "text": part["text"] ?? ""]
        case "image_url":
            let image = part["image_url"]
            var written: JSONObject = ["type": "input_image", "image_url": image?["url"] ?? image ?? ""]
            if let detail = image?["detail"], !detail.isNull { written["detail"] = detail }
            return .object(written)
        case "file":
            var written: JSONObject = ["type": "input_file"]
            for (key, value) in part["file"]?.object ?? [:] where !value.isNull { written[key] = value }
            return .object(written)
        default:
            return part
        }
    }

    /// A function tool without the nesting of chat completions.
    static func tool(_ tool: JSON) -> JSON {
        guard tool["type"] == "function", let function = tool["function"]?.object else { return tool }
        return [
            "type": "function", "name": function["name"] ?? "", "description": function["description"] ?? .null,
            "parameters": function["parameters"] ?? ["type": "object", "properties": [:]],
        ]
    }

    /// A response format as `text`.
    static func text(_ format: JSON) -> JSON {
        guard format["type"] == "json_schema", let schema = format["json_schema"]?.object else {
            return ["format": format]
        }
        var written: JSONObject = ["type": "json_schema"]
        for (key, value) in StrictSchema.tightened(schema) { written[key] = value }
        return ["format": .object(written)]
    }
}
