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
        let definitions = schema?["$defs"]?.object ?? [:]
        arguments = (schema?["properties"]?.object?.members ?? []).map { name, property in
            var resolved = property
            if !definitions.isEmpty {
                resolved = Self.resolve(property, definitions, depth: 0)
                if case .object(var object) = resolved {
                    object["$defs"] = nil
                    resolved = .object(object)
                }
            }
            let schema = resolved.object ?? [:]
            return Tool.Argument(name, type: schema["type"]?.string.flatMap { Self.types[$0] }, schema: schema)
        }
    }

    /// The schema with references replaced by what they name; one that leads to itself ends as "anything".
    private static func resolve(_ json: JSON, _ definitions: JSONObject, depth: Int) -> JSON {
        guard depth < 40 else { return [:] }
        switch json {
        case .object(let object):
            if let reference = object["$ref"]?.string {
                let name = reference.split(separator: "/").last.map(String.init) ?? ""
                return resolve(definitions[name] ?? [:], definitions, depth: depth + 1)
            }
            return .object(
                JSONObject(
                    object.members.map { (key: $0.key, value: resolve($0.value, definitions, depth: depth + 1)) }))
        case .array(let items): return .array(items.map { resolve($0, definitions, depth: depth + 1) })
        default: return json
        }
    }
}
