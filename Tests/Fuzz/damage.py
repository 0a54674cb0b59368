"""Hostile values, and ways to damage what is good. Everything follows from the random numbers that are passed in."""

import copy
import json

INTS = [0, 1, -1, 2, 127, 255, 1024, 65535, 2**31 - 1, 2**31, 2**32, 2**53, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1,
        2**64 - 1, 2**64, 10**18, 10**19, 10**30, 999_999_999_999]
FLOATS = ["0.0", "-0.0", "0.5", "1e-300", "1e15", "1e16", "1e18", "9.3e18", "1e19", "1e30", "1e300", "1e308", "1e309",
          "-1e308", "-1e309", "NaN", "Infinity", "-Infinity"]
TEXTS = ["", " ", "\n", "\r\n", "\t", "\0", "a", "ü", "売上", "🙂", "\u202e", "\u200f", "\u0085", "\u009b31m",
         "\x1b]0;x\x07", "\x1b[2J", "\ufeff", "\\", '"', "'", "[[ ## answer ## ]]", "${env:HOME}", "{q}", "%s", "../x",
         "/dev/zero", "null", "true", "-1", "1e999", "2026-02-30", "x" * 5000, "a" * 40 + "!", "data: [DONE]"]
PATTERNS = ["(a+)+$", "(a|a)*b", "[", "(?<x>a)\\k<x>", "(" * 200, "a{1000000}", "\\p{L}+", "^$", "(?=a)*"]


def number(random):
    """A number as JSON text."""
    if random.random() < 0.6:
        return str(random.choice(INTS) + random.choice([0, 0, 0, 1, -1]))
    return random.choice(FLOATS)


class Raw:
    """A text that stands in JSON as it is."""

    def __init__(self, text):
        self.text = text


def value(random, depth=0):
    """A JSON value of any kind."""
    kind = random.randrange(9 if depth < 3 else 6)
    if kind <= 1:
        return Raw(number(random))
    if kind == 2:
        return random.choice([None, True, False])
    if kind == 3:
        return random.choice(PATTERNS)
    if kind <= 5:
        return random.choice(TEXTS)
    if kind == 6:
        return [value(random, depth + 1) for _ in range(random.randrange(4))]
    if kind == 7:
        return {random.choice(TEXTS + ["type", "name"]): value(random, depth + 1) for _ in range(random.randrange(4))}
    return Raw(_nested(random))


def _nested(random):
    count = random.choice([3, 40, 300, 3000])
    return "[" * count + "]" * count


def text_of(tree):
    """JSON of a tree that may hold raw texts, written without recursion limits in the way."""
    if isinstance(tree, Raw):
        return tree.text
    if isinstance(tree, dict):
        return "{" + ",".join(json.dumps(str(k)) + ":" + text_of(v) for k, v in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ",".join(text_of(v) for v in tree) + "]"
    return json.dumps(tree, ensure_ascii=False)


def _places(tree, found):
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else []
    for key, inner in items:
        found.append((tree, key))
        _places(inner, found)


def tree(random, good, times=3):
    """A copy of a JSON tree with some members replaced, doubled, renamed, moved or dropped."""
    made = copy.deepcopy(good)
    for _ in range(random.randrange(1, times + 1)):
        places = []
        _places(made, places)
        if not places:
            return value(random)
        holder, key = random.choice(places)
        action = random.randrange(6)
        if action <= 2:
            holder[key] = value(random)
        elif action == 3:
            del holder[key]
        elif action == 4:
            other, name = random.choice(places)
            try:
                holder[key] = copy.deepcopy(other[name])
            except (KeyError, IndexError):
                pass
        elif isinstance(holder, dict):
            holder[random.choice(TEXTS)] = holder.pop(key)
        else:
            holder.append(copy.deepcopy(holder[key]))
    return made


def damaged(random, data, times=6):
    """Bytes with some of them flipped, dropped, doubled, moved or replaced by hostile ones."""
    made = bytearray(data)
    for _ in range(random.randrange(1, times + 1)):
        place = random.randrange(len(made) + 1)
        end = min(len(made), place + random.choice([0, 1, 2, 8, 64]))
        action = random.randrange(7)
        if action == 0:
            made[place:end] = b""
        elif action == 1:
            made[place:place] = made[place:end]
        elif action == 2 and made:
            made[place % len(made)] = random.randrange(256)
        elif action == 3:
            made[place:end] = random.choice(TEXTS).encode("utf-8", "surrogatepass")
        elif action == 4:
            made[place:end] = number(random).encode()
        elif action == 5:
            del made[place:]
        else:
            made[place:end] = bytes(random.randrange(256) for _ in range(random.randrange(6)))
    return bytes(made)


def digits_replaced(random, data, times=3):
    """Bytes in which some numbers are replaced by hostile ones."""
    made = data
    for _ in range(random.randrange(1, times + 1)):
        starts = [i for i in range(len(made)) if made[i : i + 1].isdigit() and not made[max(0, i - 1) : i].isdigit()]
        if not starts:
            return made
        start = random.choice(starts)
        end = start
        while made[end : end + 1].isdigit():
            end += 1
        made = made[:start] + number(random).encode() + made[end:]
    return made
