import OrderedJSON

/// The schemas of records and the bounds of their fields.
extension JSONSchema {
    mutating func object(of type: RecordType) throws(SchemaError) -> JSONObject {
        var properties = JSONObject()
        for field in type.fields {
            var schema = try constrained(field)
            if Self.getsTitle(field.type) { schema["title"] = .string(Self.title(of: field.name)) }
            if let description = field.description { schema["description"] = .string(description) }
            if let value = field.defaultValue { schema["default"] = value.json }
            properties[field.name] = .object(schema)
        }
        var object: JSONObject = ["type": "object", "title": .string(type.name), "properties": .object(properties)]
        let required = type.fields.filter { $0.defaultValue == nil }.map { JSON.string($0.name) }
        if !required.isEmpty { object["required"] = .array(required) }
        if let doc = type.doc { object["description"] = .string(PythonString.cleanDoc(doc)) }
        return object
    }

    private mutating func constrained(_ field: RecordType.Field) throws(SchemaError) -> JSONObject {
        var schema = try schema(of: field.type)
        guard !field.constraints.isEmpty else { return schema }
        let bounds = Self.bounds(field.constraints, on: field.type)
        if case .union(let alternatives) = field.type, alternatives.contains(.none), alternatives.count == 2,
            case .array(var choices)? = schema["anyOf"], case .object(var inner)? = choices.first
        {
            for (key, value) in Self.bounds(field.constraints, on: alternatives.first { $0 != .none } ?? .any) {
                inner[key] = value
            }
            choices[0] = .object(inner)
            schema["anyOf"] = .array(choices)
        } else {
            for (key, value) in bounds { schema[key] = value }
        }
        return schema
    }

    private static func bounds(_ constraints: Constraints, on type: FieldType) -> JSONObject {
        let isArray =
            switch type {
            case .list, .set, .tuple: true
            default: false
            }
        let isDict = if case .dict = type { true } else { false }
        var bounds = JSONObject()
        for bound in constraints.bounds {
            let key =
                switch bound.kind {
                case .gt: "exclusiveMinimum"
                case .ge: "minimum"
                case .lt: "exclusiveMaximum"
                case .le: "maximum"
                case .multipleOf: "multipleOf"
                case .minLength: isArray ? "minItems" : isDict ? "minProperties" : "minLength"
                case .maxLength: isArray ? "maxItems" : isDict ? "maxProperties" : "maxLength"
                }
            bounds[key] = bound.value.json
        }
        return bounds
    }

    /// Fields whose schema is only a reference keep the title of what they refer to.
    private static func getsTitle(_ type: FieldType) -> Bool {
        switch type {
        case .enumeration, .record, .custom: false
        case .union(let alternatives):
            alternatives.contains(.none) && alternatives.count == 2
                ? getsTitle(alternatives.first { $0 != .none } ?? .any) : true
        default: true
        }
    }

    /// `tags_of_x2y` becomes `Tags Of X2Y`: Python's `str.title`, underscores as spaces.
    static func title(of name: String) -> String {
        var title = ""
        var previousIsCased = false
        for scalar in name.unicodeScalars {
            let properties = scalar.properties
            title += previousIsCased ? properties.lowercaseMapping : properties.titlecaseMapping
            previousIsCased = properties.isCased
        }
        return PythonString.strip(PythonString.replace(title, "_", with: " "))
    }
}
