import DSPyCore
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

    /// Takes a value apart.
    ///
    /// - Parameter read: Makes a template of each string but keys.
    /// - Throws: What `read` throws.
    init(
        _ json: JSON, read: (String) throws(ToolDefinitionError) -> TextTemplate
    ) throws(ToolDefinitionError) {
        switch json {
        case .string(let string):
            let text = try read(string)
            self = text.onlyArgument.map { .argument($0) } ?? .text(text)
        case .array(let items):
            var templates: [JSONTemplate] = []
            for item in items { templates.append(try JSONTemplate(item, read: read)) }
            self = .array(templates)
        case .object(let object):
            var members: [Member] = []
            for (key, value) in object.members {
                members.append(Member(key: key, value: try JSONTemplate(value, read: read)))
            }
            self = .object(members)
        default: self = .fixed(json)
        }
    }

    /// The value with the arguments in their places.
    func filled(_ values: ValueDict) -> JSON {
        switch self {
        case .fixed(let json): json
        case .argument(let name): (values[name] ?? .null).json
        case .text(let text): .string(text.filled(values))
        case .array(let items): .array(items.map { $0.filled(values) })
        case .object(let members):
            .object(JSONObject(members.map { (key: $0.key, value: $0.value.filled(values)) }))
        }
    }
}
