"""Random answers of a model: well-formed ones, and what models make of them."""

import json
from xml.sax.saxutils import escape, quoteattr

from random_types import dumps, render, scalar, value

ODD_SCALARS = ["42", "+42", " 42 ", "42.0", "42.", "42.5", "-0", "007", "1_000", "1__0", "1,234", "1e3", "1E-3", ".5", "5.", "-.5", "inf", "-inf", "Infinity", "nan", "NaN",
               "0x1F", "1/2", "50%", "$5", "42 km", "forty", "١٢", "３", "true", "True", "TRUE", "false", "False", "yes", "No", "y", "n", "on", "off", "t", "f", "1", "0", "2",
               "1.0", "0.0", "None", "null", "none", "NULL", "nil", "N/A", "", " ", "''", '""', "'yes'", '"yes"', "“yes”", "`yes`", "yes.", "YES", "Literal[yes]", "Literal['yes']",
               "Literal[\"may be\"]", "str[yes]", "Literal[yes", "'yes\"", "it's", "'it's'", "123456789012345678901234567890", "1e400", "-9223372036854775809", "9223372036854775808",
               "1e22", "100000000000000000000.0", "2024-01-02", "2024-1-2", "2024/01/02", "20240102", "2024-02-30", "2024-01-02T03:04:05", "2024-01-02 03:04:05", "2024-01-02T03:04",
               "2024-01-02T03:04:05Z", "2024-01-02T03:04:05.123456789", "2024-01-02T03:04:05.1+02:00", "2024-01-02t03:04:05-0530", "2024-01-02T24:00:00", "2024-01-02T03:04:60",
               "1704067200", "1704067200.5", "1704067200000", "-1", "0", "Jan 2, 2024", "12:30", "12:30:15", "12:30:15.5", "12:30Z", "25:00", "9:05", "12:30:15+01:00", "P1D", "PT1H30M",
               "P1Y2M", "1 day", "2 days, 01:02:03", "1d 2h", "-P1DT5S", "P1W", "01:02:03", "1:02:03", "90", "1.5", "PT0.5S", "1 day 00:00:01", "10 days 1:00", "0001-01-01", "9999-12-31",
               "12345678-1234-5678-1234-567812345678", "12345678123456781234567812345678", "{12345678-1234-5678-1234-567812345678}", "urn:uuid:12345678-1234-5678-1234-567812345678",
               "1+2j", "(1+2j)", "2j", "1.50", "1E+5", "sNaN", "1_0.5", "- 5", "+5", "++5", "a", "b", "red", "RED", "GREEN", "blue", "A", "[]", "{}", "[1]", "['a']", "(1, 'a')", "(1,)",
               "{'a'}", "{1, 2}", "b'x'", "r'x'", "'a' 'b'", "1 + 2", "1 if x else 2", "[1, 2", "{\"a\": 1", "{'a': 1}", "{a: 1}", "[a, b]", "[1] «a»\n[2] «b»", "- a\n- b", "1. a\n2. b", "a, b",
               "```json\n[1, 2]\n```", "```\n42\n```", "```python\nprint(1)\n```", "Here: [1]", "42 # answer", "// c\n42", "The answer is 42.", "print(1)", "{\"code\": \"x = 1\"}", "[null]", "[None]", "\\u00e9", "a\\nb",
               "\"a\\nb\"", "Infinity years", "{\"$ref\": 1}", "[[1, 2], [3]]", "[true, False]", "{\"value\": 1}", "[{\"a\": 1}, {\"b\": 2}]", "{\"a\": 1}\n{\"b\": 2}", "a: 1\nb: 2", "Person(name='x')", "\u00a042\u00a0", "\u200b42"]
