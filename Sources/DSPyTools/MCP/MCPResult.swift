import DSPyCore
import OrderedJSON

/// What a server answers to a call of a tool.
///
/// - Source: dspy/utils/mcp.py (3.4.1), `_convert_mcp_tool_result`.
struct MCPResult {
    private let json: JSON

    /// An answer.
    init(_ json: JSON) { self.json = json }

    /// The value that DSPy gives to the program.
    ///
    /// - Throws: `ToolError` (`RuntimeError`) when the tool says that it failed.
    func value(_ mode: MCPClient.Result) throws(ToolError) -> Value {
        let contents = json["content"]?.array ?? []
        let texts = contents.filter(Self.isText).map { Value.string($0["text"]?.string ?? "") }
        let text: Value = texts.count == 1 ? texts[0] : .list(texts)
        if json["isError"]?.bool == true {
            throw ToolError("RuntimeError", "Failed to call a MCP tool: \(text.pythonString)")
        }
        if mode == .structured, let structured = json["structuredContent"] { return Value(structured) }
        let isEmpty = texts.isEmpty || texts.count == 1 && texts[0] == ""
        return isEmpty ? .list(contents.filter { !Self.isText($0) }.map { Value($0) }) : text
    }

    private static func isText(_ content: JSON) -> Bool { content["type"]?.string == "text" }
}
