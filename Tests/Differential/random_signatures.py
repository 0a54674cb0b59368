"""Random signature strings: right ones, odd ones, broken ones."""

from random_types import NAMES, random_type, render

ODD_NAMES = ["質問", "naïve", "Größe", "x1", "camelCase", "HTTPServer2Name", "a1b2", "UPPER", "_private", "__dunder", "class", "def", "self", "cls",
             "model_fields", "fields", "instructions", "signature", "model_config", "copy", "json", "x-y", "a.b", "1a", "a b", "é", "ß", "match",
             "type", "lambda", "None", "True", "async", "print", "schema", "aB1c2D", "ABCdef", "x__y", "trailing_", "ID", "userID", "IPv4Address",
             "input_fields", "with_instructions", "dict", "list", "str", "int", "validate", "construct", "parse_obj"]
ODD_TYPES = ["list", "List", "Dict", "Tuple", "Set", "FrozenSet", "Optional", "Union", "Literal", "Sequence", "Mapping", "Iterable", "MutableSequence",
             "Deque", "DefaultDict", "OrderedDict", "Text", "NoneType", "None", "bytearray", "object", "type", "Annotated", "bytes", "complex",
             "Sequence[int]", "Mapping[str, int]", "Iterable[str]", "MutableMapping[str, int]", "Deque[int]", "DefaultDict[str, int]",
             "typing.List[int]", "typing.Optional[str]", "typing.Any", "typing.Literal['a']", "typing.Dict[str, typing.Any]", "typing.Nope",
             "collections.OrderedDict", "collections.abc.Sequence[int]", "collections.deque",
             "datetime", "datetime.date", "datetime.datetime", "datetime.nope", "decimal.Decimal", "uuid.UUID", "pathlib.Path", "dspy", "dspy.Image",
             "dspy.Audio", "dspy.File", "dspy.History", "dspy.Tool", "list[dspy.Tool]", "dspy.ToolCalls", "dspy.Code", 
             "dspy.Code[java]", "dspy.Reasoning", "dspy.NoSuchThing", "dspy.Image.url", "Image", "date", "Decimal", "UUID", "NotAType", "foo.Bar",
             "string", "integer", "number", "boolean", "any", "Str", "INT", "'int'", '"str"', "list['int']", "'list[int]'", "5", "1.5", "-1", "True", "...",
             "b'x'", "(int, str)", "()", "[int]", "[]", "{'a': int}", "{int}", "lambda: 1", "list(str)", "int()", "int or str", "int and str", "not int",
             "int + str", "int & str", "int if x else str", "f'int'", "x == y", "int < str", "a := int", "*int", "await x", "int[str]", "str[0]", "list[int][0]",
             "dict[str]", "tuple[()]", "tuple[int, ...]", "tuple[...]",
             "Optional[int, str]", "Optional[()]", "Union[()]", "Union[int]", "Union[int, int]", "Union[int, Union[str, None]]", "Optional[Optional[int]]",
             "Optional[None]", "Union[None]", "Union[None, None]", "int | int", "int | None | None", "None | None", "int | str | None", "(int | str) | None",
             "int | (str | float)", "int | 5",  "Literal['a', Literal['b', 'c']]", "Literal[1, True]", "Literal[True, 1]",
             "Literal['a', 'a']", "Literal[-1]", "Literal[1.5]", "Literal[1, 2,]", "Literal[None]", "Literal[b'x']", "Literal[foo]", "Literal['a' 'b']",
             "Literal[0x10]", "Literal[1_000]", "Literal['a\\nb']", "Literal['\\x41']", "Literal['\\u00e9']", "Literal[r'a\\b']", "Literal['''x''']",
             'Literal["""y"""]', "Literal['a->b']", "Literal[u'x']", "Literal['日本', \"it's\"]", "Literal['it\\'s \"x\"']", "Literal[(1, 2)]",
             "list[None]", "dict[str, None]", "tuple[None]", "list[Any]", "list[list]", "list[list[list[int]]]", "dict[str, dict[str, list[int]]]",
             "dict[(str, int)]", "list[(int)]", "list[Literal['a']]", "Any | None", "Optional[Any]", "Union[Any, None]", "list[int | None] | None",
             "Optional[List]", "List[Dict]", "Dict[str, List] | None", "Never", "NoReturn", "Iterator", "Iterator[int]", "Collection[str]", "ClassVar[int]",
             "Final[int]", "dspy.Prediction", "dspy.LM", "datetime.timezone", "collections.defaultdict", "typing.Sequence[str]", "collections.deque[int]",
             "Annotated[int, 5]", "Annotated[int]", "list[NotAType]", "Optional[NotAType]", "int | NotAType", "list[", "list[int",
             "list]", "list[int]]", "dict[str, int", "Literal['a", "Literal[a']", "int,", ":", "int:", "int int", "int # note", "list[int] = []", "int = 3", "str = 'x'",
             "int = f(x)", "list[int:str]", "list[*int]", "`int`", "int?", "$int", "int;", "int!", "list<int>", "0777", "1__0", "é", "x.y",
             "\\int", "int\\\n", "(\nint\n)", "list[\n int\n]", "(int)", "((int))", "(int,)", "dict[str, int | None]"]
