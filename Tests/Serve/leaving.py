#!/usr/bin/env python3
"""Clients that leave, are slow, or come too many; and the end of `dspy-swift serve`: drain, signals, reload, limits of time.

Tests/Serve/leaving.py --tool dspy-swift --mock mock-model-server [--only NAME]
"""

import json
import os
import signal
import tempfile
import threading
import time

from model import Flood
from rig import *

parser = options(__doc__.splitlines()[0])
parser.add_argument("--only", default="")
arguments = parsed(parser)
QA = "question -> answer"
WAYS = ["fin", "rst", "half"]
_numbers = iter(range(1, 100_000))


def unique(word):
    return f"{word} q{next(_numbers)}"


def serve(mock, *flags, programs=QA, retries="0", **more):
    return Server(
        arguments.tool,
        programs,
        "--lm",
        "openai/mock",
        "--api-base",
        mock.address,
        "--retries",
        retries,
        "--no-cache",
        "-q",
        *flags,
        **more,
    )


def payload(path, question):
    return [{"question": question}] if path.endswith("batch") else {"question": question}


class Bystander:
    """Somebody who asks all the time, and must not notice anything."""

    def __init__(self, server, *paths):
        self.server, self.paths, self.slowest, self.wrong, self.count, self.over = server, paths, 0, [], 0, False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        client = self.server.open(5)
        while not self.over:
            for path in self.paths:
                start = time.monotonic()
                try:
                    answer = (
                        client.ask("POST", path, {"question": "hm"}) if "predict" in path else client.ask("GET", path)
                    )
                    if answer is None or answer.status != 200:
                        self.wrong.append(repr(answer))
                        return
                except (OSError, Broken) as error:
                    self.wrong.append(repr(error))
                    return
                self.slowest = max(self.slowest, time.monotonic() - start)
                self.count += 1
            time.sleep(0.01)

    def end(self, name, most=0.5):
        self.over = True
        self.thread.join()
        check(
            f"{name}: nobody else noticed ({self.count} answers, the slowest {self.slowest * 1000:.0f} ms)",
            not self.wrong and self.count > 5 and self.slowest < most,
            self.wrong,
        )


# ---- Leaving


def gone_within(name, mock, question, left, most=1.0):
    found = until(lambda: mock.gone(question), most + 1.5)
    took = found[0][0] - left if found else None
    check(
        f"{name}: its call is closed within {most:g} s",
        found and took < most,
        "never" if not found else f"{took:.2f} s",
    )


def running(mock):
    """Left while the model is silent, on every route and in every way."""
    server = serve(mock, "--async-max-workers", "4", "--queue", "8", programs=[f"qa={PROGRAM}"])
    bystander = Bystander(server, "/livez", "/predict")
    cases = [
        (path, way, "HANG")
        for path in [
            "/predict",
            "/predict/stream",
            "/predict/batch",
            "/qa/predict",
            "/qa/predict/stream",
            "/qa/predict/batch",
        ]
        for way in WAYS
    ]
    cases += [(path, way, "STREAM-HANG") for path in ["/predict/stream", "/qa/predict/stream"] for way in WAYS]
    descriptors = None
    for path, way, word in cases:
        name, question = f"{path}, {word}, {way}", unique(word)
        client = server.open(5)
        client.request("POST", path, payload(path, question))
        if not until(lambda: mock.asked(question), 5):
            check(f"{name}: the model is asked", False)
            continue
        if word == "STREAM-HANG":
            check(f"{name}: the stream begins", client.start()[0] == 200 and client.chunk())
        left = time.monotonic()
        client.close(way)
        gone_within(name, mock, question, left)
        if way == "half":
            client.close()
        if descriptors is None:
            time.sleep(0.3)
            descriptors = server.descriptors
    # All four workers must be free: four more hang at once, and a fifth waits.
    clients, questions = [], [unique("HANG") for _ in range(4)]
    bystander.end("left while running")
    for question in questions:
        clients.append(server.open(5))
        clients[-1].request("POST", "/predict", {"question": question})
    check("all workers are free again", until(lambda: all(mock.asked(question) for question in questions), 3))
    for client in clients:
        client.close("rst")
    check("… and once more", server.predict("hm", seconds=3).status == 200)
    check(
        "the descriptors are back",
        until(lambda: server.descriptors <= descriptors + 2, 5),
        f"{server.descriptors}, {descriptors} before",
    )
    check("the server lives and said nothing more", server.is_alive and len(server.lines) == 1, server.text)
    server.end()


