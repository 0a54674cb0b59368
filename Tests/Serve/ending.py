#!/usr/bin/env python3
"""Too many and too long requests; drain, signals and reload.

Tests/Serve/ending.py --tool dspy-swift --mock mock-model-server [--only NAME]
"""

import json
import os
import signal
import tempfile
import time

from bystander import *
from rig import *

parser = options(__doc__.splitlines()[0])
parser.add_argument("--only", default="")
arguments = parsed(parser)


def queue_full(mock):
    server = serve(arguments.tool, mock, "--async-max-workers", "1", "--queue", "1")
    first, second = unique("HANG"), unique("second")
    holder, queued = server.open(20), server.open(20)
    holder.request("POST", "/predict", {"question": first})
    until(lambda: mock.asked(first))
    queued.request("POST", "/predict", {"question": second})
    time.sleep(0.3)
    for path in ["/predict", "/predict/stream", "/predict/batch"]:
        start = time.monotonic()
        answer = server.ask("POST", path, payload(path, "hm"), seconds=5)
        check(
            f"a full queue on {path} is 429 at once",
            answer.status == 429 and answer["retry-after"] == "1" and time.monotonic() - start < 0.5,
            answer,
        )
        check(
            "… with its code",
            answer.json and set(answer.json) == {"detail", "code"} and answer.json["code"] == "overloaded",
            answer,
        )
    answer = server.ask("POST", "/predict", {})
    check("a bad body is told even so", answer.status == 422, answer)
    for path in ["/livez", "/readyz", "/ping", "/programs", "/version"]:
        check(f"{path} does not wait", server.ask("GET", path, seconds=2).status == 200)
    check("what waits is not asked", not mock.asked(second))
    holder.close("rst")
    answer = queued.answer()
    check("what waited is answered", answer is not None and answer.status == 200 and "second" in answer.text, answer)
    queued.close()
    server.end()
    server = serve(arguments.tool, mock, "--async-max-workers", "1", "--queue", "0")
    first = unique("HANG")
    holder = server.open(20)
    holder.request("POST", "/predict", {"question": first})
    until(lambda: mock.asked(first))
    check("--queue 0: nobody waits", server.predict("hm", seconds=3).status == 429)
    holder.close("rst")
    check("--queue 0: a free worker answers", until(lambda: server.predict("hm", seconds=3).status == 200, 3))
    server.end()


def in_order(mock):
    """What waits is answered in order of arrival."""
    server = serve(arguments.tool, mock, "--async-max-workers", "1", "--queue", "20")
    first = unique("HANG")
    holder = server.open(20)
    holder.request("POST", "/predict", {"question": first})
    until(lambda: mock.asked(first))
    questions, clients = [unique("order") for _ in range(10)], []
    for question in questions:
        clients.append(server.open(20))
        clients[-1].request("POST", "/predict", {"question": question})
        time.sleep(0.05)
    holder.close("rst")
    statuses = [client.answer().status for client in clients]
    order = [line for _, line in mock.lines if line in questions]
    check(
        "ten that wait are asked in order of arrival",
        order == questions and statuses == [200] * 10,
        f"{order} {statuses}",
    )
    server.end()


