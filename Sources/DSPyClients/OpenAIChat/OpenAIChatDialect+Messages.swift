import DSPyCore
import OrderedJSON

extension OpenAIChatDialect {
    /// The conversation as OpenAI takes it.
    func messages(_ messages: [LMMessage]) -> [JSON] {
        messages.map { message in
            switch message.role {
            case "system", "developer": instructions(message)
            case "assistant": assistant(message)
            case "tool": tool(message)
            default: ["role": .string(message.role), "content": content(message.content)]
            }
        }
    }

    /// Whether a message is a text and nothing else, as nearly all are; such a one needs no tree to be written.
    func isPlain(_ message: LMMessage) -> Bool {
        guard case .text = message.content, message.role != "tool" else { return false }
        return message.role != "assistant" || message.toolCalls.isEmpty && !compat.needsReasoningContent
    }

    /// Writes a plain message, as ``messages(_:)`` would make it.
    func write(_ message: LMMessage, _ line: inout JSONLine) {
        guard case .text(let text) = message.content else { return }
        let isInstruction = message.role == "system" || message.role == "developer"
        line.add("role", isInstruction ? compat.instructionRole : message.role)
        line.add("content", text)
    }

    private func instructions(_ message: LMMessage) -> JSON {
        var content = content(message.content)
        if case .parts(let parts) = message.content, let text = Self.text(parts) { content = .string(text) }
        return ["role": .string(compat.instructionRole), "content": content]
    }

    private func assistant(_ message: LMMessage) -> JSON {
        var item: JSONObject = ["role": "assistant"]
        switch message.content {
        case .none: item["content"] = message.toolCalls.isEmpty ? "" : .null
        case .text(let text): item["content"] = .string(text)
        case .parts(let parts): item["content"] = Self.text(parts).map(JSON.string) ?? .array(parts)
        }
        if compat.needsReasoningContent { item["reasoning_content"] = "" }
        if !message.toolCalls.isEmpty { item["tool_calls"] = .array(message.toolCalls.map(Self.writtenCall)) }
        return .object(item)
    }

    private func tool(_ message: LMMessage) -> JSON {
        var content = content(message.content)
        if case .parts(let parts) = message.content, let text = Self.text(parts) { content = .string(text) }
        return ["role": "tool", "tool_call_id": .string(message.toolCallID ?? ""), "content": content]
    }

    /// One text part alone is sent as plain text.
    private func content(_ content: LMMessage.Content) -> JSON {
        switch content {
        case .text(let text): return .string(text)
        case .none: return ""
        case .parts(let parts):
            if parts.count == 1, let text = Self.text(parts) { return .string(text) }
            return .array(parts.map(Self.part))
        }
    }

    /// Text parts joined with line feeds; nil when one of them is something else.
    static func text(_ parts: [JSON]) -> String? {
        var texts: [String] = []
        for part in parts {
            guard part["type"] == "text", let text = part["text"]?.string else { return nil }
            texts.append(text)
        }
        return texts.joined(separator: "\n")
    }

    private static func part(_ part: JSON) -> JSON {
        guard part["type"] == "image_url", let image = part["image_url"] else { return part }
        guard let url = image.string.map(JSON.string) ?? image["url"] else { return part }
        var written: JSONObject = ["url": url]
        if let detail = image["detail"], !detail.isNull { written["detail"] = detail }
        return ["type": "image_url", "image_url": .object(written)]
    }

    /// A call from the history, its arguments written anew as `json.dumps(arguments, separators=(",", ":"))` does.
    static func writtenCall(_ call: JSON) -> JSON {
        let function = call["function"] ?? call
        var arguments = function["arguments"] ?? "{}"
        if let text = arguments.string {
            arguments = text.isEmpty ? [:] : (try? JSON(parsing: text, options: .python)) ?? arguments
        }
        let written = arguments.string ?? arguments.text(compactASCII)
        return [
            "id": call["id"] ?? "", "type": "function",
            "function": ["name": function["name"] ?? "", "arguments": .string(written)],
        ]
    }

    private static let compactASCII = JSONStyle(itemSeparator: ",", keySeparator: ":", ensureASCII: true)
}