PROSE = ["Sure! Here it is:\n\n", "Let me think.\n", "Answer: ", "```json\n", "```\n", "<think>hmm</think>\n", "Here is the JSON (see {x}):\n", "\n\n", "  ", "json\n", "Output:", "**Result**\n"]
AFTER = ["\n```", "\nI hope this helps.", "\n\n", " ", "\n[[ ## completed ## ]]", "\n```\nNote: {\"x\": 1}", "}", "]", ".", "\n\nLet me know!"]
SNIPPETS = list("{}[]()\"'`,:;\\/#*.- \n\t<>&=") + ["\\n", "\\\"", "\\u00e9", "None", "True", "null", "...", "[[ ## ", " ## ]]", "]]", "«", "“", "”", "&amp;", "&lt;", "</", "<b>", "<!-- c -->", "<![CDATA[x<y]]>", "&#65;", "&#x41;",
                                                  "&nbsp;", "&bogus;", "<br/>", "<item>", "</item>", "<?pi x?>", "<!DOCTYPE x>", "]]>", "日本", "😀", "\u2028", "\x0b", "\x85", "\x00", "\ufeff"]


def shown(rng, item, tree):
    """A field's value as chat text."""
    if isinstance(item, str):
        return item if rng.random() < 0.85 else dumps(rng, item)
    if isinstance(item, (dict, list)):
        return dumps(rng, item)
    return rng.choice([str(item), json.dumps(item)])


def random_value(rng, tree, named):
    roll = rng.random()
    if roll < 0.62:
        return value(rng, tree, named)
    if roll < 0.9:
        return rng.choice(ODD_SCALARS) if rng.random() < 0.6 else changed(rng, tree, named)
    return scalar(rng, "Any")


def changed(rng, tree, named):
    """A scalar with a few letters changed."""
    item = rng.choice([value(rng, tree, named), rng.choice(ODD_SCALARS)])
    if isinstance(item, (dict, list)):
        return item
    body = list(str(item))
    for _ in range(rng.choice([1, 1, 2])):
        place = rng.randrange(len(body) + 1)
        body[place: place + rng.choice([0, 1, 1])] = rng.choice([[], [rng.choice("0123456789:-+.TZPYMWDHS tzpyd_eEnj,/\"'(")]])
    return "".join(body)


def well_formed(rng, form, outputs, named, make=value):
    items = [(name, tree, make(rng, tree, named)) for name, tree in outputs]
    if form == "chat":
        blocks = [f"[[ ## {name} ## ]]\n{shown(rng, item, tree)}" for name, tree, item in items]
        return "\n\n".join(blocks) + "\n\n[[ ## completed ## ]]" + rng.choice(["", "\n"])
    if form == "xml":
        return "\n".join(element(rng, name, item) for name, _, item in items)
    return json.dumps({name: item for name, _, item in items}, ensure_ascii=rng.random() < 0.2, indent=rng.choice([None, 2]))


def element(rng, tag, item, key=None):
    attribute = f" key={quoteattr(key)}" if key is not None else ""
    roll = rng.random()
    if isinstance(item, (list, dict)) and roll < 0.15:
        return f"<{tag}{attribute}>{escape(dumps(rng, item))}</{tag}>"
    if isinstance(item, list):
        if roll < 0.25 and item:
            return "".join(element(rng, tag, part, key) for part in item)
        name = "item" if roll < 0.9 else rng.choice(["entry", "value", "i"])
        return f"<{tag}{attribute}>{''.join(element(rng, name, part) for part in item)}</{tag}>"
    if isinstance(item, dict):
        parts = [element(rng, name, part) if name.isidentifier() and rng.random() < 0.85 else element(rng, "entry", part, name) for name, part in item.items()]
        return f"<{tag}{attribute}>{rng.choice(['', chr(10)]).join(parts)}</{tag}>"
    if item is None and roll < 0.7:
        return rng.choice([f"<{tag}{attribute}/>", f"<{tag}{attribute}></{tag}>", f"<{tag}{attribute}>null</{tag}>"])
    body = escape(str(item)) if roll < 0.9 else f"<![CDATA[{item}]]>"
    return f"<{tag}{attribute}>{rng.choice(['', '', chr(10)])}{body}{rng.choice(['', '', chr(10)])}</{tag}>"


def broken(rng, answer):
    """The answer with a few of the faults that models make."""
    for _ in range(rng.choice([1, 1, 2, 3])):
        answer = rng.choice(FAULTS)(rng, answer)
    return answer


def swap(old, *new):
    def fault(rng, answer):
        return answer.replace(old, rng.choice(new), rng.choice([1, 1, -1]))
    return fault


def cut(rng, answer):
    return answer[: rng.randrange(len(answer) + 1)]


