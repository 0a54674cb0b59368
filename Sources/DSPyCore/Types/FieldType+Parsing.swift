extension FieldType {
    /// A type from its Python annotation, `list[Person] | None`.
    ///
    /// - Throws: `SignatureError` with the place inside the annotation.
    public init(_ annotation: String, namedTypes: [String: FieldType] = [:]) throws(SignatureError) {
        var lexer = PythonLexer(annotation.unicodeScalars, offset: 0)
        // The parser reads parameters; a name and a colon make the annotation one.
        let opening = [
            PythonToken(kind: .name("field"), range: 0..<0), PythonToken(kind: .op(":"), range: 0..<0),
        ]
        var parser = PythonParser(opening + (try lexer.tokens()))
        let parameters = try parser.parameters()
        guard parameters.count == 1, parameters[0].defaultRange == nil, let expression = parameters[0].annotation else {
            throw SignatureError(
                .syntax, "expected one type, found \"\(annotation)\"", at: 0..<annotation.unicodeScalars.count)
        }
        self = try AnnotationResolver(namedTypes: namedTypes, allowsNegativeNumbers: true).type(of: expression)
    }

    /// The value fitted to the type by pydantic's lax rules: `"42"` is an int, a list a set, a dict a record.
    public func fit(_ value: Value) throws(ValidationError) -> Value {
        try Validator.validate(value, as: self)
    }
}

extension Value {
    /// The name of the value's Python class.
    public var pythonTypeName: String {
        switch self {
        case .null: "NoneType"
        case .bool: "bool"
        case .int, .bigInt: "int"
        case .float: "float"
        case .complex: "complex"
        case .string: "str"
        case .bytes: "bytes"
        case .list: "list"
        case .tuple: "tuple"
        case .set: "set"
        case .frozenSet: "frozenset"
        case .dict: "dict"
        case .date: "date"
        case .dateTime: "datetime"
        case .time: "time"
        case .duration: "timedelta"
        case .decimal: "Decimal"
        case .uuid: "UUID"
        case .path: "PosixPath"
        case .enumCase(let member): member.type
        case .record(let record): record.type
        case .prediction: "Prediction"
        case .custom(let custom):
            switch custom {
            case .image: "Image"
            case .audio: "Audio"
            case .file: "File"
            case .history: "History"
            case .code(_, let language): CustomType.code(language: language).className
            case .reasoning: "Reasoning"
            case .tool: "Tool"
            case .toolCalls: "ToolCalls"
            }
        }
    }
}
