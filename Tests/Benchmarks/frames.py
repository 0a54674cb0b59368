#!/usr/bin/env python3
"""Compares how much each async function of two builds keeps while it waits, in bytes.

    frames.py BEFORE AFTER [PATTERN]    prints the functions whose frames differ; PATTERN is a regular expression of their names

Every row that waits for a model keeps one frame for each function on its way, in pieces of a kilobyte: a few bytes more in one of them
can cost every row a whole piece ("What a row costs", docs/architecture.md). Needs nm, readelf and swift.
"""

import collections
import re
import struct
import subprocess
import sys

MODULES = (
    "Basics|OrderedJSON|Platform|Transport|DSPyCore|DSPyClients|DSPyTools|DSPySpec|DSPyBatch|DSPyProgram|Console|dspy_swift"
)


def output(*command, text=None):
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def sections(path):
    pattern = r"\s*\[\s*\d+\]\s+\S+\s+\S+\s+([0-9a-f]+)\s+([0-9a-f]+)\s+([0-9a-f]+)"
    found = [re.match(pattern, line) for line in output("readelf", "-SW", path).splitlines()]
    return [tuple(int(part, 16) for part in match.groups()) for match in found if match]


def frames(path):
    """The sizes by the functions' names. An async function pointer is an offset and a size, four bytes each."""
    data, places, sizes = open(path, "rb").read(), sections(path), {}
    for line in output("nm", path).splitlines():
        parts = line.split()
        if len(parts) != 3 or not (parts[2].startswith("$s") and parts[2].endswith("Tu")):
            continue
        address = int(parts[0], 16)
        for start, offset, size in places:
            if start <= address < start + size:
                sizes[parts[2]] = struct.unpack_from("<iI", data, offset + address - start)[1]
                break
    symbols = list(sizes)
    names = output("swift", "demangle", "-compact", text="\n".join(symbols)).splitlines()
    named = collections.defaultdict(list)
    for symbol, name in zip(symbols, names):
        # Neither the target nor the file of a private function says which one it is.
        name = name.removeprefix("async function pointer to ")
        name = re.sub(rf"\b(?:{MODULES})\.", "", re.sub(r" in _[0-9A-F]{32}", "", name))
        named[name].append(sizes[symbol])
    return named


before, after = frames(sys.argv[1]), frames(sys.argv[2])
pattern = sys.argv[3] if len(sys.argv) > 3 else ""
for name in sorted(before.keys() & after.keys()):
    if sorted(before[name]) != sorted(after[name]) and re.search(pattern, name):
        print(*before[name], "->", *after[name], name[:160])
