import OrderedJSON
import Testing

/// Checks JSON against the part of JSON Schema that the schema of program files uses; any other keyword is an issue.
struct SchemaChecker {
    private let root: JSON

    init(_ root: JSON) { self.root = root }

    /// What is wrong, with paths; empty for a valid value.
    func faults(of json: JSON) -> [String] { faults(of: json, root, "$") }

    private func faults(of json: JSON, _ schema: JSON, _ path: String) -> [String] {
        guard let schema = schema.object else { return schema == false ? ["\(path): not allowed"] : [] }
        var faults: [String] = []
        for (keyword, value) in schema {
            switch keyword {
            case "$schema", "$defs", "title", "description", "properties": break
            case "$ref": faults += self.faults(of: json, target(value.string ?? ""), path)
            case "type": if !Self.has(json, value.string ?? "") { faults.append("\(path): not \(value.text())") }
            case "enum": if !(value.array ?? []).contains(json) { faults.append("\(path): not one of \(value.text())") }
            case "pattern":
                if let text = json.string, !text.contains(value.string ?? "") {
                    faults.append("\(path): no \(value.text())")
                }
            case "minimum":
                if let number = json.number, number < value.number ?? 0 { faults.append("\(path): too small") }
            case "maximum":
                if let number = json.number, number > value.number ?? 0 { faults.append("\(path): too large") }
            case "minItems":
                if let items = json.array, items.count < value.int ?? 0 { faults.append("\(path): too short") }
            case "minProperties":
                if let object = json.object, object.count < value.int ?? 0 { faults.append("\(path): empty") }
            case "required":
                for key in value.array ?? [] where json.object != nil && json[key.string ?? ""] == nil {
                    faults.append("\(path): no \(key.text())")
                }
            case "items":
                for (place, item) in (json.array ?? []).enumerated() {
                    faults += self.faults(of: item, value, "\(path)[\(place)]")
                }
            case "additionalProperties":
                for (key, member) in json.object ?? [:] where schema["properties"]?[key] == nil {
                    faults += self.faults(of: member, value, "\(path).\(key)")
                }
            case "anyOf":
                let all = (value.array ?? []).map { self.faults(of: json, $0, path) }
                if !all.contains(where: \.isEmpty) { faults += all.min { $0.count < $1.count } ?? [] }
            case "oneOf":
                let fitting = (value.array ?? []).count { self.faults(of: json, $0, path).isEmpty }
                if fitting != 1 { faults.append("\(path): fits \(fitting) of oneOf") }
            default: Issue.record("the checker does not know the keyword \(keyword)")
            }
        }
        for (key, property) in schema["properties"]?.object ?? [:] {
            if let member = json[key] { faults += self.faults(of: member, property, "\(path).\(key)") }
        }
        return faults
    }

    private func target(_ reference: String) -> JSON {
        var target = root
        for part in reference.split(separator: "/").dropFirst() {
            guard let next = target[String(part)] else {
                Issue.record("\(reference) leads nowhere")
                return true
            }
            target = next
        }
        return target
    }

    private static func has(_ json: JSON, _ type: String) -> Bool {
        switch (type, json) {
        case ("string", .string), ("object", .object), ("array", .array), ("boolean", .bool), ("integer", .int): true
        case ("number", _): json.number != nil
        default: false
        }
    }
}
