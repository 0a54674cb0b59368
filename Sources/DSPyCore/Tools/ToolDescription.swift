public import OrderedJSON

/// What a model is told of a tool: its name, what it does, the JSON schema of each argument.
///
/// - Source: dspy/adapters/types/tool.py (3.4.1), `Tool`.
public struct ToolDescription: Sendable, Hashable {
    /// The name by which the model calls it.
    public var name: String
    /// What it does.
    public var description: String?
    /// JSON schema by argument, in order; an argument with a `default` may be left out.
    public var arguments: JSONObject

    /// A description.
    public init(name: String, description: String?, arguments: JSONObject) {
        self.name = name
        self.description = description
        self.arguments = arguments
    }

    /// Python's `str(tool)`, which is also how a prompt shows it.
    public var pythonString: String {
        let purpose =
            if let description, !description.isEmpty {
                PythonString.replace(", whose description is <desc>\(description)</desc>.", "\n", with: "  ")
            } else { "." }
        return "\(name)\(purpose) It takes arguments \(Value(.object(arguments)).pythonRepr)."
    }

    /// The tool as OpenAI's function calling takes it.
    public var functionCall: JSON {
        let required = arguments.members.filter { $0.value["default"] == nil }.map { JSON.string($0.key) }
        return [
            "type": "function",
            "function": [
                "name": .string(name),
                "description": description.map { .string($0) } ?? .null,
                "parameters": [
                    "type": "object", "properties": .object(arguments), "required": .array(required),
                ],
            ],
        ]
    }
}