def batch_left(mock):
    server = serve(mock, "--async-max-workers", "3")
    for way in WAYS:
        questions = [unique("HANG") for _ in range(8)]
        client = server.open(5)
        client.request("POST", "/predict/batch", [{"question": question} for question in questions])
        asked = lambda: [question for question in questions if mock.asked(question)]
        check(f"a batch of 8, {way}: three rows run", until(lambda: len(asked()) == 3, 5), asked())
        time.sleep(0.1)
        check("… and no more", len(asked()) == 3, asked())
        left = time.monotonic()
        client.close(way)
        for question in questions[:3]:
            gone_within(f"a batch of 8, {way}", mock, question, left)
        time.sleep(0.2)
        check(f"a batch of 8, {way}: no further row is asked", len(asked()) == 3, asked())
        check("… and the workers are free", server.predict("hm", seconds=3).status == 200)
        client.close()
    # A batch half of whose rows are answered.
    for way in WAYS:
        question = unique("HANG")
        client = server.open(5)
        client.request("POST", "/predict/batch", [{"question": "one"}, {"question": question}, {"question": "three"}])
        check(
            f"a batch in its middle, {way}: rows come as they end",
            client.start()[0] == 200 and b"one" in client.chunk(),
        )
        until(lambda: mock.asked(question))
        left = time.monotonic()
        client.close(way)
        gone_within(f"a batch in its middle, {way}", mock, question, left)
        client.close()
    server.end()


def early(mock):
    """Left in the head and in the body."""
    server = serve(mock)
    server.predict("hm")
    time.sleep(0.2)
    before = server.descriptors
    bystander = Bystander(server, "/livez", "/predict")
    for path in ["/predict", "/predict/stream", "/predict/batch"]:
        for way in WAYS:
            for part in [
                "",
                "POST /pre",
                f"POST {path} HTTP/1.1\r\nHost: {server.host}\r\nContent-Type: {JSON}\r\nContent-Length: 50\r\n",
                f"POST {path} HTTP/1.1\r\nHost: {server.host}\r\nContent-Type: {JSON}\r\nContent-Length: 50\r\n\r\n"
                + '{"question": ',
                f"POST {path} HTTP/1.1\r\nHost: {server.host}\r\nContent-Type: {JSON}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n"
                + '{"q',
            ]:
                client = server.open(5)
                if part:
                    client.send(part)
                client.close(way)
                if way == "half":
                    try:
                        answers, ended = client.everything(3)
                        check(
                            f"{path}, half a request of {len(part)} bytes and FIN is closed",
                            ended and all(answer.status in (400, 408) for answer in answers),
                            f"{answers} {ended}",
                        )
                    except Broken as error:
                        check(f"{path}, half a request of {len(part)} bytes and FIN is closed", False, str(error))
                    client.close()
    bystander.end("left in head and body")
    check(
        "left in head and body: the descriptors are back",
        until(lambda: server.descriptors <= before + 1, 5),
        f"{server.descriptors}, {before} before",
    )
    server.end()


def waiting(mock):
    """Left in the queue: never asked, and the place is free."""
    server = serve(mock, "--async-max-workers", "1", "--queue", "2")
    for path in ["/predict", "/predict/stream", "/predict/batch"]:
        for way in WAYS:
            first, second, third = unique("HANG"), unique("HANG"), unique("third")
            holder = server.open(5)
            holder.request("POST", "/predict", {"question": first})
            until(lambda: mock.asked(first))
            queued = [server.open(5) for _ in range(2)]
            for client in queued:
                client.request("POST", path, payload(path, second))

            def full():
                try:
                    return server.predict("hm", seconds=0.5).status == 429
                except TimeoutError:
                    return False

            full = until(full, 3)
            check(f"waiting on {path}, {way}: the queue is full", full)
            for client in queued:
                client.close(way)
            patient = server.open(5)
            room = False
            for _ in range(20):
                # The places are free as soon as the server has seen that their clients left.
                patient.request("POST", "/predict", {"question": third})
                patient.socket.settimeout(0.15)
                try:
                    answer = patient.answer()
                    if answer is None or answer.closes:
                        patient = server.open(5)
                except TimeoutError:
                    room = True
                    break
            check(f"waiting on {path}, {way}: its place is free within a second or so", room)
            holder.close("rst")
            patient.socket.settimeout(3)
            try:
                answer = patient.answer()
            except TimeoutError:
                answer = None
            check(
                f"waiting on {path}, {way}: the next is answered", answer is not None and answer.status == 200, answer
            )
            check(f"waiting on {path}, {way}: its model is never asked", not mock.asked(second), mock.asked(second))
            for client in queued + [patient]:
                client.close()
    server.end()


