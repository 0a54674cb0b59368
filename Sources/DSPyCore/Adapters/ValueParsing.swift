import OrderedJSON

/// Reads the values of output fields out of an answer; all adapters share it.
///
/// - Source: dspy/adapters/utils.py (3.4.1), `parse_value`, `apply_output_field_defaults`.
enum ValueParsing {
    /// The value as the field's type.
    static func parse(_ value: Value, as type: FieldType) throws(ValidationError) -> Value {
        var value = value
        switch type {
        case .string: return .string(value.pythonString)
        case .enumeration(let type):
            guard let member = type.member(meantBy: value) else {
                throw ValidationError("\(value.pythonString) is not a valid name or value for the enum \(type.name)")
            }
            return type.value(of: member)
        case .literal(let allowed):
            if allowed.contains(where: { $0.equalsInPython(value) }) { return value }
            if case .string(let text) = value {
                value = .string(unwrapped(text))
                if allowed.contains(where: { $0.equalsInPython(value) }) { return value }
            }
        default: break
        }
        guard case .string(let text) = value else { return try Validator.validate(value, as: type) }
        if case .union(let alternatives) = type, alternatives.contains(.none), alternatives.contains(.string) {
            return try Validator.validate(value, as: type)
        }
        do {
            return try Validator.validate(candidate(for: text), as: type)
        } catch {
            guard case .custom = type, let own = try? Validator.validate(value, as: type) else { throw error }
            return own
        }
    }

    /// What the text means: repaired JSON, else a Python literal, else itself.
    private static func candidate(for text: String) -> Value {
        let repaired = Value(JSONRepair.loads(text))
        guard case .string("") = repaired, !text.isEmpty else { return repaired }
        return PythonLiteral.evaluate(text) ?? .string(text)
    }

    /// `Literal[yes]`, `str[yes]` and `'yes'` mean `yes`.
    private static func unwrapped(_ text: String) -> String {
        var body = PythonString.strip(text)
        if PythonString.hasPrefix(body, "Literal[") || PythonString.hasPrefix(body, "str["), body.utf8.last == 0x5D,
            let open = body.utf8.firstIndex(of: 0x5B)
        {
            body = String(body.unicodeScalars[body.utf8.index(after: open)...].dropLast())
        }
        let scalars = body.unicodeScalars
        if scalars.count > 1, scalars.first == scalars.last, scalars.first == "\"" || scalars.first == "'" {
            body = String(scalars.dropFirst().dropLast())
        }
        return body
    }

    /// All output fields in order, the missing ones filled with their default, or None where the type admits it.
    ///
    /// - Returns: The fields that have a value now; some may still be missing.
    static func withDefaults(_ fields: ValueDict, _ signature: Signature) -> ValueDict {
        var completed = ValueDict()
        for field in signature.outputs {
            if let value = fields[field.name] ?? field.defaultValue {
                completed[field.name] = value
            } else if field.type.allowsNone {
                completed[field.name] = Value.null
            }
        }
        return completed
    }
}
