public import OrderedJSON

/// One chat message on its way to a model, as DSPy's adapters make them (OpenAI's shape).
public struct LMMessage: Sendable, Hashable {
    /// What a message says.
    public enum Content: Sendable, Hashable {
        /// Plain text.
        case text(String)
        /// Content parts, each an object with a `type` (`text`, `image_url`, `input_audio`, `file`).
        case parts([JSON])
        /// `null`: an assistant turn that only calls tools.
        case none
    }

    /// `system`, `developer`, `user`, `assistant` or `tool`.
    public var role: String
    /// What it says.
    public var content: Content
    /// For `assistant`: tool calls in OpenAI's shape (`{"id", "type": "function", "function": {"name", "arguments"}}`).
    public var toolCalls: [JSON]
    /// For `tool`: the call that this answers.
    public var toolCallID: String?
    /// For `tool`: the tool's name.
    public var name: String?

    /// A message.
    public init(
        role: String, content: Content, toolCalls: [JSON] = [], toolCallID: String? = nil, name: String? = nil
    ) {
        self.role = role
        self.content = content
        self.toolCalls = toolCalls
        self.toolCallID = toolCallID
        self.name = name
    }

    /// A message of plain text.
    public init(role: String, text: String) {
        self.init(role: role, content: .text(text))
    }

    /// The message as the object that DSPy passes on: role, content, then what only tools need.
    public var json: JSON {
        var object: JSONObject = ["role": .string(role)]
        if role == "tool" {
            if let toolCallID { object["tool_call_id"] = .string(toolCallID) }
            if let name { object["name"] = .string(name) }
        }
        switch content {
        case .text(let text): object["content"] = .string(text)
        case .parts(let parts): object["content"] = .array(parts)
        case .none: object["content"] = .null
        }
        if !toolCalls.isEmpty { object["tool_calls"] = .array(toolCalls) }
        return .object(object)
    }
}
