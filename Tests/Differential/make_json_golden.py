"""Writes what Python's json module says about random values and damaged texts, for the OrderedJSON tests.

    python3 Tests/Differential/make_json_golden.py [--seed N] [--count N] [--out FOLDER]

json_dumps.jsonl   one value and how json.dumps writes it in four styles
float_repr.jsonl   the bits of a float (hexadecimal) and its repr
str_repr.jsonl     a string and its repr
json_loads.jsonl   a damaged text and whether json.loads takes it, with the value as json.dumps writes it
"""

import argparse
import json
import random
import struct
from pathlib import Path

PIECES = ["a", "Z", "0", " ", '"', "\\", "/", "\b", "\f", "\n", "\r", "\t", "\x00", "\x1f", "\x7f", "\x80", "é", "e\u0301",
          "ß", "\u2028", "\u2029", "日", "\ufeff", "\uffff", "😀", "\U0001f9ff", "\U0010ffff", "'", "<", "&", "\xad", "\u200b",
          "\xa0", "\u3000", "\u0378", "\ue000"]


def text(rng, limit=8):
    return "".join(rng.choice(PIECES) for _ in range(rng.randrange(limit)))


def number(rng):
    kind = rng.randrange(9)
    if kind == 0:
        return rng.randrange(-10, 11)
    if kind == 1:
        return rng.randrange(-(2**70), 2**70)
    if kind == 2:
        return rng.choice([2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 10**18, 10**19, 10**40])
    if kind == 3:
        return rng.choice([0.0, -0.0, 1.0, 1e16, 1e15, 9999999999999998.0, 1e-4, 1e-5, 1e22, 1e23, 5e-324,
                           1.7976931348623157e308, 0.1, float("inf"), float("-inf"), float("nan")])
    if kind == 4:
        return rng.uniform(-1000, 1000)
    if kind == 5:
        return round(rng.uniform(-1000, 1000), rng.randrange(5))
    return any_float(rng)


def any_float(rng):
    return struct.unpack("<d", struct.pack("<Q", rng.getrandbits(64)))[0]


def value(rng, depth=0):
    kind = rng.randrange(6 if depth < 4 else 4)
    if kind == 0:
        return rng.choice([None, True, False])
    if kind == 1:
        return number(rng)
    if kind in (2, 3):
        return text(rng)
    if kind == 4:
        return [value(rng, depth + 1) for _ in range(rng.randrange(5))]
    return {text(rng): value(rng, depth + 1) for _ in range(rng.randrange(5))}


def damaged(rng):
    source = json.dumps(value(rng), ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, None, 1]))
    for _ in range(rng.randrange(4)):
        place = rng.randrange(len(source) + 1)
        kind = rng.randrange(4)
        if kind == 0:
            source = source[:place] + source[place + 1:]
        elif kind == 1:
            source = source[:place] + rng.choice('{}[]",:\\0123456789.eE+-tfnulNI \n\t\x01\x0b/*#\'é\ufeff') + source[place:]
        elif kind == 2:
            source = source[:place]
        else:
            other = rng.randrange(len(source) + 1)
            source = source[:place] + source[min(place, other):max(place, other)] + source[place:]
    return source[:400]


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=300)
    options.add_argument("--out", default=Path(__file__).parent.parent / "Golden", type=Path)
    options = options.parse_args()
    rng = random.Random(options.seed)

    def lines(name, make):
        with open(options.out / name, "w", encoding="utf-8") as file:
            for _ in range(options.count):
                file.write(json.dumps(make(), ensure_ascii=False) + "\n")

    def dumps_case():
        item = value(rng)
        return {
            "source": json.dumps(item),
            "compact": json.dumps(item, ensure_ascii=False, separators=(",", ":")),
            "python": json.dumps(item, ensure_ascii=False),
            "ascii": json.dumps(item),
            "indented": json.dumps(item, ensure_ascii=False, indent=2),
        }

    def float_case():
        item = number(rng)
        while not isinstance(item, float):
            item = number(rng)
        return {"bits": struct.pack(">d", item).hex(), "repr": repr(item)}

    def string_case():
        item = text(rng, 12)
        return {"text": item, "repr": repr(item)}

    def loads_case():
        source = damaged(rng)
        try:
            written = json.dumps(json.loads(source))
        except ValueError:
            written = None
        return {"text": source, "ok": written is not None, "written": written}

    lines("json_dumps.jsonl", dumps_case)
    lines("float_repr.jsonl", float_case)
    lines("str_repr.jsonl", string_case)
    lines("json_loads.jsonl", loads_case)


if __name__ == "__main__":
    main()
