import OrderedJSON

/// How fields and values are written into prompts; all adapters share it.
///
/// - Source: dspy/adapters/utils.py (3.4.1).
enum FieldFormat {
    /// A value as a prompt shows it: JSON for lists and dicts, Python's `str` for the rest, and «quoted» blocks for a list
    /// in a field of type `str`.
    static func value(_ value: Value, of type: FieldType) throws(AdapterFormatError) -> String {
        if case .list(let items) = value, type == .string { return try list(items) }
        if case .string(let text) = value { return text }
        switch value.json {
        case .string(let text): return text
        case .object(let object): return JSON.object(object).text(.python)
        case .array(let items): return JSON.array(items).text(.python)
        case let scalar: return Value(scalar).pythonString
        }
    }

    private static func list(_ items: [Value]) throws(AdapterFormatError) -> String {
        guard !items.isEmpty else { return "N/A" }
        if items.count == 1 { return try blob(items[0]) }
        var lines: [String] = []
        for (place, item) in items.enumerated() { lines.append("[\(place + 1)] \(try blob(item))") }
        return lines.joined(separator: "\n")
    }

    private static func blob(_ item: Value) throws(AdapterFormatError) -> String {
        let text: String
        switch item {
        case .string(let string), .custom(.reasoning(let string)): text = string
        // Python asks whether a line end is among their items or fields, and it is not.
        case .list, .tuple, .dict, .set, .frozenSet, .prediction, .record, .custom: return "«\(item.pythonString)»"
        default:
            throw AdapterFormatError(
                "TypeError", "a list in a field of type str must hold strings, found \(item.pythonRepr)")
        }
        guard ["\n", "«", "»"].contains(where: { PythonString.contains(text, $0) }) else { return "«\(text)»" }
        return "«««\n    \(PythonString.replace(text, "\n", with: "\n    "))\n»»»"
    }

    /// `{answer}        # note: the value you produce must be a single int value`.
    static func placeholder(_ field: Field) throws(AdapterFormatError) -> String {
        let note = try note(field)
        return note.isEmpty ? "{\(field.name)}" : "{\(field.name)}        # note: the value you produce \(note)"
    }

    private static func note(_ field: Field) throws(AdapterFormatError) -> String {
        guard field.kind == .output else { return "" }
        switch field.type {
        case .string, .custom(.reasoning), .custom(.code): return ""
        case .boolean: return "must be True or False"
        case .integer: return "must be a single int value"
        case .float: return "must be a single float value"
        case .enumeration(let type):
            return "must be one of: \(type.members.map(\.value.pythonString).joined(separator: "; "))"
        case .literal(let values):
            let shown = values.map(\.pythonString).joined(separator: "; ")
            return "must exactly match (no extra characters) one of: \(shown)"
        default:
            return "must adhere to the JSON schema: \(JSON.object(try promptSchema(field.type)).text(.python))"
        }
    }

    /// The JSON schema as prompts show it: `type` first, all other keys sorted, properties too.
    private static func promptSchema(_ type: FieldType) throws(AdapterFormatError) -> JSONObject {
        do {
            return typeFirst(try JSONSchema.schema(of: type))
        } catch {
            throw AdapterFormatError("PydanticInvalidForJsonSchema", "the type \(error.typeName) has no JSON schema")
        }
    }

    private static func typeFirst(_ schema: JSONObject) -> JSONObject {
        let sorted = schema.members.sorted { left, right in
            let isType = (left.key == "type", right.key == "type")
            if isType.0 != isType.1 { return isType.0 }
            return left.key.unicodeScalars.lexicographicallyPrecedes(right.key.unicodeScalars)
        }
        return JSONObject(sorted.map { (key: $0.key, value: typeFirst($0.value)) })
    }

    private static func typeFirst(_ json: JSON) -> JSON {
        switch json {
        case .object(let object): .object(typeFirst(object))
        case .array(let items): .array(items.map(typeFirst))
        default: json
        }
    }

    /// The numbered list of fields: name, type, description, what DSPy says of its own types, constraints.
    static func descriptions(_ fields: [Field]) -> String {
        let lines = fields.enumerated().map { place, field in
            var text = "\(place + 1). `\(field.name)` (\(field.type.name)): \(field.shownDescription)"
            for type in field.type.customTypes where !type.description.isEmpty {
                text += "\n    Type description of \(FieldType.custom(type).name): \(type.description)"
            }
            if !field.constraints.isEmpty { text += "\nConstraints: \(field.constraints.description)" }
            return text
        }
        return PythonString.strip(lines.joined(separator: "\n"))
    }

    /// ` (must be formatted as a valid Python int)` behind a field's name in the reminder; nothing for `str`.
    static func reminder(of type: FieldType) -> String {
        switch type {
        case .string: ""
        case .custom(.toolCalls): #" (must be a JSON object like {"tool_calls": [{"name": "...", "args": {...}}]})"#
        default: " (must be formatted as a valid Python \(type.name))"
        }
    }
}
