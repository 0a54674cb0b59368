"""Writes damaged JSON texts and what json_repair.loads makes of them, for the OrderedJSON tests.

    python3 Tests/Differential/make_repair_cases.py [--seed N] [--count N] > cases.jsonl
    REPAIR_CASES=cases.jsonl swift test --filter JSONRepairTests

Needs json_repair 0.64.6. A text on which it raises or runs for more than a second is left out.
"""

import argparse
import json
import random
import signal
import sys

import json_repair

WORDS = ["answer", "name", "score", "a", "b", "key", "the quick fox", "it's", 'say "hi"', "日本", "naïve", "😀", "", " ", "x_y",
         "a,b", "a: b", "{x}", "[y]", "C:\\dir", "line\nbreak", "tab\tbed", "50%", "http://x.y/z?q=1#f", "true", "None", "1",
         "// no", "# no", "“quoted”", "„low“", "`code`", "...", "e.g. this, that", "(note)", "[^\"]+", "\\d+", "²", "٣", "Ⅷ"]
JUNK = list('{}[]()"\'“”„`,:;\\/#*.-+_ \n\r\tabtrfnuxeE019') + ["```", "```json", "\\n", "\\\"", "\\'", "\\u00e9", "\\ud83d",
        "\\ude00", "\\x41", "//", "/*", "*/", "None", "True", "false", "null", "NaN", "...", '""', "''", '":', '",', "},", "],", "\u00a0",
        "é", "日", "😀", "\x00", "\u2028", "1_000", "1,000", "1/2", "1e5", "1.5.2", "-", "0x1F", ".5", "5.", "+1", "1e400", "007"]
PROSE = ["Here is the JSON:", "Sure!", "Note (see below):", "I hope this helps.", "The answer is", "Output:", "e.g. {x}", "[1]", "-",
         "1. First", "He said \"no\".", "Don't.", "# Heading", "// comment", "", "(ok)", "a, b", "[[ ## answer ## ]]"]
NUMBERS = ["1", "0", "-1", "1.5", "1e5", "1E-3", ".5", "5.", "1,000", "1_000", "1/2", "1.2.3", "-", "--1", "007", "0x1F", "1e", "1e+", "+1",
           "12345678901234567890123", "1e400", "NaN", "Infinity", "-Infinity", "3 apples", "10%", "1-2", "٣", "²", "1.0f", "5e", "-.5"]


def value(rng, depth=0):
    kind = rng.randrange(10 if depth < 4 else 5)
    if kind < 3:
        return " ".join(rng.choice(WORDS) for _ in range(rng.randrange(1, 4)))
    if kind == 3:
        return rng.choice([1, 0, -7, 3.5, 1e100, 10**25])
    if kind == 4:
        return rng.choice([True, False, None])
    if kind < 7:
        return [value(rng, depth + 1) for _ in range(rng.randrange(5))]
    return {rng.choice(WORDS): value(rng, depth + 1) for _ in range(rng.randrange(5))}


