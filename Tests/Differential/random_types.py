"""Random types: a tree and its text, and values that fit it."""

import json

NAMES = ["answer", "score", "tags", "title", "x", "y2", "n", "userName", "is_ok", "HTTPCode", "item_1", "メモ", "größe", "a", "value"]
TYPE_NAMES = ["Person", "Item", "Order", "Address", "Report", "Größe", "Node2", "Task"]
WORDS = ["alpha", "beta", "yes", "no", "may be", "it's", 'say "hi"', "naïve", "日本", "😀", "a,b", "x: y", "[z]", "{q}", "1", "true", "None", "",
         " padded ", "line\nbreak", "tab\there", "back\\slash", "<b>&</b>", "«g»", "50%", "null", "UPPER", "snake_case", "2024-01-02",
         "\u2028sep", "a'b\"c", "e\u0301", "\u00a0nbsp", "http://x.y/?q=1&r=2", "[[ ## x ## ]]", "```", "#", "//"]
LITERALS = ["a", "b", "yes", "no", "may be", "it's", 'say "hi"', "both ' and \"", "日本", "1", "True", "None", "", "x\\y", "two\nlines", "UP", "up"]


def text(rng):
    return " ".join(rng.choice(WORDS) for _ in range(rng.choice([1, 1, 1, 2, 3])))


class Named:
    """The records and enums of one program."""

    def __init__(self, rng):
        self.rng, self.specs = rng, {}
        for name in rng.sample(TYPE_NAMES, rng.choice([1, 1, 2, 3])):
            self.specs[name] = self.enum() if rng.random() < 0.35 else self.record()

    def enum(self):
        rng = self.rng
        kind = rng.choice(["str", "str", "int", "mixed", "float"])
        members = {}
        for name in rng.sample(["RED", "GREEN", "blue", "A", "B_2", "Größe", "no", "x"], rng.randrange(1, 5)):
            value = {
                "str": lambda: rng.choice(["red", "green", "RED", "a b", "it's", "日本", "1", "x", "blue", "A"]),
                "int": lambda: rng.randrange(-2, 9), "float": lambda: rng.choice([0.5, 1.0, -2.25, 1e-7]),
                "mixed": lambda: rng.choice(["s", 1, 2.5, True, "2", None])}[kind]()
            # A second name of an equal value would be an alias.
            if not any(value == other for other in members.values()):
                members[name] = value
        return {"kind": "enum", "members": members}

    def record(self):
        rng = self.rng
        fields = []
        optional = False
        for name in rng.sample([*NAMES, "name", "age", "zip", "created_at"], rng.choice([1, 2, 2, 3, 4])):
            tree = random_type(rng, self.specs, 1)
            field = {"name": name, "type": render(tree)}
            if rng.random() < 0.3:
                field["desc"] = rng.choice(["Full name", "line1\nline2", "  padded ", "it's \"x\"", "日本", "<tag> & more"])
            if rng.random() < 0.25 or (optional and rng.random() < 0.5):
                optional = True
                field["default"] = value(rng, tree, self.specs) if is_plain(tree) else None
                if field["default"] is None and not is_plain(tree) and rng.random() < 0.7:
                    del field["default"]
            if tree[0] in ("int", "float") and rng.random() < 0.3:
                field.update(rng.choice([{"ge": 0}, {"ge": 0, "le": 100}, {"gt": -1, "lt": 50.5}, {"multiple_of": 2}, {"le": 10}, {"ge": 0.5}]))
            if tree[0] == "str" and rng.random() < 0.3:
                field.update(rng.choice([{"min_length": 1}, {"max_length": 8}, {"min_length": 2, "max_length": 30}]))
            if tree[0] in ("list", "List") and rng.random() < 0.2:
                field.update(rng.choice([{"min_length": 1}, {"max_length": 2}]))
            fields.append(field)
        spec = {"kind": "object", "fields": fields}
        if rng.random() < 0.4:
            spec["doc"] = rng.choice(["A person.", "Two\nlines.", "  indented\n    more\n", "with \"quotes\"", "日本"])
        return spec


def is_plain(tree):
    return tree[0] in ("str", "int", "float", "bool", "Any", "Literal") or tree[0] in ("Optional", "|None")