def times(mock):
    server = serve(arguments.tool, mock, "--request-timeout", "1", "--async-max-workers", "1")
    first, second = unique("HANG"), unique("waits")
    start = time.monotonic()
    holder, queued = server.open(10), server.open(10)
    holder.request("POST", "/predict", {"question": first})
    until(lambda: mock.asked(first))
    queued.request("POST", "/predict", {"question": second})
    for name, client in (("runs", holder), ("waits", queued)):
        answer = client.answer()
        took = time.monotonic() - start
        holds = (
            answer is not None
            and (answer.status, (answer.json or {}).get("code")) == (504, "deadline")
            and 0.9 < took < 2.2
        )
        # When the first gives its worker back the second may just be answered.
        check(
            f"--request-timeout while it {name}",
            holds or name == "waits" and answer is not None and answer.status == 200 and took < 1.6,
            f"{took:.1f} s {answer}",
        )
    check("… closes the model's call", until(lambda: mock.gone(first), 2))
    answer = server.predict(unique("STREAM-HANG"), "/predict/stream")
    last = events(answer.text)
    check(
        "--request-timeout of a stream that has begun",
        answer.status == 200 and last[-1] == "[DONE]" and last[-2].get("error", {}).get("code") == "deadline",
        answer,
    )
    answer = server.predict(unique("HANG"), "/predict/stream")
    check(
        "--request-timeout of a stream that has not begun",
        answer.status == 504 and answer.json["code"] == "deadline",
        answer,
    )
    check("… and the worker is free", server.predict("hm", seconds=3).status == 200)
    server.end()
    server = serve(arguments.tool, mock, "--timeout", "1")
    for path in ["/predict", "/predict/stream"]:
        question = unique("HANG")
        start = time.monotonic()
        answer = server.predict(question, path)
        took = time.monotonic() - start
        check(
            f"--timeout of a call on {path}",
            answer.status == 504
            and set(answer.json) == {"detail", "code"}
            and answer.json["code"] == "timeout"
            and 0.9 < took < 3,
            f"{took:.1f} s {answer}",
        )
    server.end()
    server = serve(arguments.tool, mock, "--ping", "1")
    question = unique("HANG")
    client = server.open(10)
    start = time.monotonic()
    client.request("POST", "/predict/stream", {"question": question})
    status, first = client.start()[0], client.chunk()
    took = time.monotonic() - start
    check(
        "--ping: a silent stream says so after a second, and its head with it",
        status == 200 and first == b": ping\n\n" and 0.9 < took < 1.8,
        f"{took:.1f} s {first}",
    )
    check("… and again", client.chunk() == b": ping\n\n" and 1.9 < time.monotonic() - start < 3)
    left = time.monotonic()
    client.close()
    gone_within("--ping", mock, question, left)
    server.end()


