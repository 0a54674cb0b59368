@testable import DSPyCore
import OrderedJSON
import Testing

@Suite struct TypeTests {
    static let named: [String: FieldType] = [
        "Color": .enumeration(
            EnumType(name: "Color", members: [.init(name: "RED", value: "red"), .init(name: "BLUE", value: "blue")])),
        "Person": .record(
            RecordType(
                name: "Person", doc: "A person.",
                fields: [
                    .init(name: "name", type: .string, description: "full"),
                    .init(name: "age", type: .integer, defaultValue: 0),
                ])),
        "Größe": .enumeration(EnumType(name: "Größe", members: [.init(name: "S", value: 1)])),
    ]

    @Test(
        "a type prints as DSPy prints it",
        arguments: [
            ("list[str]", "list[str]"), ("List[int]", "list[int]"), ("Dict[str, Any]", "dict[str, Any]"),
            ("list", "list"),
            ("Optional[int]", "Union[int, NoneType]"), ("int | None", "Union[int, NoneType]"),
            ("None | int", "Union[NoneType, int]"),
            ("Union[int, Union[str, None]]", "Union[int, str, NoneType]"), ("int | int", "int"), ("Union[int]", "int"),
            ("tuple[int, ...]", "tuple[int, Ellipsis]"), ("tuple[int, str]", "tuple[int, str]"),
            ("list[None]", "list[None]"),
            ("Literal['a', 1, None, True]", "Literal['a', 1, None, True]"), ("Literal[\"it's\"]", "Literal[\"it's\"]"),
            ("Literal['say \"hi\"']", "Literal['say \"hi\"']"), ("Literal['it\\'s \"x\"']", "Literal['it\\'s \"x\"']"),
            ("Literal['a', 'a', Literal['b']]", "Literal['a', 'b']"), ("Literal[-1]", "Literal[-1]"),
            ("datetime.datetime", "datetime"), ("decimal.Decimal", "Decimal"), ("dspy.Reasoning", "str"),
            ("dspy.Image", "Image"),
            ("Person | None", "Union[Person, NoneType]"), ("dict[str, list[Color]]", "dict[str, list[Color]]"),
            ("None", "str"),
        ])
    func names(annotation: String, expected: String) throws {
        #expect(try FieldType(annotation, namedTypes: Self.named).name == expected)
    }

    @Test(
        "a type's JSON schema is pydantic's",
        arguments: [
            ("int", #"{"type": "integer"}"#), ("Any", "{}"), ("list", #"{"items": {}, "type": "array"}"#),
            ("list[str]", #"{"items": {"type": "string"}, "type": "array"}"#),
            ("set[int]", #"{"items": {"type": "integer"}, "type": "array", "uniqueItems": true}"#),
            ("dict[str, int]", #"{"additionalProperties": {"type": "integer"}, "type": "object"}"#),
            ("dict", #"{"additionalProperties": true, "type": "object"}"#),
            ("Literal['a']", #"{"const": "a", "type": "string"}"#),
            ("Literal[1, 'a']", #"{"enum": [1, "a"]}"#),
            ("None | int", #"{"anyOf": [{"type": "integer"}, {"type": "null"}]}"#),
            ("str | decimal.Decimal", #"{"anyOf": [{"type": "string"}, {"type": "number"}]}"#),
            (
                "tuple[int, str]",
                #"{"maxItems": 2, "minItems": 2, "prefixItems": [{"type": "integer"}, {"type": "string"}], "type": "array"}"#
            ),
            ("Color", #"{"enum": ["red", "blue"], "title": "Color", "type": "string"}"#),
            (
                "list[Größe]",
                ##"{"$defs": {"Gr__e": {"enum": [1], "title": "Größe", "type": "integer"}}, "items": {"$ref": "#/$defs/Gr__e"}, "type": "array"}"##
            ),
            (
                "Person",
                #"{"description": "A person.", "properties": {"name": {"description": "full", "title": "Name", "type": "string"}, "#
                    + #""age": {"default": 0, "title": "Age", "type": "integer"}}, "required": ["name"], "title": "Person", "type": "object"}"#
            ),
        ])
    func schemas(annotation: String, expected: String) throws {
        let schema = try JSONSchema.schema(of: try FieldType(annotation, namedTypes: Self.named))
        #expect(JSON.object(schema).text(.python) == expected)
    }

    @Test("a type without a JSON schema says so")
    func noSchema() throws {
        let type = try FieldType("list[dspy.Tool]")
        #expect(throws: JSONSchema.SchemaError.self) { try JSONSchema.schema(of: type) }
    }

    @Test("only None and unions with None admit None")
    func allowsNone() throws {
        for annotation in ["NoneType", "int | None", "Optional[str]", "Union[int, str, None]"] {
            #expect(try FieldType(annotation).allowsNone, "\(annotation)")
        }
        for annotation in ["int", "Any", "list[None]", "Literal[None]"] {
            #expect(try !FieldType(annotation).allowsNone, "\(annotation)")
        }
    }
}