def random_type(rng, named=None, depth=0):
    """A tree: a kind and its parts.

    Inside others, the members of unions and Literals are sorted: `typing` keeps the objects it made once, and takes
    `Optional[Union[int, str]]` for the `Optional[Union[str, int]]` of an earlier case.
    """
    deep = depth >= 3
    roll = rng.random()
    if roll < 0.42 or deep:
        return (rng.choice(["str", "str", "int", "int", "float", "bool", "Any", "list", "dict"][: 7 if depth else 9]),)
    if roll < 0.50 and named:
        return ("named", rng.choice(list(named)))
    if roll < 0.60:
        count = rng.choice([1, 2, 3, 3])
        kind = rng.choice(["str", "str", "str", "int", "bool", "mixed"])
        pool = {"str": LITERALS, "int": [0, 1, 2, 3, -4, 100], "bool": [True, False], "mixed": ["a", 1, None, True, "1", "2", 0]}[kind]
        members = rng.sample(pool, min(count, len(pool)))
        return ("Literal", *(sorted(members, key=repr) if depth else members))
    inner = lambda: random_type(rng, named, depth + 1)  # noqa: E731
    if roll < 0.72:
        return (rng.choice(["list", "list", "list", "List"]), inner())
    if roll < 0.78:
        return (rng.choice(["dict", "dict", "Dict"]), rng.choice([("str",), ("str",), ("str",), ("int",), ("Literal", "a", "b"), ("bool",), ("float",)]), inner())
    if roll < 0.88:
        kind = rng.choice(["Optional", "|None", "Union", "|", "Optional" if depth else "None|"])
        if kind in ("Union", "|"):
            members = [inner() for _ in range(rng.choice([2, 2, 3]))]
            # `list[int]` and `List[int]` are two types to Python, one by name.
            members = list({render(member).lower(): member for member in members}.values())
            if len(members) == 1:
                return members[0]
            return (kind, *(sorted(members, key=render) if depth else members))
        part = inner()
        return (kind if part[0] not in ("Optional", "|None", "Union", "|") else "Optional", part)
    if roll < 0.92:
        return rng.choice([("tuple", inner(), inner()), ("tuple...", inner()), ("tuple", inner()), ("set", hashable(rng)), ("frozenset", hashable(rng))])
    return (rng.choice(["datetime.date", "datetime.datetime", "datetime.time", "datetime.timedelta", "decimal.Decimal", "uuid.UUID", "bytes",
                        "pathlib.Path", "datetime.date", "datetime.datetime", "complex", "tuple", "set"]),)


def hashable(rng):
    return rng.choice([("int",), ("str",), ("float",), ("bool",), ("Literal", "a", 1)])


def render(tree):
    kind, *parts = tree
    if kind == "named":
        return parts[0]
    if kind == "Literal":
        return f"Literal[{', '.join(repr(part) for part in parts)}]"
    if kind == "|None":
        return f"{render(parts[0])} | None"
    if kind == "None|":
        return f"None | {render(parts[0])}"
    if kind == "|":
        return " | ".join(render(part) for part in parts)
    if kind == "tuple...":
        return f"tuple[{render(parts[0])}, ...]"
    return f"{kind}[{', '.join(render(part) for part in parts)}]" if parts else kind


DATES = ["2024-01-02", "1999-12-31", "2024-02-29"]
TIMES = ["10:00:00", "03:04:05.000100", "23:59:59Z", "12:30", "12:00:00+02:00"]


def value(rng, tree, named, depth=0):
    """A JSON value that fits the type."""
    kind, *parts = tree
    if kind == "named":
        spec = named[parts[0]]
        if spec["kind"] == "enum":
            return rng.choice(list(spec["members"].values()))
        made = {}
        for field in spec["fields"]:
            if "default" in field and rng.random() < 0.4:
                continue
            made[field["name"]] = value(rng, parse_rendered(field["type"], named), named, depth + 1)
        return made
    if kind == "Literal":
        return rng.choice(parts)
    if kind in ("Optional", "|None", "None|"):
        return None if rng.random() < 0.3 else value(rng, parts[0], named, depth)
    if kind in ("Union", "|"):
        return value(rng, rng.choice(parts), named, depth)
    if kind in ("list", "List", "set", "frozenset", "tuple..."):
        inner = parts[0] if parts else ("Any",)
        return [value(rng, inner, named, depth + 1) for _ in range(rng.choice([0, 1, 2, 2, 3]) if depth < 3 else 1)]
    if kind in ("dict", "Dict"):
        key, inner = parts if parts else (("str",), ("Any",))
        return {str(value(rng, key, named)): value(rng, inner, named, depth + 1) for _ in range(rng.choice([0, 1, 2, 2]))}
    if kind == "tuple":
        return [value(rng, part, named, depth + 1) for part in parts] or [1, "a"]
    return scalar(rng, kind, depth)


