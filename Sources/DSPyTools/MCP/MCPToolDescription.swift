import DSPyCore
import OrderedJSON

/// A tool as a server describes it.
///
/// - Source: dspy/adapters/types/tool.py (3.4.1), `convert_input_schema_to_tool_args`. The schemas are shown to the model as
///   the server wrote them: what DSPy adds to descriptions (` (Required)`) stays in a field that no prompt shows.
struct MCPToolDescription: Sendable {
    /// Its name.
    let name: String
    /// What it does; empty when the server does not say.
    let purpose: String?
    /// Its arguments.
    let arguments: [Tool.Argument]

    private static let types: [String: FieldType] = [
        "string": .string, "integer": .integer, "number": .float, "boolean": .boolean, "array": .list(nil),
        "object": .dict(name: "dict", members: nil),
    ]

    /// Reads a description; nil for one without a name.
    init?(_ json: JSON) {
        guard let name = json["name"]?.string, !name.isEmpty else { return nil }
        self.name = name
        purpose = json["description"]?.string
        let schema = json["inputSchema"]
        var properties = schema?["properties"]?.object ?? [:]
        if let definitions = schema?["$defs"]?.object, !definitions.isEmpty {
            for (name, property) in properties where property["$defs"] != nil {
                var own = property.object ?? [:]
                own["$defs"] = nil
                properties[name] = .object(own)
            }
            properties = SchemaReferences.resolved(.object(properties), definitions).object ?? properties
        }
        let required = (schema?["required"]?.array ?? []).compactMap(\.string)
        arguments = properties.members.map { name, property in
            let schema = property.object ?? [:]
            var argument = Tool.Argument(name, type: schema["type"]?.string.flatMap { Self.types[$0] }, schema: schema)
            argument.isOptional = !required.contains(name)
            return argument
        }
    }
}
