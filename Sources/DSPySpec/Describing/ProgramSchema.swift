import DSPyCore
package import OrderedJSON

/// The JSON Schema of a program's inputs and outputs.
package enum ProgramSchema {
    /// A port whose type no schema can say.
    package struct NoSchema: Error, Sendable, CustomStringConvertible {
        /// The port and its type.
        package let description: String
    }

    /// `{"inputs": schema, "outputs": schema}`.
    package static func schema(of program: CheckedProgram) throws -> JSON {
        [
            "inputs": .object(try object(program.inputs, title: "Inputs")),
            "outputs": .object(try object(program.outputs, title: "Outputs")),
        ]
    }

    private static func object(_ ports: [Port], title: String) throws -> JSONObject {
        var properties = JSONObject()
        var definitions = JSONObject()
        for port in ports {
            var schema = try self.schema(port)
            for (name, definition) in schema["$defs"]?.object ?? [:] { definitions[name] = definition }
            schema["$defs"] = nil
            if let description = port.description { schema["description"] = .string(description) }
            properties[port.name] = .object(schema)
        }
        var object: JSONObject = ["title": .string(title), "type": "object", "properties": .object(properties)]
        let required = ports.filter { !$0.isOptional }.map { JSON.string($0.name) }
        if !required.isEmpty { object["required"] = .array(required) }
        object["additionalProperties"] = false
        if !definitions.isEmpty { object["$defs"] = .object(definitions) }
        return object
    }

    private static func schema(_ port: Port) throws -> JSONObject {
        switch port.shape {
        case .field(let type):
            do throws(JSONSchema.SchemaError) { return try JSONSchema.schema(of: type ?? .any) } catch {
                throw NoSchema(description: "`\(port.name)`: the type \(error.typeName) has no JSON schema")
            }
        case .prediction(let ports): return try object(ports, title: port.name)
        }
    }
}
