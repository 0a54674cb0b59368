extension FieldType {
    /// The type as DSPy's prompts print it: `list[str]`, `Literal['a', 'b']`, `Union[int, NoneType]`.
    ///
    /// - Source: dspy/adapters/utils.py (3.4.1), `get_annotation_name`.
    public var name: String { printed(noneName: "NoneType") }

    private func printed(noneName: String) -> String {
        switch self {
        case .string: "str"
        case .integer: "int"
        case .float: "float"
        case .boolean: "bool"
        case .none: noneName
        case .any: "Any"
        case .complex: "complex"
        case .bytes: "bytes"
        case .date: "date"
        case .dateTime: "datetime"
        case .time: "time"
        case .duration: "timedelta"
        case .decimal: "Decimal"
        case .uuid: "UUID"
        case .path: "Path"
        case .list(let name, let element): element.map { "\(name)[\($0.argumentName)]" } ?? name
        case .set(let isFrozen, let element):
            element.map { "\(isFrozen ? "frozenset" : "set")[\($0.argumentName)]" } ?? (isFrozen ? "frozenset" : "set")
        case .tuple(.any): "tuple"
        case .tuple(.fixed(let items)): "tuple[\(items.map(\.argumentName).joined(separator: ", "))]"
        case .tuple(.variadic(let item)): "tuple[\(item.argumentName), Ellipsis]"
        case .dict(let name, let shape):
            shape.map { "\(name)[\($0.key.argumentName), \($0.value.argumentName)]" } ?? name
        case .literal(let values): "Literal[\(values.map(Self.literalName).joined(separator: ", "))]"
        case .union(let alternatives): "Union[\(alternatives.map(\.name).joined(separator: ", "))]"
        case .enumeration(let type): type.name
        case .record(let type): type.name
        case .custom(.reasoning): "str"
        case .custom(let type): type.className
        }
    }

    /// A bare `None` keeps its own name inside brackets; in a union it became `NoneType`.
    private var argumentName: String { printed(noneName: "None") }

    private static func literalName(_ value: Value) -> String {
        guard case .string(let text) = value else { return value.pythonRepr }
        let bytes = text.utf8
        guard bytes.contains(0x27) else { return "'\(text)'" }
        return bytes.contains(0x22) ? "'\(PythonString.replace(text, "'", with: "\\'"))'" : "\"\(text)\""
    }
}
