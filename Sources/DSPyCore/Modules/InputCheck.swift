/// Compares inputs with a signature: what is missing, too much, or of another type.
///
/// - Source: dspy/predict/predict.py (3.4.1), `_forward_preprocess`.
enum InputCheck {
    /// One warning per finding; DSPy goes on all the same.
    static func warnings(_ inputs: ValueDict, _ signature: Signature, typesToo: Bool) -> [String] {
        var warnings: [String] = []
        let extra = inputs.names.filter { signature[$0]?.kind != .input }
        if !extra.isEmpty {
            let expected = signature.inputs.map { "`\($0.name)`" }.joined(separator: ", ")
            warnings.append(
                "inputs that the signature does not have are ignored: \(list(extra)); it takes \(expected)")
        }
        for field in signature.inputs where typesToo && !field.isTypeUndefined {
            guard let value = inputs[field.name], !value.isNull, !fits(value, field.type) else { continue }
            warnings.append(
                "type mismatch for the input `\(field.name)`: the signature says \(field.type.name), found \(shown(value))"
            )
        }
        let missing = signature.inputs.filter { !inputs.contains($0.name) && !$0.type.allowsNone }
        if !missing.isEmpty {
            warnings.append("inputs are missing: \(list(missing.map(\.name)))")
        }
        return warnings
    }

    private static func list(_ names: [String]) -> String { names.map { "`\($0)`" }.joined(separator: ", ") }

    private static func shown(_ value: Value) -> String {
        let text = value.pythonRepr
        return text.unicodeScalars.count > 60 ? String(text.unicodeScalars.prefix(59)) + "…" : text
    }

    /// Whether Python's value has the annotated type; a list of strings suits `str` as well.
    private static func fits(_ value: Value, _ type: FieldType) -> Bool {
        if type == .string, case .list(let items) = value, items.allSatisfy({ $0.string != nil }) { return true }
        switch (type, value) {
        case (.any, _): return true
        case (.union(let alternatives), _): return alternatives.contains { fits(value, $0) }
        case (.literal(let values), _): return values.contains { $0.equalsInPython(value) }
        case (.list(_, let element), .list(let items)):
            return element.map { type in items.allSatisfy { fits($0, type) } } ?? true
        case (.dict(_, let shape), .dict(let members)):
            guard let shape else { return true }
            return members.members.allSatisfy { fits($0.key, shape.key) && fits($0.value, shape.value) }
        case (.set(false, let element), .set(let items)), (.set(true, let element), .frozenSet(let items)):
            return element.map { type in items.allSatisfy { fits($0, type) } } ?? true
        case (.tuple(let shape), .tuple(let items)):
            switch shape {
            case .any: return true
            case .variadic(let type): return items.allSatisfy { fits($0, type) }
            case .fixed(let types): return types.count == items.count && zip(items, types).allSatisfy { fits($0, $1) }
            }
        case (.string, .string), (.boolean, .bool), (.float, .float), (.none, .null), (.bytes, .bytes),
            (.complex, .complex), (.date, .date), (.date, .dateTime), (.dateTime, .dateTime), (.time, .time),
            (.duration, .duration), (.decimal, .decimal), (.uuid, .uuid), (.path, .path):
            return true
        case (.integer, .int), (.integer, .bigInt), (.integer, .bool): return true
        case (.enumeration(let type), .enumCase(let member)): return member.type == type.name
        case (.record(let type), .record(let record)): return record.type == type.name
        case (.custom(let type), .custom(let custom)): return CustomValue(reading: .custom(custom), as: type) != nil
        default: return false
        }
    }
}
