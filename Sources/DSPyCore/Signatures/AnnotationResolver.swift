import Basics
/// Turns the Python expression of an annotation into a type, with DSPy's names and errors.
///
/// - Source: dspy/signatures/signature.py (3.4.1), `_parse_type_node`.
struct AnnotationResolver {
    /// The named types that the program declares, which come before Python's own.
    let namedTypes: [String: FieldType]
    /// Whether `Literal[-1]` may stand there: in the annotation of a class, but not in DSPy's signature strings.
    var allowsNegativeNumbers = false

    /// What a part of an annotation is before it is known whether it is a type.
    private enum Meaning: Sendable {
        case type(FieldType)
        /// A name of `typing` that wants brackets: `Optional`, `List`.
        case generic(String)
        case module(String)
        case constant(Value)
        case tuple([Meaning])
        case ellipsis
    }

    /// The type of a field's annotation.
    ///
    /// `None` alone means `str`, as DSPy reads it.
    func type(of expression: PythonExpression) throws(SignatureError) -> FieldType {
        switch try meaning(of: expression) {
        case .type(let type): return type
        case .constant(.null): return .string
        case .generic(let name) where ["Optional", "Union", "Literal", "Annotated"].contains(name):
            throw SignatureError(.schema, "`\(name)` needs its types in brackets", at: expression.range)
        case .generic(let name): throw notAType(": `\(name)` needs its types in brackets", expression)
        case .module(let name): throw notAType(", but `\(name)` is a module", expression)
        case .constant(let value): throw notAType(", but \(value.pythonRepr) is a value", expression)
        case .tuple, .ellipsis: throw notAType("", expression)
        }
    }

    private func notAType(_ why: String, _ expression: PythonExpression) -> SignatureError {
        SignatureError(.value, "field types must be types\(why)", at: expression.range, stage: .fields)
    }

    private func meaning(of expression: PythonExpression) throws(SignatureError) -> Meaning {
        switch expression {
        case .name(let name, let range): return try resolve(name, range)
        case .attribute(let base, let attribute, let range): return try resolve(attribute, of: base, range)
        case .subscripted(let base, let arguments, let range): return try subscripted(base, arguments, range)
        case .either(let left, let right, _):
            let sides = [try argument(left), try argument(right)]
            return .type(.union(of: sides))
        case .tuple(let items, _):
            var meanings: [Meaning] = []
            for item in items { meanings.append(try meaning(of: item)) }
            return .tuple(meanings)
        case .constant(let value, _): return .constant(value)
        case .ellipsis: return .ellipsis
        case .negated(.int(let number), _) where allowsNegativeNumbers: return .constant(.int(-number))
        case .negated(.float(let number), _) where allowsNegativeNumbers: return .constant(.float(-number))
        case .negated(_, let range):
            throw SignatureError(.value, "a type may not be written as a Python UnaryOp expression", at: range)
        case .other(let node, let range):
            throw SignatureError(.value, "a type may not be written as a Python \(node) expression", at: range)
        }
    }

    // MARK: Names

    private static let builtins: [String: FieldType] = [
        "int": .integer, "str": .string, "float": .float, "bool": .boolean, "list": .list(nil),
        "tuple": .tuple(.any), "dict": .dict(name: "dict", members: nil), "set": .set(isFrozen: false, element: nil),
        "frozenset": .set(isFrozen: true, element: nil), "complex": .complex, "bytes": .bytes,
    ]

    private static let typing: [String: Meaning] = [
        "Any": .type(.any), "Text": .type(.string), "NoneType": .type(.none),
        "List": .generic("List"), "Dict": .generic("Dict"), "Set": .generic("Set"), "FrozenSet": .generic("FrozenSet"),
        "Tuple": .generic("Tuple"), "Optional": .generic("Optional"), "Union": .generic("Union"),
        "Literal": .generic("Literal"), "Sequence": .generic("Sequence"), "Iterable": .generic("Iterable"),
        "MutableSequence": .generic("MutableSequence"), "Deque": .generic("deque"), "Mapping": .generic("Mapping"),
        "MutableMapping": .generic("MutableMapping"), "DefaultDict": .generic("defaultdict"),
        "OrderedDict": .generic("OrderedDict"), "Annotated": .generic("Annotated"),
    ]

    private static let modules: [String: [String: Meaning]] = [
        "typing": typing,
        "datetime": [
            "date": .type(.date), "datetime": .type(.dateTime), "time": .type(.time), "timedelta": .type(.duration),
        ],
        "decimal": ["Decimal": .type(.decimal)],
        "uuid": ["UUID": .type(.uuid)],
        "pathlib": ["Path": .type(.path)],
        "collections": [
            "OrderedDict": .type(.dict(name: "OrderedDict", members: nil)),
            "deque": .type(.list(name: "deque", element: nil)), "abc": .module("collections.abc"),
        ],
        "collections.abc": [
            "Sequence": .generic("Sequence"), "Iterable": .generic("Iterable"), "Mapping": .generic("Mapping"),
        ],
        "dspy": Dictionary(
            uniqueKeysWithValues: CustomType.attributes.compactMap { name in
                CustomType(attribute: name).map { (name, .type(.custom($0))) }
            }),
    ]

