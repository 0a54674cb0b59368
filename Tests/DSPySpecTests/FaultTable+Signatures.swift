import DSPySpec

extension FaultTable {
    static let signatures: [Fault] = [
        Fault(.wrongKind, #"{"signature": ⟦3⟧}"#, #"`signature` is a string such as "question -> answer", found 3"#),
        Fault(
            .signature, #"{"signature": "⟦question⟧"}"#,
            "Invalid signature format: 'question', must contain exactly one '->'."),
        Fault(.signature, #"{"signature": "question ⟦->⟧ "}"#, #"signature "question -> " has no output field"#),
        Fault(
            .signature, #"{"signature": "q -> a: ⟦itn⟧"}"#, "Unknown name: itn", help: "did you mean `int`?"),
        Fault(
            .signature, #"{"signature": "\u0071\t-> a: ⟦i\u0074n⟧ "}"#, "Unknown name: itn", help: "did you mean `int`?"
        ),
        Fault(
            .signature, #"{"signature": "売上 -> ⟦😀⟧é: itn"}"#, "unexpected character '😀'"),
        Fault(
            .ignored, #"{"signature": "q: int = ⟦3⟧ -> a"}"#, "the default of `q` is dropped; say it under `defaults`",
            .warning),
        Fault(
            .ignored, #"{"signature": "q, ⟦q⟧ -> a"}"#, "the field `q` stands twice; only the last one counts", .warning
        ),
        Fault(
            .type, #"{"types": {⟦"a b"⟧: ["x"]}, "signature": "q -> a"}"#,
            #"a type's name is an identifier, found "a b""#),
        Fault(
            .wrongKind, #"{"types": ⟦[]⟧, "signature": "q -> a"}"#,
            "`types` is an object of named types, found an array"),
        Fault(
            .wrongKind, #"{"types": {"T": ⟦"str"⟧}, "signature": "q -> a: T"}"#,
            "`T` is an object (a record) or an array (an enum), found a string"),
        Fault(
            .type, #"{"types": {"T": {"x": "list[⟦strr⟧]"}}, "signature": "q -> a: T"}"#, "Unknown name: strr",
            help: "did you mean `str`?"),
        Fault(
            .wrongKind, #"{"types": {"T": {"x": ⟦1⟧}}, "signature": "q -> a: T"}"#,
            "`T.x` is a type, or an object with `type`, found 1"),
        Fault(
            .shape, #"{"types": {"T": {"x": ⟦{"desc": "y"}⟧}}, "signature": "q -> a: T"}"#,
            "the field `x` of `T` has no `type`",
            help: "a record inside a record is a type of its own under `types`"),
        Fault(
            .type, #"{"types": {"T": {⟦"_x"⟧: "str"}}, "signature": "q -> a: T"}"#,
            #"a field's name is an identifier without a leading underscore, found "_x""#),
        Fault(
            .type, #"{"types": {"T": {"x": {"type": "int", "default": ⟦"many"⟧}}}, "signature": "q -> a: T"}"#,
            "the default of `x` does not fit int: expected an int, found 'many'"
        ),
        Fault(
            .unknownKey, #"{"types": {"T": {"x": {"type": "int", ⟦"descr"⟧: "y"}}}, "signature": "q -> a: T"}"#,
            "a field has no key `descr`", help: "did you mean `desc`?"),
        Fault(
            .wrongKind, #"{"types": {"T": {"x": {"type": "int", "ge": ⟦"0"⟧}}}, "signature": "q -> a: T"}"#,
            "`x.ge` is a number, found a string"),
        Fault(
            .cycle, #"{"types": {⟦"T"⟧: {"x": "list[T]"}}, "signature": "q -> a"}"#,
            "the type `T` is made of types that need it themselves",
            help: "records that contain themselves are not supported"),
        Fault(.type, #"{"types": {"T": ⟦[]⟧}, "signature": "q -> a"}"#, "the enum `T` has no member"),
        Fault(.nameClash, #"{"types": {"T": ["a", ⟦"a"⟧]}, "signature": "q -> a"}"#, #"the enum `T` has "a" twice"#),
        Fault(
            .wrongKind, #"{"types": {"T": ["a", ⟦1⟧]}, "signature": "q -> a"}"#,
            "the members of the enum `T` are strings, found an integer",
            help: #"the long form {"kind": "enum", "members": {…}} takes other values"#),
        Fault(
            .shape, #"{"types": {"T": ⟦{"kind": "enum"}⟧}, "signature": "q -> a"}"#,
            "the enum `T` needs an object `members` of name and value"),
        Fault(
            .unknownKey,
            #"{"types": {"T": {"kind": "enum", "members": {"A": 1}, ⟦"docs"⟧: ""}}, "signature": "q -> a"}"#,
            "an enum has no key `docs`", help: "did you mean `doc`?"),
        Fault(
            .type, #"{"types": {"T": {"kind": ⟦"enumm"⟧, "members": {"A": 1}}}, "signature": "q -> a"}"#,
            #"the type `T` has the kind "enumm""#, help: "did you mean `enum`?"),
        Fault(
            .unavailable,
            #"{"types": {"T": ⟦{"schema": {"type": "object", "properties": {}}}⟧}, "signature": "q -> a"}"#,
            "a type by raw JSON schema is not part of this version", help: "describe it as a record"),
    ]
}