def scalar(rng, kind, depth=0):
    if kind == "Any":
        kind = rng.choice(["str", "int", "float", "bool", "null", "list", "dict"] if depth < 3 else ["str", "int"])
        if kind == "list":
            return [scalar(rng, "Any", depth + 1) for _ in range(rng.randrange(3))]
        if kind == "dict":
            return {text(rng): scalar(rng, "Any", depth + 1) for _ in range(rng.randrange(3))}
    return {
        "str": lambda: text(rng),
        "int": lambda: rng.choice([0, 1, 2, 5, -7, 42, 1000, 10**12, 10**25, -(2**63), 2**63]),
        "float": lambda: rng.choice([0.0, 1.0, -0.5, 3.14, 1e-7, 1e22, 1e16, 123456789.125, 5e-324, 0.1, -0.0, 100.0, 2]),
        "bool": lambda: rng.choice([True, False]),
        "null": lambda: None,
        "datetime.date": lambda: rng.choice(DATES),
        "datetime.datetime": lambda: rng.choice(DATES) + rng.choice("T ") + rng.choice(TIMES),
        "datetime.time": lambda: rng.choice(TIMES),
        "datetime.timedelta": lambda: rng.choice(["P1D", "PT5M", "P1DT2H3M4.5S", "1 day, 01:02:03", "01:02:03", 90, 1.5, "-P2D", "P1W"]),
        "decimal.Decimal": lambda: rng.choice(["1.50", "0", "-3", "1E+5", "12345678901234567890.123", 1.5, 7]),
        "uuid.UUID": lambda: rng.choice(["12345678-1234-5678-1234-567812345678", "A987FBC9-4BED-3078-CF07-9141BA07C9F3"]),
        "bytes": lambda: rng.choice(["abc", "héllo", ""]),
        "pathlib.Path": lambda: rng.choice(["/tmp/x", "a/b.txt", ".", "a//b/../c/"]),
        "complex": lambda: rng.choice(["1+2j", "3", 2, 1.5, "-1.5j", "(1+2j)"]),
        "dspy.ToolCalls": lambda: tool_calls(rng),
        "dspy.Image": lambda: rng.choice(["https://example.com/cat.png", "data:image/png;base64,iVBORw0KGgo=", {"url": "http://x.y/z.png"}, "cat.png"]),
        "dspy.Audio": lambda: rng.choice([{"data": "QUJD", "audio_format": "wav"}, "data:audio/x-wav;base64,QUJD", "x"]),
        "dspy.File": lambda: rng.choice(["data:text/plain;base64,QUJD", {"file_id": "f-1"}, {"file_data": "data:a/b;base64,QQ==", "filename": "n.txt"}, {}, "x"]),
        "dspy.History": lambda: {"messages": [{"question": text(rng)}]},
        "dspy.Code": lambda: rng.choice(["print(1)", "```python\nprint(1)\n```", "x = '1'\ny = \"2\""]),
        "dspy.Reasoning": lambda: text(rng),
    }.get(kind, lambda: text(rng))()




def tool_calls(rng, well_formed=False):
    name, args = rng.choice(["search", "größe", "f"]), rng.choice([{"q": "cats"}, {}, {"n": 1.5, "xs": [1, None]}, {"text": "it's \"x\""}])
    call = rng.choice([
        {"name": name, "args": args}, {"name": name, "args": args, "id": "c1"}, {"name": name, "arguments": json.dumps(args)},
        {"type": "function", "function": {"name": name, "arguments": json.dumps(args)}}, {"function": {"name": name, "arguments": args}, "id": "c2"},
        {"name": name}, {"args": args}] if not well_formed else [{"name": name, "args": args}])
    return rng.choice([
        {"tool_calls": [call]}, {"tool_calls": [call, {"name": "g", "args": {}}]}, {"tool_calls": []}, [call], call, {"calls": [call]},
        {"tool_calls": [call], "other": 1}])


def parse_rendered(text_of_type, named):
    """The tree of a type's text, for the texts that render() writes."""
    import ast

    def read(node):
        if isinstance(node, ast.Name):
            return ("named", node.id) if node.id in named else (node.id,)
        if isinstance(node, ast.Attribute):
            return (ast.unparse(node),)
        if isinstance(node, ast.Constant):
            return ("null",)
        if isinstance(node, ast.BinOp):
            return ("|", read(node.left), read(node.right))
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        kind = ast.unparse(node.value)
        if kind == "Literal":
            return ("Literal", *[ast.literal_eval(item) for item in items])
        if isinstance(items[-1], ast.Constant) and items[-1].value is ...:
            return ("tuple...", read(items[0]))
        return (kind, *[read(item) for item in items])

    return read(ast.parse(text_of_type, mode="eval").body)




def dumps(rng, item):
    """JSON text the way a model may lay it out."""
    return rng.choice([
        lambda: json.dumps(item, ensure_ascii=False), lambda: json.dumps(item), lambda: json.dumps(item, indent=2, ensure_ascii=False),
        lambda: json.dumps(item, separators=(",", ":"), ensure_ascii=False), lambda: repr(item)])()