def drain(mock):
    """`mock` answers SLOW questions after 1.5 s."""

    def one(name, number, code):
        server = serve(arguments.tool, mock, "--async-max-workers", "2", "--queue", "4")
        questions = [unique("SLOW") for _ in range(3)]
        clients = [server.open(20) for _ in questions]
        for client, question, path in zip(clients, questions, ["/predict", "/predict/stream", "/predict"]):
            client.request("POST", path, {"question": question})
            time.sleep(0.1)
        idle = server.open(20)
        idle.ask("GET", "/livez")
        old = server.open(20)
        old.ask("GET", "/livez")
        until(lambda: mock.asked(questions[1]))
        server.signal(number)
        answer = until(lambda: (found := server.ask("GET", "/readyz", seconds=3)).status == 503 and found, 1)
        check(
            f"{name}: /readyz is 503",
            answer and answer.text == "draining\n" and answer["content-type"] == "text/plain; charset=utf-8",
            answer,
        )
        check(f"{name}: /livez goes on", server.ask("GET", "/livez").text == "ok\n")
        for path in ["/predict", "/predict/stream", "/predict/batch"]:
            answer = server.ask("POST", path, payload(path, "hm"))
            check(
                f"{name}: a new run on {path} is 503",
                answer.status == 503 and answer.json and answer.json.get("code") == "shutting_down" and answer.closes,
                answer,
            )
        answer = server.ask("POST", "/predict", {})
        check(f"{name}: before its body is read", answer.status == 503, answer)
        answer = old.ask("POST", "/predict", {"question": "hm"})
        check(
            f"{name}: on an old connection too", answer is not None and answer.status == 503 and answer.closes, answer
        )
        statuses = []
        for client in clients:
            answer = client.answer()
            statuses.append(answer and answer.status)
        check(f"{name}: what ran and waited is finished", statuses == [200] * 3, statuses)
        check(f"{name}: exit {code}", server.wait(3) == code, server.process.poll())
        check(f"{name}: no noise", len(server.lines) <= 2, server.text)
        server.end()

    def at_once():
        for number in (signal.SIGTERM, signal.SIGINT):
            server = serve(arguments.tool, mock)
            idle = server.open()
            idle.ask("GET", "/livez")
            start = time.monotonic()
            server.signal(number)
            code = server.wait(5)
            check(
                f"{number.name} with nothing to do: exit 0 at once",
                code == 0 and time.monotonic() - start < 1.5,
                f"{code} after {time.monotonic() - start:.1f} s",
            )
            try:
                end = idle.read()
            except TimeoutError:
                end = None
            check("… and idle connections are closed", end == b"", end)

    def over():
        server = serve(arguments.tool, mock, "--drain", "1", "--async-max-workers", "4")
        questions = [unique("HANG"), unique("STREAM-HANG"), unique("HANG")]
        clients = [server.open(20) for _ in questions]
        for client, question, path in zip(clients, questions, ["/predict", "/predict/stream", "/predict/batch"]):
            client.request("POST", path, payload(path, question))
        until(lambda: all(mock.asked(question) for question in questions))
        time.sleep(0.2)
        start = time.monotonic()
        server.signal(signal.SIGTERM)
        answers = []
        for client in clients:
            try:
                answers.append(client.answer())
            except Broken as error:
                answers.append(error)
        took = time.monotonic() - start
        check("--drain is over: after its second", 0.8 < took < 2.5, f"{took:.1f} s")
        check(
            "--drain is over: a run is 503 shutting_down",
            isinstance(answers[0], Answer) and answers[0].status == 503 and answers[0].json["code"] == "shutting_down",
            answers[0],
        )
        found = events(answers[1].text) if isinstance(answers[1], Answer) else []
        check(
            "--drain is over: a stream ends with its error and [DONE]",
            len(found) > 1 and found[-1] == "[DONE]" and found[-2].get("error", {}).get("code") == "shutting_down",
            answers[1],
        )
        check(
            "--drain is over: a batch's rows are told",
            isinstance(answers[2], Answer) and (answers[2].status == 503 or b"shutting_down" in answers[2].body),
            answers[2],
        )
        check("--drain is over: exit 0", server.wait(2) == 0, server.process.poll())
        check(
            "--drain is over: the model's calls are closed",
            until(lambda: all(mock.gone(question) for question in questions), 2),
        )

    def twice():
        for number, codes in ((signal.SIGTERM, (143, -15)), (signal.SIGINT, (130, -2))):
            server = serve(arguments.tool, mock)
            question = unique("HANG")
            client = server.open(5)
            client.request("POST", "/predict", {"question": question})
            until(lambda: mock.asked(question))
            server.signal(number)
            time.sleep(0.3)
            check(f"{number.name}: it waits for what runs", server.is_alive)
            start = time.monotonic()
            server.signal(number)
            code = server.wait(3)
            check(
                f"{number.name} twice: ends at once with {codes[0]}",
                code in codes and time.monotonic() - start < 1,
                code,
            )

    together(lambda: one("SIGTERM", signal.SIGTERM, 0), lambda: one("SIGINT", signal.SIGINT, 0), at_once, over, twice)


def reload(mock):
    with tempfile.TemporaryDirectory() as folder:
        reload_in(mock, folder)


