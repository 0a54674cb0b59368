import OrderedJSON

/// Writes a type as BAML does: `string`, `int[]`, `{ name: string, … }` over lines with comments.
///
/// - Source: dspy/adapters/baml_adapter.py (3.4.1), `_render_type_str`, `_build_simplified_schema`.
struct BAMLTypePrinter {
    /// Records that were printed.
    ///
    /// DSPy takes a second time for recursion and gives up; here a record is printed again, and where that has made the text
    /// long, its name stands for it.
    private var seen: Set<String> = []
    private var count = 0
    private static let limit = 500

    mutating func text(of type: FieldType, indent: Int) throws(AdapterFormatError) -> String {
        switch type {
        case .string: return "string"
        case .integer: return "int"
        case .float: return "float"
        case .boolean: return "boolean"
        case .record, .custom:
            guard let record = Self.record(of: type) else { return type.name }
            return try self.record(record, indent: indent)
        case .union(let alternatives):
            var shown: [String] = []
            for alternative in alternatives where alternative != .none {
                shown.append(try text(of: alternative, indent: indent))
            }
            if alternatives.contains(.none) { shown.append("null") }
            return shown.joined(separator: " or ")
        case .literal(let values): return values.map(Self.literal).joined(separator: " or ")
        case .list("list", let element?):
            if let record = Self.record(of: element) {
                let margin = String(repeating: "  ", count: indent)
                return "[\n\(try self.record(record, indent: indent + 1))\n\(margin)]"
            }
            return "\(try text(of: element, indent: indent))[]"
        case .dict("dict", let shape?):
            return "dict[\(try text(of: shape.key, indent: indent)), \(try text(of: shape.value, indent: indent))]"
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
        case .null: "null"
        default: value.pythonString
        }
    }

    private mutating func record(_ record: RecordType, indent: Int) throws(AdapterFormatError) -> String {
        let margin = String(repeating: "  ", count: indent)
        count += 1
        if !seen.insert(record.name).inserted, count > Self.limit { return margin + record.name }
        let inner = String(repeating: "  ", count: indent + 1)
        var lines = indent == 0 ? Self.comments(record.doc, margin) : []
        lines.append("\(margin){")
        if record.fields.isEmpty { lines.append("\(inner)# No fields defined") }
        for field in record.fields {
            if let description = field.description, !description.isEmpty { lines.append("\(inner)# \(description)") }
            if let nested = Self.record(of: Self.unwrapped(field.type)) { lines += Self.comments(nested.doc, inner) }
            lines.append("\(inner)\(field.name): \(try text(of: field.type, indent: indent + 1)),")
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

    /// A record; DSPy's own types are records to BAML, with their Python docstring.
    private static func record(of type: FieldType) -> RecordType? {
        switch type {
        case .record(let record): record
        case .custom(let custom):
            RecordType(
                name: custom.className, doc: CustomTypeSchemas.schema(of: custom)?["description"]?.string,
                fields: fields(of: custom))
        default: nil
        }
    }

    private static func fields(of type: CustomType) -> [RecordType.Field] {
        func optional(_ type: FieldType) -> FieldType { .union([type, .none]) }
        func dict(_ value: FieldType) -> FieldType { .dict(name: "dict", members: .init(key: .string, value: value)) }
        let fields: [(String, FieldType)] =
            switch type {
            case .image: [("url", .string)]
            case .audio: [("data", .string), ("audio_format", .string)]
            case .file:
                [("file_data", optional(.string)), ("file_id", optional(.string)), ("filename", optional(.string))]
            case .history: [("messages", .list(name: "list", element: dict(.any)))]
            case .code: [("code", .string)]
            case .reasoning: [("content", .string)]
            case .toolCalls:
                [
                    ("tool_calls", .list(name: "list", element: .record(toolCall(optional(.string), dict(.any))))),
                    ("tool_call_results", optional(.any)),
                ]
            case .tool: []
            }
        return fields.map { .init(name: $0.0, type: $0.1) }
    }

    private static func toolCall(_ id: FieldType, _ arguments: FieldType) -> RecordType {
        RecordType(
            name: "ToolCall",
            fields: [
                .init(name: "id", type: id), .init(name: "name", type: .string), .init(name: "args", type: arguments),
            ])
    }
}