def insert(rng, answer):
    place = rng.randrange(len(answer) + 1)
    return answer[:place] + rng.choice(SNIPPETS) + answer[place + rng.choice([0, 0, 0, 1]):]


def drop_line(rng, answer):
    lines = answer.split("\n")
    del lines[rng.randrange(len(lines))]
    return "\n".join(lines)


def double_line(rng, answer):
    lines = answer.split("\n")
    place = rng.randrange(len(lines))
    lines.insert(rng.randrange(len(lines) + 1), lines[place])
    return "\n".join(lines)


def change_case(rng, answer):
    place = rng.randrange(len(answer) + 1)
    return answer[:place] + rng.choice([str.upper, str.lower, str.title])(answer[place: place + 9]) + answer[place + 9:]


def python_style(rng, answer):
    return answer.replace("true", "True").replace("false", "False").replace("null", "None").replace('"', rng.choice(["'", '"']))


FAULTS = [
    lambda rng, answer: rng.choice(PROSE) + answer, lambda rng, answer: answer + rng.choice(AFTER), cut, insert, insert, insert, drop_line, double_line, change_case, python_style,
    swap('"', "'", "", '\\"', "“", '""'), swap(",", ",,", "", ";", ", "), swap(":", "", "=", " :"), swap("}", ",}", "", "}}"), swap("]", ",]", "", "]]"), swap("\n", "\r\n", "\n\n", "\n  ", " "),
    swap("[[ ## ", "[[##", "  [[ ## ", "[[ ##", "**[[ ## ", "[[ ## \n"), swap(" ## ]]", "## ]]", " ## ]] x", " ## ]]:", " ##]]"), swap("</", "<", "< /"), swap(">", " >", "/>", " a='1'>"), swap("<", "&lt;", "<x:"),
    swap("&", "&amp;", "& "), swap("null", "None", "undefined", '"null"'), lambda rng, answer: f"```json\n{answer}\n```", lambda rng, answer: f"[{answer}]", lambda rng, answer: answer + "\n" + answer, lambda rng, answer: json.dumps(answer)]


def random_parse(rng, programs):
    """A parse case without its outcome."""
    if rng.random() < 0.3:
        return random_scalar_parse(rng)
    program = programs(rng, kinds=("predict", "predict", "predict", "chain_of_thought"))
    form = rng.choice(["chat", "chat", "json", "json", "xml"])
    outputs = [pair for pair in program.shown_outputs if rng.random() < 0.95]
    answer = well_formed(rng, form, outputs, program.named, make=random_value)
    if rng.random() < 0.45:
        answer = broken(rng, answer)
    if rng.random() < 0.02:
        answer = rng.choice(ODD_SCALARS)
    return {"adapter": form if rng.random() < 0.95 or form != "json" else "baml", "program": program.json, "completion": answer}


def random_scalar_parse(rng):
    """One field of a plain type, and one of the many ways to write a value."""
    tree = rng.choice([
        ("int",), ("float",), ("bool",), ("datetime.date",), ("datetime.datetime",), ("datetime.time",), ("datetime.timedelta",), ("decimal.Decimal",),
        ("uuid.UUID",), ("complex",), ("bytes",), ("Optional", ("int",)), ("|", ("int",), ("float",), ("str",)), ("list", ("int",)), ("list", ("float",)),
        ("Literal", 1, 2, "yes"), ("Literal", "yes", "no", "may be"), ("|", ("bool",), ("int",)), ("|", ("datetime.date",), ("datetime.datetime",)), ("Any",),
        ("|", ("float",), ("bool",), ("None",)), ("set", ("int",)), ("tuple...", ("float",)), ("dict", ("int",), ("bool",)), ("dict", ("datetime.date",), ("decimal.Decimal",))])
    item = changed(rng, tree, {}) if rng.random() < 0.7 else rng.choice(ODD_SCALARS)
    form = rng.choice(["chat", "json", "xml"])
    if form == "chat":
        answer = f"[[ ## x ## ]]\n{item if isinstance(item, str) else json.dumps(item)}"
    elif form == "xml":
        answer = element(rng, "x", item)
    else:
        answer = json.dumps({"x": item})
    return {"adapter": form, "program": {"signature": f"q -> x: {render(tree)}"}, "completion": answer}