ODD_SIDES = ["", " ", ",", "a,", ",a", "a,,b", "a, a", "*args", "**kwargs", "*", "a, *, b", "a, /", "a, /, b", "*args: int", "a, *args, b", "a=1", "a: int = 3, b",
             "a=1, b", "a: int=3, b=4", "a b", "(a)", "a(b)", "[a]", "'a'", "1", "a;b", "a:b:c", "a: int b: str", "a\nb", "a,\nb", "a # c", "a, # c\nb", "a)", "(a",
             "\ta", "a\\\n, b", "a\r\n, b", "a\x0c, b", "\ufeffa", "a\u00a0, b", "a\u3000", "a\x00b", "“a”", "a，b", "a: int, b: str, c",
             "self, cls", "a: 'x', b", "...", "-", ">", "->", "=>", "a-b", "@a", "~a", "!a"]


def random_signature(rng):
    """A signature string; `dspy.X` makes DSPy look for types in its caller, and then it knows no NoneType."""
    while True:
        made = any_signature(rng)
        if "NoneType" not in made or "." not in made:
            return made


def any_signature(rng):
    roll = rng.random()
    if roll < 0.12:
        sides = [rng.choice([side, fields(rng)]) for side in (rng.choice(ODD_SIDES), rng.choice(ODD_SIDES))]
    else:
        sides = [fields(rng), fields(rng)]
    arrow = rng.choice(["->", " -> ", " -> ", " ->  ", "\n->\n"]) if rng.random() < 0.95 else rng.choice(["", "=>", "-> ->", "- >", "→", "->>", "-->", "<->"])
    made = sides[0] + arrow + sides[1]
    if rng.random() < 0.04:
        place = rng.randrange(len(made) + 1)
        made = made[:place] + rng.choice(list("()[]{}'\",:;|.*=#\\ \n1a_-")) + made[place + rng.choice([0, 0, 1]):]
    return made


def fields(rng):
    return rng.choice([", ", ",", " , ", ",\n  "]).join(field(rng) for _ in range(rng.choice([1, 1, 1, 2, 2, 3])))


def field(rng):
    name = rng.choice(ODD_NAMES) if rng.random() < 0.2 else rng.choice(NAMES) + rng.choice(["", "", "", "_2", "B"])
    roll = rng.random()
    if roll < 0.25:
        return name
    kind = rng.choice(ODD_TYPES) if roll < 0.6 else respelled(rng, render(random_type(rng)))
    return name + rng.choice([": ", ":", " : "]) + kind


def respelled(rng, kind):
    """The same type with other spaces and quotes."""
    if rng.random() < 0.3:
        kind = kind.replace(", ", rng.choice([",", " , ", ",\n"]))
    if rng.random() < 0.2:
        kind = kind.replace("[", "[ ").replace("]", " ]")
    if rng.random() < 0.2 and '"' not in kind and "\\" not in kind:
        kind = kind.replace("'", '"')
    return kind