def full_socket():
    """A client that does not read holds its own model back, and nobody else."""
    flood = Flood()
    server = serve(flood, "--async-max-workers", "4", "--idle-timeout", "60")
    for way in ["fin", "rst", "reads"]:
        bystander = Bystander(server, "/livez", "/predict")
        client = Client(server.port, 60, buffer=4096)
        client.request("POST", "/predict/stream", {"question": f"FLOOD {way}"})
        until(lambda: flood.sent > 0)
        until(lambda: (before := flood.sent, time.sleep(0.4)) and before == flood.sent, 8)
        stalled = flood.sent
        time.sleep(1)
        check(
            f"not reading, {way}: the model is held back ({stalled:,} of {flood.total:,} bytes went out)",
            flood.sent == stalled < 0.6 * flood.total,
            flood.sent,
        )
        if way == "reads":
            start = time.monotonic()
            answer = client.answer()
            found = events(answer.text)
            text = "".join(one["response"]["chunk"] for one in found if "response" in one)
            whole = (
                text == found[-2]["prediction"]["answer"] and len(text) >= flood.total * 0.99 and found[-1] == "[DONE]"
            )
            check(
                f"… and goes on when it is read: {len(answer.body):,} bytes in {time.monotonic() - start:.1f} s",
                whole,
                answer.text[-300:],
            )
        else:
            left = time.monotonic()
            client.close(way)
            ended = until(lambda: flood.ended, 3)
            check(
                f"not reading, {way}: the model's stream is closed within a second",
                ended and ended - left < 1,
                ended and ended - left,
            )
        bystander.end(f"not reading, {way}")
        client.close()
    server.end()
    server = serve(flood, "--idle-timeout", "2")
    client = Client(server.port, 20, buffer=4096)
    client.request("POST", "/predict/stream", {"question": "FLOOD idle"})
    until(lambda: flood.sent > 0)
    start = time.monotonic()
    ended = until(lambda: flood.ended, 7)
    check(
        "a client that takes no byte is closed after --idle-timeout",
        ended and 1 < ended - start < 5,
        ended and ended - start,
    )
    client.close()
    server.end()


# ---- Too many, too long


def queue_full(mock):
    server = serve(mock, "--async-max-workers", "1", "--queue", "1")
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
    server = serve(mock, "--async-max-workers", "1", "--queue", "0")
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
    server = serve(mock, "--async-max-workers", "1", "--queue", "20")
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
    server = serve(mock, "--request-timeout", "1", "--async-max-workers", "1")
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
    server = serve(mock, "--timeout", "1")
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
    server = serve(mock, "--ping", "1")
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


# ---- The end


def drain(mock):
    """`mock` answers SLOW questions after 1.5 s."""

    def one(name, number, code):
        server = serve(mock, "--async-max-workers", "2", "--queue", "4")
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
            server = serve(mock)
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
        server = serve(mock, "--drain", "1", "--async-max-workers", "4")
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
            server = serve(mock)
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


def reload(mock, folder):
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
    global PROGRAM
    with tempfile.TemporaryDirectory() as folder:
        PROGRAM = os.path.join(folder, "qa.json")
        with open(PROGRAM, "w") as file:
            json.dump({"signature": QA}, file)
        mock = Mock(arguments.mock)
        slow = Mock(arguments.mock, latency=150)
        works = {
            "running": lambda: running(mock),
            "batch": lambda: batch_left(mock),
            "early": lambda: early(mock),
            "waiting": lambda: waiting(Mock(arguments.mock)),
            "full": full_socket,
            "queue": lambda: queue_full(Mock(arguments.mock)),
            "order": lambda: in_order(Mock(arguments.mock)),
            "times": lambda: times(mock),
            "drain": lambda: drain(slow),
            "reload": lambda: reload(slow, folder),
        }
        chosen = [work for name, work in works.items() if arguments.only in name]

        def several(*works):
            def run():
                for work in works:
                    together(work)

            return run

        # Two at once: most of the time is waiting.
        together(several(*chosen[::2]), several(*chosen[1::2]))


finish(main)
