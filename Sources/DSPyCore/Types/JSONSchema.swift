package import OrderedJSON

/// Makes the JSON schema that pydantic makes of a type: `$defs` for named types, keys sorted but for `properties`.
///
/// - Source: pydantic 2.14 `TypeAdapter.json_schema` as DSPy 3.4.1 calls it.
package struct JSONSchema {
    private var definitions: [(name: String, schema: JSONObject)] = []

    private init() {}

    /// The schema of one type alone: a named type at the top stands in full, others as `$ref`.
    package static func schema(of type: FieldType) throws(SchemaError) -> JSONObject {
        var maker = JSONSchema()
        var schema = try maker.schema(of: type)
        if let name = schema["$ref"]?.string.map(Self.definitionName) {
            let isUsedInside = maker.definitions.contains { Self.refers($0.schema, to: name) }
            if !isUsedInside, let place = maker.definitions.firstIndex(where: { $0.name == name }) {
                schema = maker.definitions.remove(at: place).schema
            }
        }
        return maker.finished(schema)
    }

    /// The schema of a model whose fields these are, titled and refusing other keys, as pydantic's `create_model` makes it.
    ///
    /// - Parameter fields: Name, type and default (nil: required) of each field in order.
    package static func model(
        title: String, fields: [(name: String, type: FieldType, defaultValue: Value?)]
    ) throws(SchemaError) -> JSONObject {
        var maker = JSONSchema()
        let record = RecordType(
            name: title,
            fields: fields.map { .init(name: $0.name, type: $0.type, defaultValue: $0.defaultValue) })
        var schema = try maker.object(of: record)
        schema["additionalProperties"] = false
        return maker.finished(schema)
    }

    /// The schema with every `$ref` replaced by what it names, as tools show theirs (`SchemaReferences`).
    package static func inlined(_ schema: JSONObject) -> JSONObject {
        guard let definitions = schema["$defs"]?.object else { return schema }
        var whole = schema
        whole["$defs"] = nil
        return SchemaReferences.resolved(.object(whole), definitions).object ?? whole
    }

    /// A schema that cannot be made: pydantic refuses the type.
    package struct SchemaError: Error {
        /// The type's printed name.
        package let typeName: String
    }

    private func finished(_ schema: JSONObject) -> JSONObject {
        var schema = schema
        if !definitions.isEmpty {
            schema["$defs"] = .object(JSONObject(definitions.map { (key: $0.name, value: .object($0.schema)) }))
        }
        return Self.sorted(schema)
    }

    mutating func schema(of type: FieldType) throws(SchemaError) -> JSONObject {
        switch type {
        case .string: return ["type": "string"]
        case .integer: return ["type": "integer"]
        case .float: return ["type": "number"]
        case .boolean: return ["type": "boolean"]
        case .none: return ["type": "null"]
        case .any: return [:]
        case .complex: return ["type": "string"]
        case .bytes: return ["type": "string", "format": "binary"]
        case .date: return ["type": "string", "format": "date"]
        case .dateTime: return ["type": "string", "format": "date-time"]
        case .time: return ["type": "string", "format": "time"]
        case .duration: return ["type": "string", "format": "duration"]
        case .decimal: return ["anyOf": [["type": "number"], ["type": "string"]]]
        case .uuid: return ["type": "string", "format": "uuid"]
        case .path: return ["type": "string", "format": "path"]
        case .list(_, let element): return ["type": "array", "items": .object(try items(element))]
        case .set(_, let element):
            return ["type": "array", "uniqueItems": true, "items": .object(try items(element))]
        case .tuple(.any): return ["type": "array", "items": [:]]
        case .tuple(.variadic(let item)): return ["type": "array", "items": .object(try schema(of: item))]
        case .tuple(.fixed(let parts)):
            var tuple: JSONObject = [
                "type": "array", "minItems": .int(parts.count), "maxItems": .int(parts.count),
            ]
            if !parts.isEmpty { tuple["prefixItems"] = .array(try all(parts)) }
            return tuple
        case .dict(_, let shape): return try dict(shape)
        case .literal(let values): return try literal(values)
        case .union(let alternatives): return try union(alternatives)
        case .enumeration(let type): return reference(to: type.name, made: enumeration(type))
        case .record(let type):
            // A placeholder first: a record that holds itself refers to the definition that is being made.
            let name = Self.definitionKey(type.name)
            if !definitions.contains(where: { $0.name == name }) {
                definitions.append((name, [:]))
                let made = try object(of: type)
                if let place = definitions.firstIndex(where: { $0.name == name }) {
                    definitions[place].schema = made
                }
            }
            return ["$ref": .string("#/$defs/\(name)")]
        case .custom(let type): return try custom(type)
        }
    }

    private mutating func items(_ element: FieldType?) throws(SchemaError) -> JSONObject {
        guard let element else { return [:] }
        return try schema(of: element)
    }

    private mutating func all(_ types: [FieldType]) throws(SchemaError) -> [JSON] {
        var schemas: [JSON] = []
        for type in types { schemas.append(.object(try schema(of: type))) }
        return schemas
    }

    private mutating func dict(_ shape: FieldType.DictShape?) throws(SchemaError) -> JSONObject {
        guard let shape else { return ["type": "object", "additionalProperties": true] }
        var dict: JSONObject = ["type": "object"]
        let keys = try schema(of: shape.key)
        let values = try schema(of: shape.value)
        dict["additionalProperties"] = values.isEmpty ? true : .object(values)
        if keys["$ref"] != nil {
            dict["propertyNames"] = .object(keys)
        } else if keys["type"] == "string" {
            let rule = JSONObject(keys.members.filter { $0.key != "type" && $0.key != "title" })
            if !rule.isEmpty { dict["propertyNames"] = .object(rule) }
        }
        return dict
    }

    private func literal(_ values: [Value]) throws(SchemaError) -> JSONObject {
        var schema = JSONObject()
        let cases = values.map(\.json)
        if cases.count == 1 { schema["const"] = cases[0] } else { schema["enum"] = .array(cases) }
        if let type = Self.sharedType(of: values, withNull: cases.count == 1) { schema["type"] = .string(type) }
        return schema
    }

    private func enumeration(_ type: EnumType) -> JSONObject {
        let values = type.members.map(\.value)
        var schema: JSONObject = ["title": .string(type.name), "enum": .array(values.map(\.json))]
        if let doc = type.doc { schema["description"] = .string(PythonString.cleanDoc(doc)) }
        if let shared = Self.sharedType(of: values, withNull: false) { schema["type"] = .string(shared) }
        return schema
    }

    private static func sharedType(of values: [Value], withNull: Bool) -> String? {
        let types = Set(
            values.map { value -> String in
                switch value {
                case .string, .bytes: "string"
                case .int, .bigInt: "integer"
                case .float: "number"
                case .bool: "boolean"
                case .list: "array"
                case .null: withNull ? "null" : ""
                default: ""
                }
            })
        guard types.count == 1, let type = types.first, !type.isEmpty else { return nil }
        return type
    }

    private mutating func union(_ alternatives: [FieldType]) throws(SchemaError) -> JSONObject {
        // pydantic takes None out and puts it last.
        var choices: [JSON] = []
        for choice in try all(alternatives.filter { $0 != .none }) {
            // A choice that is itself nothing but a choice joins this one.
            let inner = choice.object.flatMap { $0.count == 1 ? $0["anyOf"]?.array : nil }
            for member in inner ?? [choice] where !choices.contains(member) { choices.append(member) }
        }
        if alternatives.contains(.none) { choices.append(["type": "null"]) }
        if choices.count == 1, case .object(let only) = choices[0] { return only }
        return ["anyOf": .array(choices)]
    }

    /// A class name as a key of `$defs`, where only ASCII letters, digits, `.`, `-` and `_` stay.
    private static func definitionKey(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.map { scalar in
                    let isKept =
                        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                    return isKept || scalar == "." || scalar == "-" ? scalar : "_"
                }))
    }

    private mutating func reference(to className: String, made schema: JSONObject) -> JSONObject {
        let name = Self.definitionKey(className)
        if !definitions.contains(where: { $0.name == name }) { definitions.append((name, schema)) }
        return ["$ref": .string("#/$defs/\(name)")]
    }

    private mutating func custom(_ type: CustomType) throws(SchemaError) -> JSONObject {
        guard var schema = CustomTypeSchemas.schema(of: type) else { throw SchemaError(typeName: type.className) }
        if case .object(let inner)? = schema["$defs"] {
            for (name, definition) in inner {
                if case .object(let made) = definition { _ = reference(to: name, made: made) }
            }
            schema["$defs"] = nil
        }
        return reference(to: type.className, made: schema)
    }

    private static func definitionName(_ reference: String) -> String {
        PythonString.split(reference, at: "/").last ?? reference
    }

    private static func refers(_ schema: JSONObject, to name: String) -> Bool {
        schema.members.contains { key, value in
            key == "$ref" && value.string.map(definitionName) == name || refers(value, to: name)
        }
    }

    private static func refers(_ json: JSON, to name: String) -> Bool {
        switch json {
        case .object(let object): refers(object, to: name)
        case .array(let items): items.contains { refers($0, to: name) }
        default: false
        }
    }

    /// Sorts keys at every level, but leaves `properties` and `default` as they are.
    private static func sorted(_ schema: JSONObject, under parent: String = "") -> JSONObject {
        let members = schema.members.map { (key: $0.key, value: sorted($0.value, under: $0.key)) }
        guard parent != "properties", parent != "default" else { return JSONObject(members) }
        return JSONObject(members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
    }

    private static func sorted(_ json: JSON, under key: String) -> JSON {
        switch json {
        case .object(let object): .object(sorted(object, under: key))
        case .array(let items): .array(items.map { sorted($0, under: key) })
        default: json
        }
    }
}
