import DSPy
import OrderedJSON

/// A JSON value whose strings may hold arguments: a string that is nothing but `{name}` becomes the value itself.
indirect enum JSONTemplate: Sendable, Hashable {
    case fixed(JSON)
    case argument(String)
    case text(TextTemplate)
    case array([JSONTemplate])
    case object([Member])

    /// A member of an object; its key is fixed.
    struct Member: Sendable, Hashable {
        let key: String
        let value: JSONTemplate
    }

    /// Reads a template.
    ///
    /// - Throws: `ToolDefinitionError` when a name is not that of an argument.
    init(_ json: JSON, arguments: [String], part: String) throws(ToolDefinitionError) {
        switch json {
        case .string(let string):
            let text = try TextTemplate(string, arguments: arguments, part: part)
            self = text.onlyArgument.map { .argument($0) } ?? .text(text)
        case .array(let items):
            var templates: [JSONTemplate] = []
            for item in items { templates.append(try JSONTemplate(item, arguments: arguments, part: part)) }
            self = .array(templates)
        case .object(let object):
            var members: [Member] = []
            for (key, value) in object.members {
                members.append(Member(key: key, value: try JSONTemplate(value, arguments: arguments, part: part)))
            }
            self = .object(members)
        default: self = .fixed(json)
        }
    }

    /// The value with the arguments in their places.
    func filled(_ values: ValueDict) -> JSON {
        switch self {
        case .fixed(let json): json
        case .argument(let name): (values[name] ?? .none).json
        case .text(let text): .string(text.filled(values))
        case .array(let items): .array(items.map { $0.filled(values) })
        case .object(let members):
            .object(JSONObject(members.map { (key: $0.key, value: $0.value.filled(values)) }))
        }
    }
}