class Writer:
    """Writes a value the way careless authors do."""

    def __init__(self, rng):
        self.rng = rng
        self.rate = rng.choice([0, 0.03, 0.1, 0.3])
        self.quote = rng.choice(['"', '"', '"', "'", "“"])
        self.space = rng.choice(["", " ", "\n  ", " "])
        self.python = rng.random() < 0.3

    def maybe(self, factor=1.0):
        return self.rng.random() < self.rate * factor

    def text(self, item, is_key=False):
        rng = self.rng
        body = json.dumps(item, ensure_ascii=rng.random() < 0.2)[1:-1]
        if self.maybe():
            body = item
        if self.maybe():
            body = body.replace('\\"', '"')
        if self.maybe():
            body = body.replace("\\", "\\\\")
        if self.quote == "'" and rng.random() < 0.7:
            body = body.replace("'", "\\'")
        opening, closing = self.quote, "”" if self.quote == "“" else self.quote
        if self.maybe():
            opening = rng.choice(["", "'", '"', '""', "“", "`", '\\"', '"""'])
        if self.maybe():
            closing = rng.choice(["", "'", '"', '""', "”", "`", '\\"', '"""'])
        if is_key and self.maybe():
            opening = closing = ""
        return opening + body + closing

    def comment(self):
        return self.rng.choice(["# note\n", "// note\n", "/* note */", "# end", "// a, b: c\n", "/* x", "#]", "<!-- -->"]) if self.maybe(0.3) else ""

    def write(self, item):
        rng = self.rng
        if self.maybe(0.2):
            return rng.choice(NUMBERS + ["", "...", "undefined", "```json [1]```", "(1, 2)", "(1)", "()", "word", "two words", "{1, 2}", "{'a', 'b'}"])
        if isinstance(item, str):
            return self.text(item)
        if item is None or isinstance(item, bool):
            return str(item) if self.python else json.dumps(item)
        if isinstance(item, (int, float)):
            return rng.choice(NUMBERS) if self.maybe() else json.dumps(item)
        members = []
        if isinstance(item, list):
            opening, closing = ("(", ")") if self.python and rng.random() < 0.3 else ("[", "]")
            members = [self.write(each) for each in item]
        else:
            opening, closing = "{", "}"
            for key, each in item.items():
                colon = rng.choice(["", "=", " ", "::", " : ", "=>"]) if self.maybe() else ":" + rng.choice(["", " "])
                members.append(self.text(key, True) + colon + self.comment() + self.write(each))
            if members and self.maybe():
                members.append(rng.choice(members))
        out = opening + self.comment()
        for place, member in enumerate(members):
            if place:
                out += rng.choice(["", " ", ";", ",,", ", ,", "\n"]) if self.maybe() else "," + self.space
            out += member + self.comment()
        if self.maybe():
            out += rng.choice([",", ", ", "...", ", ..."])
        if self.maybe():
            closing = rng.choice(["", "]", "}", ")", closing * 2])
        return out + closing


def rare(rng):
    """Texts for the rules that random damage seldom reaches: odd rows, escaped keys, fences inside strings, remarks."""
    pick = rng.choice
    kind = rng.randrange(6)
    if kind == 0:
        rows = ", ".join(pick(["[1, 2]", "[3, 4]", "[5]", "6", "7", "[]", '"x"', "[8, 9]"]) for _ in range(rng.randrange(1, 5)))
        more = ", ".join(pick(["[1, 2]", "3", "4", "[5]", "[]"]) for _ in range(rng.randrange(0, 4)))
        return '{"t": [%s]%s[%s]%s' % (rows, pick([", ", " ", ",\n", ""]), more, pick([', "b": 1}', "}", "", ", [7, 8]}", "], 2}"]))
    if kind == 1:
        text = json.dumps(value(rng, 2)) if rng.random() < 0.5 else json.dumps({"a": pick(WORDS), "b": 1})
        if rng.random() < 0.3:
            text = text.replace('"', "'")
        text = text.replace('"', '\\"').replace("'", "\\'")
        return pick(["", " ", "[", "{\"k\": "]) + text + pick(["", "}", "]", " trailing", ', "c": 2}'])
    remark = pick(["", "/* r */ ", "// r\n", "# r\n", "/* r", "// r", "# r", "/ ", "/**/ // x\n "])
    member = pick(['"b": 1', "b: 1", "'b': 1", "“b”: 1", "}", "", '"b" 1', "_b: true", "b-c : x", '"b', "2: 3", "[1]", "🙂: 1"])
    if kind == 2:
        start = pick(['{"a": "x" y"', '{"a": "x "y" z"', '{"a": "x"y"', '{"a": "one "two", three"', "{'a': 'x 'y' z'"])
        return start + pick([", ", ",", " , "]) + remark + member + pick(["}", ", ", '"}', "", '", "c": "d"}'])
    if kind == 3:
        container = pick(["{x: 1}", "[1, [2], {'a': (3)}]", '{"k": [1, {"z": "]"}]}', "(a, b)", "[x", "{“k”: “v”}", "[a] [b]", "{a: {b: c}}", "[1, -2, (t)]", "{ }"])
        inside = pick(["code } ```", "code }```", "a } ``` ", "}\n```\n", "a, ", "{b: c} ", "see ", "x, [1] ", "{b: 1 "])
        return '{"a": "' + inside + pick([container, remark + container, remark, "text"]) + pick([
            '"', '", ', "", ", " + remark + member, '", ' + remark + member, "}", '\n```"', "```", ' "b": 1']) + pick(["}", '"}', "", "]}", ', "c": 2}'])
    if kind == 4:
        inner = pick(['{"x": 1}', "[1, 2]", "true", "false", "0", "null", '"s"', "word", "{x: [1", "(1, 2)", ""])
        fenced = "```json" + pick(["", " ", "\n"]) + inner + pick(["", "\n", " "]) + pick(["```", "``", "`", "", "``` tail"])
        quote = pick(['"', "'", "“", '""'])
        return pick(['{"a": ', "[", '{"a": [1, ', "{", ""]) + quote + fenced + pick([quote, "”", ""]) + pick(["}", "]", ', "b": 2}', ": 1}", ""])
    return pick(["", " ", "\n"]) + pick(['"a": 1}', "'a': 1}", '"a": {"b": [1]}}', '"a": 1} x', '"a": 1}}', '"a" : 1, "b": 2 }\n', '"a": 1,}', '“a”: 1}', '"a": NaN}\t',
                 '"a": 1}\u00a0', '"a: 1}', "a: 1}", '"a\\"": 2}']) + pick(["", "", ", x}", '{"b": 1}', "}"])


