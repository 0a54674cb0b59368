#!/usr/bin/env python3
"""Many requests and many connections: nothing grows, nobody waits.

    Tests/Serve/soak.py --tool dspy-swift --mock mock-model-server [--quick]

Whole: 100,000 requests, 2,000 silent streams, 1,000 open connections, 200 slow heads and bodies. --quick: a tenth of it.
"""

import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import tempfile
import threading
import time

from rig import *

parser = options(__doc__.splitlines()[0])
parser.add_argument("--quick", action="store_true")
arguments = parsed(parser)
PART = 10 if arguments.quick else 1
# What is kept for later use grows at first, and then no more.
TURNS = ["first", "second"] + ([] if arguments.quick else ["third", "fourth"])
BODY = json.dumps({"question": "What is the capital of France?"})


class Pace:
    """Asks again and again beside what goes on; how long the slowest answer took."""

    def __init__(self, server):
        self.server, self.took, self.wrong, self.over = server, [], [], False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.over:
            for method, path, body in [("GET", "/livez", None), ("POST", "/predict", {"question": "hm"})]:
                start = time.monotonic()
                try:
                    answer = self.server.ask(method, path, body, seconds=5)
                    if answer is None or answer.status != 200:
                        self.wrong.append(repr(answer))
                except (OSError, Broken) as error:
                    self.wrong.append(repr(error))
                self.took.append(time.monotonic() - start)
            time.sleep(0.02)

    def end(self, name):
        self.over = True
        self.thread.join()
        worst = max(self.took)
        check(
            f"{name}: others are answered in less than 500 ms ({len(self.took)} answers, the slowest {worst * 1000:.0f} ms)",
            not self.wrong and worst < 0.5,
            self.wrong[:3],
        )


def settled(server, most, seconds=8):
    """Whether the descriptors come back to where they were."""
    return until(lambda: server.descriptors <= most, seconds)