def reload_in(mock, folder):
    path, token = os.path.join(folder, "program.json"), os.path.join(folder, "token")

    def write(output, at=path):
        with open(at + ".new", "w") as file:
            json.dump({"name": "qa", "signature": f"question -> {output}"}, file)
        os.rename(at + ".new", at)

    def tell(text):
        with open(token, "w") as file:
            file.write(text)

    first, second = "the-first-token-0123", "the-second-token-0123"
    write("answer")
    tell(first)
    server = Server(
        arguments.tool,
        path,
        "--lm",
        "openai/mock",
        "--api-base",
        mock.address,
        "--no-cache",
        "-q",
        "--token-file",
        token,
    )

    def keys(token=first, question="hm"):
        answer = server.predict(question, Authorization=f"Bearer {token}")
        return list(answer.json["data"]) if answer.status == 200 else answer.status

    check.equal("before a reload", keys(), ["answer"])
    old = server.open(20)
    question = unique("SLOW")
    old.request("POST", "/predict", {"question": question}, Authorization=f"Bearer {first}")
    until(lambda: mock.asked(question))
    write("reply")
    tell(second)
    server.signal(signal.SIGHUP)
    check("SIGHUP: told", server.line(r"^dspy-swift: reloaded 1 programs?$", 5), server.text)
    check.equal("SIGHUP: the new program", keys(second), ["reply"])
    check.equal("SIGHUP: the old token is gone", keys(first), 401)
    answer = old.answer()
    check(
        "SIGHUP: what runs ends on the old program",
        answer is not None and answer.status == 200 and list(answer.json["data"]) == ["answer"],
        answer,
    )
    for name, text in {"no JSON": "{nope", "a bad signature": '{"signature": "nothing"}', "nothing": ""}.items():
        with open(path, "w") as file:
            file.write(text)
        before = len(server.lines)
        server.signal(signal.SIGHUP)
        check(
            f"SIGHUP with {name}: told",
            until(lambda: any("dspy-swift: not reloaded" in line for _, line in server.lines[before:]), 5),
            server.text,
        )
        check(f"SIGHUP with {name}: with its diagnostics", len(server.lines) - before > 1, server.lines[before:])
        check.equal(f"SIGHUP with {name}: nothing changes", keys(second), ["reply"])
    write("answer")
    tell("short")
    server.signal(signal.SIGHUP)
    check(
        "SIGHUP with a bad token file: told",
        until(lambda: sum("dspy-swift: not reloaded" in line for _, line in server.lines) == 4, 5),
        server.text,
    )
    check.equal("SIGHUP with a bad token file: nothing changes", keys(second), ["reply"])
    os.unlink(path)
    server.signal(signal.SIGHUP)
    check(
        "SIGHUP without its file: told",
        until(lambda: sum("dspy-swift: not reloaded" in line for _, line in server.lines) == 5, 5),
        server.text,
    )
    check.equal("SIGHUP without its file: nothing changes", keys(second), ["reply"])
    write("answer")
    tell(second)
    server.signal(signal.SIGHUP)
    check("SIGHUP with all good again", until(lambda: keys(second) == ["answer"], 5))
    check("the tokens are not told", first not in server.text and second not in server.text, server.text)
    server.end()

    watched = os.path.join(folder, "watched.json")
    write("answer", watched)
    server = Server(
        arguments.tool, watched, "--lm", "openai/mock", "--api-base", mock.address, "--no-cache", "-q", "--reload"
    )
    ask = lambda: list(server.predict("hm").json["data"])
    check.equal("--reload: before", ask(), ["answer"])
    time.sleep(1.1)
    write("reply", watched)
    check("--reload: a changed file is read within two seconds or so", until(lambda: ask() == ["reply"], 3.5))
    with open(watched, "w") as file:
        file.write("{nope")
    check("--reload: a bad one is told", server.line("dspy-swift: not reloaded", 3.5), server.text)
    check.equal("--reload: and changes nothing", ask(), ["reply"])
    time.sleep(2.2)
    check("--reload: and is told once", server.text.count("not reloaded") == 1, server.text)
    write("answer", watched)
    check("--reload: mended, it is read", until(lambda: ask() == ["answer"], 3.5))
    server.end()


def main():
    mock, slow = Mock(arguments.mock, after=7), Mock(arguments.mock, latency=150, after=7)
    works = {
        "queue": lambda: queue_full(Mock(arguments.mock, after=7)),
        "drain": lambda: drain(slow),
        "order": lambda: in_order(Mock(arguments.mock, after=7)),
        "reload": lambda: reload(slow),
        "times": lambda: times(mock),
    }
    chosen = [work for name, work in works.items() if arguments.only in name]
    # Two at once: most of the time is waiting.
    together(in_turn(*chosen[::2]), in_turn(*chosen[1::2]))


finish(main)
