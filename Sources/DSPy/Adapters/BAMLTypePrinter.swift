import OrderedJSON

/// Writes a type as BAML does: `string`, `int[]`, `{ name: string, … }` over lines with comments.
///
/// - Source: dspy/adapters/baml_adapter.py (3.4.1), `_render_type_str`, `_build_simplified_schema`.
struct BAMLTypePrinter {
    /// Records that were printed; a second time counts as recursion, as it does in DSPy.
    private var seen: Set<String> = []

    mutating func print(_ type: FieldType, indent: Int) throws(AdapterFormatError) -> String {
        switch type {
        case .string: return "string"
        case .integer: return "int"
        case .float: return "float"
        case .boolean: return "boolean"
        case .record(let record): return try self.record(record, indent: indent)
        case .custom(let custom):
            guard let record = Self.record(of: custom) else { return type.name }
            return try self.record(record, indent: indent)
        case .union(let alternatives):
            var shown: [String] = []
            for alternative in alternatives where alternative != .none {
                shown.append(try print(alternative, indent: indent))
            }
            if alternatives.contains(.none) { shown.append("null") }
            return shown.joined(separator: " or ")
        case .literal(let values): return values.map(Self.literal).joined(separator: " or ")
        case .list("list", let element?):
            if case .record(let record) = element {
                let margin = String(repeating: "  ", count: indent)
                return "[\n\(try self.record(record, indent: indent + 1))\n\(margin)]"
            }
            return "\(try print(element, indent: indent))[]"
        case .dict("dict", let shape?):
            return "dict[\(try print(shape.key, indent: indent)), \(try print(shape.value, indent: indent))]"
        case .list(let name, _): return name
        case .set(let isFrozen, _): return isFrozen ? "frozenset" : "set"
        case .tuple: return "tuple"
        case .dict(let name, _): return name
        default: return type.name
        }
    }

    private static func literal(_ value: Value) -> String {
        switch value {
        case .string(let text): "\"\(text)\""
        case .bool(let flag): flag ? "true" : "false"
        case .none: "null"
        default: value.pythonString
        }
    }

    private mutating func record(_ record: RecordType, indent: Int) throws(AdapterFormatError) -> String {
        guard seen.insert(record.name).inserted else {
            throw AdapterFormatError(
                "ValueError",
                "BAMLAdapter prints each record once; `\(record.name)` stands in the type again: choose another adapter"
            )
        }
        let margin = String(repeating: "  ", count: indent)
        let inner = String(repeating: "  ", count: indent + 1)
        var lines = indent == 0 ? Self.comments(record.doc, margin) : []
        lines.append("\(margin){")
        if record.fields.isEmpty { lines.append("\(inner)# No fields defined") }
        for field in record.fields {
            if let description = field.description, !description.isEmpty { lines.append("\(inner)# \(description)") }
            if case .record(let nested) = Self.unwrapped(field.type) { lines += Self.comments(nested.doc, inner) }
            lines.append("\(inner)\(field.name): \(try print(field.type, indent: indent + 1)),")
        }
        lines.append("\(margin)}")
        return lines.joined(separator: "\n")
    }

    private static func unwrapped(_ type: FieldType) -> FieldType {
        guard case .union(let alternatives) = type else { return type }
        let others = alternatives.filter { $0 != .none }
        return others.count == 1 ? others[0] : type
    }

    private static func comments(_ doc: String?, _ margin: String) -> [String] {
        guard let doc, !doc.isEmpty else { return [] }
        return PythonString.split(PythonString.strip(doc), at: "\n")
            .map { PythonString.strip($0) }
            .filter { !$0.isEmpty }
            .map { "\(margin)# \($0)" }
    }

    /// DSPy's own types are records to BAML.
    private static func record(of type: CustomType) -> RecordType? {
        switch type {
        case .image: RecordType(name: "Image", fields: [.init(name: "url", type: .string)])
        case .code(let language):
            RecordType(
                name: CustomType.code(language: language).className, fields: [.init(name: "code", type: .string)])
        case .reasoning: RecordType(name: "Reasoning", fields: [.init(name: "content", type: .string)])
        default: nil
        }
    }
}