def case(rng):
    kind = rng.randrange(16)
    if kind > 12:
        return rare(rng)
    if kind == 0:
        return "".join(rng.choice(JUNK) for _ in range(rng.randrange(1, 25)))
    if kind == 1:
        return "{" + "".join(rng.choice(JUNK) for _ in range(rng.randrange(1, 25)))
    if kind == 2:
        quote = rng.choice(['"', "'"])
        parts = [rng.choice(['{"a": "', '["', '{"k": ["', "{'a': '", "{a: ", '{"a": {"b": "'])]
        for _ in range(rng.randrange(1, 8)):
            parts.append(rng.choice(['"', quote, ",", ":", "}", "]", " ", "{", "[", "x", "word", "\n", '", "', '": "', '"}', '"]', "```", "\\", "“", "„", "”", "(",
                                     '", b: ', ', "c": ', "// n\n", "1", '""', "\\\"", "\\\\"]))
        return "".join(parts) + rng.choice(["", '"}', "}", '"]', "]}", '"'])
    text = Writer(rng).write(value(rng, 0 if rng.random() < 0.8 else 2))
    if rng.random() < 0.2:
        text = rng.choice(["```json\n%s\n```", "```\n%s\n```", "```json\n%s", "%s\n```", "`%s`", "```json %s ``` ```json [2] ```"]).replace("%s", text)
    if rng.random() < 0.25:
        text = rng.choice(PROSE) + rng.choice([" ", "\n", "\n\n"]) + text
    if rng.random() < 0.2:
        text += rng.choice([" ", "\n", "\n\n", ", "]) + rng.choice(PROSE)
    if rng.random() < 0.12:
        text += rng.choice(["", "\n", ", ", " "]) + Writer(rng).write(value(rng, 2))
    if rng.random() < 0.15:
        text = text[:rng.randrange(len(text) + 1)]
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2, 4])):
        place = rng.randrange(len(text) + 1)
        change = rng.randrange(3)
        if change == 0:
            text = text[:place] + text[place + 1:]
        elif change == 1:
            text = text[:place] + rng.choice(JUNK) + text[place:]
        else:
            other = min(len(text), place + rng.randrange(6))
            text = text[:place] + text[place:other] + text[place:]
    return text[:600]


def has_split_key(item):
    """Whether a key holds halves of surrogate pairs, which Python keeps apart and Swift's strings join."""
    if isinstance(item, dict):
        return any("\ud800" <= character <= "\udfff" for key in item for character in key) or any(
            has_split_key(each) for each in item.values())
    return isinstance(item, list) and any(has_split_key(each) for each in item)


def expire(*_):
    raise TimeoutError


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=400)
    options = options.parse_args()
    rng = random.Random(options.seed)
    signal.signal(signal.SIGALRM, expire)
    written = 0
    while written < options.count:
        text = case(rng)
        try:
            text.encode()
            signal.setitimer(signal.ITIMER_REAL, 1)
            result = json_repair.loads(text)
            if has_split_key(result):
                continue
            line = json.dumps({"text": text, "value": result})
        except (Exception, RecursionError) as error:
            print(f"left out, {type(error).__name__}: {text!r}", file=sys.stderr)
            continue
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        print(line)
        written += 1


if __name__ == "__main__":
    main()
