#!/usr/bin/env python3
"""Attacks `dspy-swift serve` over raw sockets: hostile HTTP, foreign hosts and origins, tokens, refusals, limits, random bodies.

Tests/Serve/http_attacks.py --tool dspy-swift --mock mock-model-server [--only NAME]
"""

import json
import os
import tempfile

from attacks_bodies import *
from attacks_doors import *
from attacks_limits import *
from attacks_routes import *
from attacks_unreadable import *
from rig import *

parser = options(__doc__.splitlines()[0])
parser.add_argument("--only", default="", help="run only the groups whose name holds this")
arguments = parsed(parser)
INPUTS = "question: str, n: int, flag: bool, x: float, names: list[str], table: dict[str, int], kind: Literal['a', 'b']"
TYPED = json.dumps({"name": "typed", "signature": INPUTS + " -> answer: str"})


def main():
    groups = []

    def group(name, work):
        if arguments.only in name:
            groups.append((name, work))

    with tempfile.TemporaryDirectory(prefix="hidden-folder-") as folder:

        def write(name, text):
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)
            return os.path.join(folder, name)

        qa = write("qa.json", '{"name": "qa", "signature": "question -> answer"}')
        typed = write("typed.json", TYPED)
        deep = write("deep.json", '{"name": "deep", "signature": "data: Any -> answer"}')
        views = write(
            "views.json", '{"name": "views", "parallel": {"depth": "issue -> insight", "breadth": "issue -> insight"}}'
        )
        token, log = write("token", TOKEN + "\nanother line\n"), os.path.join(folder, "access.jsonl")
        mock = Mock(arguments.mock, latency=0)
        slow_mock = Mock(arguments.mock, latency=300)
        model = ["--lm", "openai/mock", "--api-base", mock.address, "--retries", "0", "--no-cache", "-q"]
        programs = [qa, typed, deep, views]
        plain = Server(arguments.tool, programs, *model, "--allowed-host", ALLOWED)
        secured = Server(arguments.tool, programs, *model, "--token-file", token, "--cors", ORIGIN, "--access-log", log)
        everyone = Server(arguments.tool, qa, *model, "--cors", "*")
        hasty = Server(
            arguments.tool,
            qa,
            "--lm",
            "openai/mock",
            "--api-base",
            slow_mock.address,
            "--retries",
            "0",
            "--no-cache",
            "-q",
            "--head-timeout",
            "1",
            "--body-timeout",
            "1",
            "--idle-timeout",
            "2",
        )
        narrow = Server(arguments.tool, qa, *model, "--max-connections", "20")

        group("readable", lambda: readable(plain))
        group("hosts", lambda: hosts(plain))
        group("origins", lambda: origins(plain, secured, everyone))
        group("tokens", lambda: tokens(secured))
        group("routes", lambda: routes(plain))
        group("ids", lambda: ids(plain))
        group("order", lambda: order(plain, secured))
        group("sizes", lambda: sizes(plain))
        group("types", lambda: types(plain))
        group("bodies", lambda: bodies(plain))
        group("failures", lambda: failures(plain))
        group("batches", lambda: batches(plain))
        group("random", lambda: random_bodies(plain))
        group("connections", lambda: connections(narrow))
        group("access", lambda: access(secured, log))

        def quick():
            for name, work in groups:
                try:
                    work()
                except (Broken, OSError, AttributeError, KeyError, TypeError, IndexError, ValueError) as error:
                    import traceback

                    place = traceback.extract_tb(error.__traceback__)
                    check(f"{name} ran to its end", False, f"{error!r} at {[(one.name, one.lineno) for one in place]}")

        works = [quick]
        if arguments.only in "unreadable":
            works.append(lambda: unreadable(plain))
        if arguments.only in "slow":
            works.append(lambda: slow(hasty))
        together(*works)

        servers = [plain, secured, everyone, hasty, narrow]
        for server, name in zip(servers, ["plain", "secured", "everyone", "hasty", "narrow"]):
            check(f"the server {name} still runs", server.is_alive, server.text[-500:])
            check(f"the server {name} said no more than where it listens", len(server.lines) <= 1, server.text[-500:])
        noise = "\n".join(server.text for server in servers)
        leaks(
            "all answers",
            {
                KEY: "the key",
                TOKEN: "the token",
                folder: "a path",
                "hidden-folder": "a folder",
                f":{mock.port}": "the model's address",
                f":{slow_mock.port}": "the slow model's address",
                ".swift:": "a source file",
                "SMUGGLED": "a smuggled request",
            },
        )
        leaks("standard error", {KEY: "the key", TOKEN: "the token"}, noise)
        check("no smuggled request reached the model", not mock.asked("SMUGGLED"))
        check("no answer without --cors speaks of CORS", b"access-control-" not in bytes(heard_by[plain.port]).lower())


finish(main)
