import DSPyCore
import OrderedJSON

/// A tool of the corpus: the arguments of a declared function, and what it returns or raises for which of them.
enum RecordedTool {
    static func tool(_ json: JSON, isAsync: Bool = false) throws -> Tool {
        let arguments = try (json["params"]?.array ?? []).map { parameter in
            Tool.Argument(
                parameter["name"]?.string ?? "", try parameter["type"]?.string.map { try FieldType($0) },
                defaultValue: parameter["default"].map { Value($0) })
        }
        let behaviour = json["behaviour"]?.array ?? []
        let run: @Sendable (ValueDict) throws -> Value = { given in
            let bound = Value.dict(given)
            guard let entry = behaviour.first(where: { $0["args"].map { Value($0) == bound } ?? true }) else {
                return .null
            }
            if let raised = entry["raise"] {
                throw ToolError(raised["class"]?.string ?? "", raised["message"]?.string ?? "")
            }
            return Value(entry["result"] ?? .null)
        }
        return Tool(
            name: json["name"]?.string ?? "", purpose: json["desc"]?.string, arguments: arguments,
            body: isAsync ? .async { arguments, _ in try run(arguments) } : .sync(run))
    }

    /// What differs between a tool's description and the recorded one.
    static func problems(_ tool: Tool, _ json: JSON) -> [String] {
        let description = tool.description
        return [
            Tally.difference("args", expected: json["args"] ?? .null, found: .object(description.arguments)),
            Tally.difference("str", expected: json["str"] ?? .null, found: .string(description.pythonString)),
            Tally.difference(
                "litellm_function", expected: json["litellm_function"] ?? .null, found: description.functionCall),
        ].compactMap { $0 }
    }
}