def requests(server, count):
    """`count` requests, by wrk where it is."""
    done, errors = 0, 0
    script = os.path.join(FOLDER, "soak.lua")
    with open(script, "w") as file:
        file.write(f"wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = [[{BODY}]]\n")
        file.write(
            "done = function(s) print('RESULT ' .. s.requests .. ' ' .. s.errors.connect + s.errors.read + s.errors.write + s.errors.status + s.errors.timeout) end\n"
        )
    if shutil.which("wrk"):
        while done < count:
            run = subprocess.run(
                [
                    "wrk",
                    "-t",
                    "1",
                    "-c",
                    "64",
                    "-d",
                    "1s" if count <= 10_000 else "5s",
                    "-s",
                    script,
                    f"http://{server.host}/predict",
                ],
                capture_output=True,
                text=True,
            )
            found = re.search(r"RESULT (\d+) (\d+)", run.stdout)
            if not found:
                raise Broken(run.stdout + run.stderr)
            done, errors = done + int(found.group(1)), errors + int(found.group(2))
            if not int(found.group(1)):
                break
        return done, errors
    clients = [server.open() for _ in range(16)]

    def ask(client):
        nonlocal done, errors
        for _ in range(count // 16):
            answer = client.ask("POST", "/predict", BODY)
            done += 1
            errors += answer.status != 200

    together(*[lambda client=client: ask(client) for client in clients])
    for client in clients:
        client.close()
    return done, errors


def many_requests():
    script = os.path.join(FOLDER, "script.json")
    with open(script, "w") as file:
        json.dump({"question": "[[ ## answer ## ]]\nParis\n\n[[ ## completed ## ]]"}, file)
    server = Server(
        arguments.tool,
        "question -> answer",
        "--lm",
        "scripted/" + script,
        "-q",
        "--no-cache",
        "--async-max-workers",
        "64",
        "--queue",
        "1024",
    )
    requests(server, 10_000 // PART * 2)
    check("after the warm-up the descriptors return", settled(server, 40), server.descriptors)
    memory, descriptors = server.kilobytes, server.descriptors
    count = 100_000 // PART
    start = time.monotonic()
    done, errors = requests(server, count)
    took = time.monotonic() - start
    check(
        f"{done:,} requests ({done / took:,.0f}/s), none failed",
        done >= count and not errors,
        f"{done} done, {errors} failed",
    )
    check("… the descriptors return", settled(server, descriptors), f"{server.descriptors}, {descriptors} before")
    check(
        f"… and memory does not grow ({memory:,} kB before, {server.kilobytes:,} kB after)",
        server.kilobytes < memory + 8_000,
    )
    # Each on a connection of its own.
    wrong = 0
    for _ in range(3000 // PART):
        with server.open() as client:
            answer = client.ask("POST", "/predict", BODY, Connection="close")
            wrong += answer is None or answer.status != 200
    check(f"{3000 // PART:,} connections one after another, none failed", not wrong, wrong)
    check("… the descriptors return", settled(server, descriptors), f"{server.descriptors}, {descriptors} before")
    check(f"… and memory does not grow ({server.kilobytes:,} kB)", server.kilobytes < memory + 8_000)
    # Streams and batches too.
    for path, body in [("/predict/stream", BODY), ("/predict/batch", json.dumps([json.loads(BODY)] * 10))]:
        for _ in range(2):
            before = server.kilobytes
            for _ in range(1000 // PART):
                with server.open() as client:
                    answer = client.ask("POST", path, body)
                    wrong += answer is None or answer.status != 200
        check(f"{2000 // PART:,} times {path}, none failed", not wrong, wrong)
        check(
            f"… and memory does not grow ({before:,} kB half-way, {server.kilobytes:,} kB)",
            server.kilobytes < before + 8_000,
        )
    check("… the descriptors return", settled(server, descriptors), f"{server.descriptors}, {descriptors} before")
    server.end()


def idle_streams(mock, silent):
    """Streams that say nothing, held while others are answered."""
    count = 2000 // PART
    server = Server(
        arguments.tool,
        "question -> answer",
        "--lm",
        "openai/mock",
        "--api-base",
        mock.address,
        "-q",
        "--no-cache",
        "--async-max-workers",
        str(count + 8),
        "--queue",
        "64",
        "--ping",
        "1",
        "--max-connections",
        "4096",
    )
    server.predict("hm")
    time.sleep(0.3)
    memory, descriptors = server.kilobytes, server.descriptors
    most = [wave(server, count, silent, turn, descriptors) for turn in TURNS]
    check(
        f"… in the end they need no more memory each time ({', '.join(f'{one:,}' for one in most)} kB)",
        most[-1] < most[-2] + max(8_000, (most[-2] - memory) * 0.1),
    )
    # The transport keeps the memory that it took for so many exchanges at a time (CurlEngine.widenHeap).
    check(
        f"… and what stays is no more than 110 kB for each ({memory:,} kB before, {server.kilobytes:,} kB after)",
        until(lambda: server.kilobytes < memory + 8_000 + count * 110, 5),
    )
    check(
        "… and the model was left by all",
        until(lambda: sum("# gone" in line for _, line in list(mock.lines)) >= len(TURNS) * count, 10),
        sum("# gone" in line for _, line in mock.lines),
    )
    check("… and the next is answered", server.predict("hm", seconds=5).status == 200)
    server.end()


def wave(server, count, silent, turn, descriptors):
    """Opens silent streams, holds them, leaves them all; the memory of the server while it held them."""
    clients, start = [], time.monotonic()
    for number in range(count):
        client = server.open(30)
        client.request("POST", "/predict/stream", {"question": f"{silent} {turn} {number}"})
        clients.append(client)
    begun = 0
    for client in clients:
        try:
            begun += client.start()[0] == 200
        except (TimeoutError, TypeError, Broken):
            pass
    name = f"{count:,} silent streams, the {turn} time"
    check(f"{name}: all have begun ({time.monotonic() - start:.1f} s)", begun == count, begun)
    held, pace, pings = server.kilobytes, Pace(server), 0
    time.sleep(3 if PART == 1 else 1)
    pace.end(name)
    for client in clients:
        try:
            while b"ping" not in client.chunk():
                pass
            pings += 1
        except (TimeoutError, Broken):
            pass
    check(f"{name}: all say that they live", pings == count, pings)
    left = time.monotonic()
    for client in clients:
        client.close("rst")
    back = settled(server, descriptors + 4, 15)
    took = time.monotonic() - left
    check(f"{name}: the descriptors return ({took:.1f} s)", back, f"{server.descriptors}, {descriptors} before")
    return held


def connections(mock):
    server = Server(
        arguments.tool,
        "question -> answer",
        "--lm",
        "openai/mock",
        "--api-base",
        mock.address,
        "-q",
        "--no-cache",
        "--head-timeout",
        "3",
        "--body-timeout",
        "3",
        "--idle-timeout",
        "60",
    )
    server.predict("hm")
    time.sleep(0.3)
    memory, descriptors = server.kilobytes, server.descriptors
    pace = Pace(server)
    count = 1000 // PART
    open_ones = [server.open(10) for _ in range(count)]
    for client in open_ones[: count // 2]:
        client.ask("GET", "/livez")
    time.sleep(0.5)
    pace.end(f"{count:,} open connections")
    for client in open_ones:
        client.close()
    check("… the descriptors return", settled(server, descriptors + 2), f"{server.descriptors}, {descriptors} before")
    pace, count = Pace(server), 200 // PART
    heads, bodies = [server.open(10) for _ in range(count)], [server.open(10) for _ in range(count)]
    for client in bodies:
        client.send(client.head("POST", "/predict", 100, Content_Type=JSON))
    start, alive = time.monotonic(), set(heads + bodies)
    while alive and time.monotonic() - start < 8:
        for client in list(alive):
            try:
                client.send(b"G" if client in heads else b" ")
            except OSError:
                alive.discard(client)
        time.sleep(0.3)
    check(
        f"{count} slow heads and {count} slow bodies are ended after 3 s ({time.monotonic() - start:.1f} s)",
        not alive and time.monotonic() - start > 2.5,
        len(alive),
    )
    pace.end(f"{count} slow heads and {count} slow bodies")
    for client in heads + bodies:
        client.close()
    check("… the descriptors return", settled(server, descriptors + 2), f"{server.descriptors}, {descriptors} before")
    check(
        f"… and memory ({memory:,} kB before, {server.kilobytes:,} kB after)",
        until(lambda: server.kilobytes < memory + 16_000, 5),
        server.kilobytes,
    )
    server.end()


def main():
    global FOLDER
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(16384, limit[1]), limit[1]))
    with tempfile.TemporaryDirectory() as FOLDER:
        mock = Mock(arguments.mock)
        together(many_requests)
        together(lambda: idle_streams(mock, "HANG"))
        together(lambda: connections(mock))


finish(main)
