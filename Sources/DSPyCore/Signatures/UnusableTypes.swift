/// Python types that exist, but that pydantic has no schema for; DSPy refuses them as fields.
///
/// - Source: pydantic 2.14, `PydanticSchemaGenerationError`.
enum UnusableTypes {
    /// Classes and special forms.
    static let names: Set = [
        "bytearray", "Never", "NoReturn", "LiteralString", "ForwardRef", "TypeVar", "Protocol", "IO", "TextIO",
        "BinaryIO",
        "SupportsInt", "SupportsFloat", "Concatenate", "TypeAlias", "Unpack",
    ]

    /// Names of `typing` that are no type without brackets, and have no schema with them.
    static let generics: Set = [
        "Collection", "Iterator", "Awaitable", "AsyncIterator", "AsyncIterable", "ChainMap", "Container", "Reversible",
        "KeysView", "ItemsView", "ValuesView", "ContextManager", "Match",
    ]

    /// Forms that pydantic allows elsewhere, but not around a field's type.
    static let qualifiers: Set = ["ClassVar", "Final", "Required", "NotRequired"]

    /// Classes by module.
    static let attributes: [String: Set<String>] = [
        "dspy": ["Prediction", "Example", "LM", "Predict", "ChainOfThought", "ReAct", "Module"],
        "datetime": ["timezone", "tzinfo"],
        "collections": ["defaultdict", "ChainMap"],
    ]
}
