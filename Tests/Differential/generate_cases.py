"""Writes random cases in the format of Tests/Golden, with what the real DSPy does in each.

    python generate_cases.py --out DIR [--seed N] [--prompts N] [--completions N] [--signatures N]

Needs dspy 3.4.1. Tests/Differential/run.sh makes the environment, generates, and compares.
"""

import argparse
import json
import os
import random
import sys

from random_completions import random_parse
from random_prompts import Program, random_module, random_run, random_tools_run
from random_signatures import random_signature
from reference import Unusable, record_parse, record_run, record_signature


class Writer:
    def __init__(self, folder, seed):
        self.folder, self.seed = folder, seed
        os.makedirs(folder, exist_ok=True)

    def write(self, name, count, make, record):
        """Cases until there are so many; what DSPy cannot answer is left out."""
        if not count:
            return
        made = left_out = 0
        with open(os.path.join(self.folder, f"{name}.jsonl"), "w", encoding="utf-8") as file:
            while made < count and left_out < 20 * count + 100:
                # One generator per case, so that a case keeps when others change.
                rng = random.Random(f"{self.seed}/{name}/{made + left_out}")
                case = {"id": f"{name}-{self.seed}-{made + left_out}", **make(rng)}
                try:
                    line = json.dumps(record(case), ensure_ascii=False)
                    line.encode()
                except (Unusable, UnicodeEncodeError, TypeError):
                    left_out += 1
                    continue
                file.write(line + "\n")
                made += 1
        print(f"{name}: {made} cases, {left_out} left out", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--prompts", type=int, default=400)
    parser.add_argument("--completions", type=int, default=1000)
    parser.add_argument("--signatures", type=int, default=400)
    options = parser.parse_args()
    writer = Writer(options.out, options.seed)
    share = options.prompts // 10
    writer.write("signatures", options.signatures, lambda rng: {"signature": random_signature(rng)}, record_signature)
    for adapter, parts in (("chat", 3), ("json", 2), ("xml", 2)):
        writer.write(f"{adapter}_prompts", parts * share, lambda rng, adapter=adapter: random_run(rng, adapter), record_run)
    writer.write(
        "other_adapters", 2 * share,
        lambda rng: random_tools_run(rng) if rng.random() < 0.25 else random_run(rng, rng.choice(["baml", "two_step"])), record_run)
    writer.write("modules", share, random_module, record_run)
    writer.write("parse", options.completions, lambda rng: random_parse(rng, Program), record_parse)


main()
