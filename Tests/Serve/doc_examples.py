#!/usr/bin/env python3
"""Runs the examples of docs/serving.md against a served program and compares what they print with what the page says.

An example is a block of curl, Python or JavaScript whose next block is its output. Python needs requests ($DOC_PYTHON names one
that has it), JavaScript needs node.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

from rig import *

arguments = parsed(options(__doc__.splitlines()[0]))
DOC = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "serving.md")
PORT = "127.0.0.1:8000"
ANSWER = "[[ ## reasoning ## ]]\nIt is the seat of the government.\n\n[[ ## answer ## ]]\nParis"


def blocks():
    with open(DOC) as file:
        text = file.read()
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S)


def run(language, code, folder):
    if language == "sh":
        command = ["bash", "-c", code]
    elif language == "python":
        command = [os.environ.get("DOC_PYTHON", sys.executable), "-c", code]
    else:
        path = os.path.join(folder, "example.mjs")
        with open(path, "w") as file:
            file.write(code)
        command = ["node", path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.stdout.strip(), done.stderr.strip()


def main():
    with tempfile.TemporaryDirectory() as folder:
        script = os.path.join(folder, "script.json")
        with open(script, "w") as file:
            json.dump({"question": ANSWER}, file)
        server = Server(
            arguments.tool, "question -> answer", "--module", "ChainOfThought", "--lm", "scripted/" + script, "-q"
        )
        found = blocks()
        asked = 0
        for (language, code), (_, wanted) in zip(found, found[1:]):
            if language not in ("sh", "python", "js") or PORT not in code or "dspy-swift" in code:
                continue
            asked += 1
            output, errors = run(language, code.replace(PORT, server.host), folder)
            name = f"{language}: {code.strip().splitlines()[-1][:60]}"
            if "/predict/stream" in code and language == "sh":
                # The page shows some of the events.
                missing = [line for line in wanted.split("\n") if line not in output and '"chunk"' not in line]
                check(name, not missing and '"signature_field_name":"answer"' in output, (missing, output, errors))
            else:
                check(name, output == wanted.strip(), (output, wanted, errors))
        check("the page has its examples", asked == 7, asked)
        server.end()


finish(main)