    /// Modules of Python that people take for types; DSPy imports them, and refuses them as types only later.
    private static let libraryModules: Set = [
        "string", "array", "time", "json", "enum", "types", "numbers", "email", "code",
    ]

    private func resolve(_ name: String, _ range: Range<Int>) throws(SignatureError) -> Meaning {
        if let type = namedTypes[name] { return .type(type) }
        if let meaning = Self.typing[name] { return meaning }
        if let type = Self.builtins[name] { return .type(type) }
        if UnusableTypes.names.contains(name) {
            throw SignatureError(.schema, "no schema for the type `\(name)`", at: range)
        }
        if UnusableTypes.qualifiers.contains(name) {
            throw SignatureError(.type, "`\(name)` may not stand around a field's type", at: range)
        }
        if UnusableTypes.generics.contains(name) { return .generic(name) }
        if Self.modules[name] != nil { return .module(name) }
        let known = Array(namedTypes.keys) + Array(Self.builtins.keys) + Array(Self.typing.keys)
        let suggestion =
            Self.elsewhere[name.lowercased()] ?? Self.qualified(name) ?? Spelling.closest(to: name, among: known)
        throw SignatureError(
            .value, "Unknown name: \(name)", at: range, suggestion: suggestion,
            stage: Self.libraryModules.contains(name) ? .fields : .reading)
    }

    /// What types are called in JSON Schema, TypeScript and databases.
    private static let elsewhere = [
        "string": "str", "text": "str", "varchar": "str", "char": "str", "integer": "int", "long": "int",
        "number": "float",
        "double": "float", "real": "float", "decimal": "decimal.Decimal", "boolean": "bool", "array": "list",
        "vector": "list",
        "object": "dict", "map": "dict", "hash": "dict", "record": "dict", "null": "None", "void": "None",
        "unknown": "Any", "timestamp": "datetime.datetime", "enum": "Literal",
    ]

    /// `date` was meant as `datetime.date`, `Image` as `dspy.Image`.
    private static func qualified(_ name: String) -> String? {
        ["datetime", "decimal", "uuid", "pathlib", "dspy"].first { modules[$0]?[name] != nil }.map { "\($0).\(name)" }
    }

    private func resolve(
        _ attribute: String, of base: PythonExpression, _ range: Range<Int>
    ) throws(SignatureError) -> Meaning {
        guard case .module(let module) = try meaning(of: base), let members = Self.modules[module] else {
            throw SignatureError(.value, "Unknown attribute: \(attribute)", at: range)
        }
        if let meaning = members[attribute] { return meaning }
        if UnusableTypes.attributes[module]?.contains(attribute) == true {
            throw SignatureError(.schema, "no schema for the type `\(module).\(attribute)`", at: range)
        }
        throw SignatureError(
            .value, "Unknown attribute: \(attribute) on the module \(module)", at: range,
            suggestion: Spelling.closest(to: attribute, among: Array(members.keys)).map { "\(module).\($0)" })
    }

    // MARK: Brackets

    private func subscripted(
        _ base: PythonExpression, _ arguments: [PythonExpression], _ range: Range<Int>
    ) throws(SignatureError) -> Meaning {
        // `X[(a, b)]` and `X[a, b]` are the same to Python.
        var arguments = arguments
        if arguments.count == 1, case .tuple(let items, _) = arguments[0] { arguments = items }
        switch try meaning(of: base) {
        case .generic(let name): return .type(try generic(name, arguments, range))
        case .type(.list(let name, nil)): return .type(try generic(name, arguments, range))
        case .type(.set(let isFrozen, nil)): return .type(try generic(isFrozen ? "frozenset" : "set", arguments, range))
        case .type(.tuple(.any)): return .type(try generic("tuple", arguments, range))
        case .type(.dict(let name, nil)): return .type(try generic(name, arguments, range))
        case .type(.custom(.code(nil))):
            guard arguments.count == 1, case .constant(.string(let language)) = try meaning(of: arguments[0]) else {
                throw SignatureError(.value, "`dspy.Code` takes a language as a string", at: range)
            }
            return .type(.custom(.code(language: language)))
        case .type(let type):
            throw SignatureError(.type, "type '\(type.name)' is not subscriptable", at: range)
        default:
            throw SignatureError(.type, "brackets may only follow a type", at: range)
        }
    }

