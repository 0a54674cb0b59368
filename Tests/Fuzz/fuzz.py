#!/usr/bin/env python3
"""Throws hostile input at the tool, and wants an answer: never a crash, a hang, or an exit code that no page names.

    Tests/Fuzz/fuzz.py TARGET|all [--seconds 10] [--seed 1] [--run N] [--tool .build/release/dspy-swift]

Every run follows from the seed and its number, which a finding prints; `--run N` makes that one run again. Its folder
stays, so that the files can be looked at.
"""

import argparse
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import targets

# As docs/commands.md has them; a signal that we sent ends a run with 143.
CODES = {0, 1, 64, 65, 66, 69, 73, 74, 75, 77, 78, 143}


class Tool:
    """The binary, run in a folder with an environment of its own."""

    def __init__(self, path, patience=20):
        self.path = str(pathlib.Path(path).resolve())
        self.patience = patience
        self.stopped = 0

    def run(self, arguments, folder):
        """Runs it; gives what is wrong with how it ended, or None."""
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "XDG_CACHE_HOME": str(folder / ".cache"),
                       "LANG": "C.UTF-8", "OPENAI_API_KEY": "sk-fuzz"}
        with open(folder / "stdout", "wb") as out, open(folder / "stderr", "wb") as err:
            process = subprocess.Popen([self.path, *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                       stdout=out, stderr=err, preexec_fn=lambda: os.nice(5))
            try:
                code = process.wait(self.patience)
            except subprocess.TimeoutExpired:
                # Something may take its time, but the first signal ends it.
                self.stopped += 1
                process.send_signal(signal.SIGTERM)
                try:
                    code = process.wait(35)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                    return f"still there 35 s after SIGTERM, {self.patience} s after its start"
        if code < 0:
            return f"ended by {signal.Signals(-code).name}"
        if code not in CODES:
            return f"exit code {code}"
        if b"Fatal error" in (folder / "stderr").read_bytes():
            return "a fatal error"
        return None


def fuzz(name, tool, seed, seconds, only):
    """Runs one target; gives the number of findings."""
    target = targets.TARGETS[name](tool)
    end = time.monotonic() + seconds
    number = only or 0
    runs = findings = 0
    while only is not None and runs == 0 or only is None and time.monotonic() < end:
        folder = pathlib.Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))
        label = f"{seed}/{name}/{number}"
        generator = random.Random(label)
        keeps = only is not None
        for arguments in target.commands(generator, folder, label):
            runs += 1
            wrong = tool.run(arguments, folder)
            if wrong:
                findings += 1
                keeps = True
                print(f"{name} --seed {seed} --run {number}: {wrong}\n  in {folder}: {arguments}", flush=True)
        if keeps:
            if only is not None:
                print(f"the files are in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
        number += 1
    print(f"{name}: {runs} runs of the tool, {findings} findings, {tool.stopped} stopped by a signal (seed {seed})", flush=True)
    tool.stopped = 0
    return findings


def main():
    parser = argparse.ArgumentParser(description="Throws hostile input at the tool.")
    parser.add_argument("target", choices=["all", *targets.TARGETS])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--run", type=int)
    parser.add_argument("--tool", default=str(targets.ROOT / ".build/release/dspy-swift"))
    given = parser.parse_args()
    names = list(targets.TARGETS) if given.target == "all" else [given.target]
    tool = Tool(given.tool)
    sys.exit(1 if sum([fuzz(name, tool, given.seed, given.seconds, given.run) for name in names]) else 0)


if __name__ == "__main__":
    main()
