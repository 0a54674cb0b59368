import DSPyCore
import OrderedJSON

/// Pydantic's names for values that do not fit.
///
/// - Source: pydantic_core, `list_all_errors()`.
enum PydanticFault {
    /// The name, and the value inside the input that it is about.
    static func type(of json: JSON, _ type: FieldType, _ path: [String]) -> (type: String, found: JSON) {
        guard let step = path.first else { return (name(json, type), json) }
        let rest = Array(path.dropFirst())
        guard
            let inner = json[step]
                ?? Int(step).flatMap({ json.array?.indices.contains($0) ?? false ? json.array?[$0] : nil })
        else { return ("missing", json) }
        return self.type(of: inner, part(type, step), rest)
    }

    /// The type of a part, as far as it is known.
    private static func part(_ type: FieldType, _ step: String) -> FieldType {
        switch type {
        case .list(_, let element?), .set(_, let element?): element
        case .dict(_, let members?): members.value
        case .tuple(.variadic(let element)): element
        case .tuple(.fixed(let items)): Int(step).flatMap { items.indices.contains($0) ? items[$0] : nil } ?? .any
        case .record(let record): record.fields.first { $0.name == step }?.type ?? .any
        case .union(let alternatives): alternatives.first { $0 != .none }.map { part($0, step) } ?? .any
        default: .any
        }
    }

    private static func name(_ json: JSON, _ type: FieldType) -> String {
        let isText = json.string != nil
        switch type {
        case .string: return "string_type"
        case .integer:
            if case .double = json { return "int_from_float" }
            return isText ? "int_parsing" : "int_type"
        case .float: return isText ? "float_parsing" : "float_type"
        case .boolean: return isText || json.int != nil ? "bool_parsing" : "bool_type"
        case .none: return "none_required"
        case .bytes: return "bytes_type"
        case .date: return isText ? "date_from_datetime_parsing" : "date_type"
        case .dateTime: return isText ? "datetime_from_date_parsing" : "datetime_type"
        case .time: return isText ? "time_parsing" : "time_type"
        case .duration: return isText ? "time_delta_parsing" : "time_delta_type"
        case .decimal: return isText ? "decimal_parsing" : "decimal_type"
        case .uuid: return isText ? "uuid_parsing" : "uuid_type"
        case .path: return "path_type"
        case .complex: return isText ? "complex_str_parsing" : "complex_type"
        case .list: return "list_type"
        case .set(let isFrozen, _): return isFrozen ? "frozen_set_type" : "set_type"
        case .tuple: return "tuple_type"
        case .dict: return "dict_type"
        case .literal: return "literal_error"
        case .enumeration: return "enum"
        case .record: return json.object == nil ? "model_type" : "value_error"
        case .union(let alternatives): return alternatives.first { $0 != .none }.map { name(json, $0) } ?? "value_error"
        case .custom: return json.object == nil ? "model_type" : "value_error"
        case .any: return "value_error"
        }
    }
}