    private func generic(
        _ name: String, _ arguments: [PythonExpression], _ range: Range<Int>
    ) throws(SignatureError) -> FieldType {
        switch name {
        case _ where UnusableTypes.generics.contains(name):
            throw SignatureError(.schema, "no schema for the type `\(name)`", at: range)
        case "Literal":
            var values: [Value] = []
            do throws(SignatureError) {
                for item in arguments { values += try literalValues(item) }
            } catch {
                guard let meant = quoted(arguments) else { throw error }
                throw SignatureError(error.kind, error.message, at: error.range, suggestion: meant, stage: error.stage)
            }
            return .literal(of: values)
        case "Optional":
            guard arguments.count == 1 else {
                throw SignatureError(.value, "Optional must have exactly one type argument", at: range)
            }
            return .union(of: [try argument(arguments[0]), .none])
        case "Union":
            var types: [FieldType] = []
            for item in arguments { types.append(try argument(item)) }
            guard !types.isEmpty else { throw SignatureError(.type, "Union needs a type", at: range) }
            return .union(of: types)
        case "Annotated":
            guard arguments.count > 1 else {
                throw SignatureError(.type, "Annotated needs a type and an annotation", at: range)
            }
            return try argument(arguments[0])
        case "Tuple", "tuple": return .tuple(try tupleShape(arguments))
        case "Dict", "dict", "Mapping", "MutableMapping", "defaultdict", "OrderedDict":
            guard arguments.count == 2 else {
                throw SignatureError(
                    .type, "`\(name)` takes two types, of the keys and of the values; found \(arguments.count)",
                    at: range,
                    stage: name == "dict" ? .model : .reading)
            }
            let shape = FieldType.DictShape(key: try argument(arguments[0]), value: try argument(arguments[1]))
            return .dict(name: name == "Dict" ? "dict" : name, members: shape)
        default:
            guard arguments.count == 1 else {
                // The built-in classes take any number; pydantic does not.
                let isBuiltin = ["list", "set", "frozenset"].contains(name)
                throw SignatureError(
                    .type, "`\(name)` takes one type, found \(arguments.count)", at: range,
                    stage: isBuiltin ? .model : .reading)
            }
            let element = try argument(arguments[0])
            switch name {
            case "set", "Set": return .set(isFrozen: false, element: element)
            case "frozenset", "FrozenSet": return .set(isFrozen: true, element: element)
            default: return .list(name: name == "List" ? "list" : name, element: element)
            }
        }
    }

    private func tupleShape(_ arguments: [PythonExpression]) throws(SignatureError) -> FieldType.TupleShape {
        if arguments.count == 2, case .ellipsis = arguments[1] { return .variadic(try argument(arguments[0])) }
        var items: [FieldType] = []
        for item in arguments {
            if case .ellipsis(let range) = item {
                throw SignatureError(.value, "a tuple of any length is `tuple[type, ...]`", at: range, stage: .model)
            }
            items.append(try argument(item))
        }
        return .fixed(items)
    }

    /// A type inside brackets or a union, where `None` is the type of None and a string names a type.
    private func argument(_ expression: PythonExpression) throws(SignatureError) -> FieldType {
        switch try meaning(of: expression) {
        case .type(let type): return type
        case .constant(.null): return .none
        case .constant(.string(let text)): return try forward(text, expression.range)
        case .generic("Tuple"): return .tuple(.any)
        // DSPy prints the names of `typing` with the brackets that they lack.
        case .generic("Dict"): return .dict(name: "dict[]", members: nil)
        case .generic("List"): return .list(name: "list[]", element: nil)
        case .generic("Set"): return .set(isFrozen: false, element: nil)
        case .generic("FrozenSet"): return .set(isFrozen: true, element: nil)
        default: throw SignatureError(.schema, "expected a type", at: expression.range)
        }
    }

    private func forward(_ text: String, _ range: Range<Int>) throws(SignatureError) -> FieldType {
        do throws(SignatureError) {
            return try FieldType(text, namedTypes: namedTypes)
        } catch {
            throw SignatureError(error.kind, error.message, at: range, suggestion: error.suggestion, stage: .model)
        }
    }

    /// `Literal[low, high]` with its words in quotes; nil where they are no plain words.
    private func quoted(_ arguments: [PythonExpression]) -> String? {
        var words: [String] = []
        for item in arguments {
            switch item {
            case .name(let name, _) where namedTypes[name] == nil: words.append(Value.string(name).pythonRepr)
            case .constant(let value, _): words.append(value.pythonRepr)
            default: return nil
            }
        }
        return "Literal[\(words.joined(separator: ", "))]"
    }

    private func literalValues(_ expression: PythonExpression) throws(SignatureError) -> [Value] {
        switch try meaning(of: expression) {
        case .constant(let value): return [value]
        case .type(.literal(let values)): return values
        default: throw SignatureError(.value, "Literal takes plain values", at: expression.range)
        }
    }
}
