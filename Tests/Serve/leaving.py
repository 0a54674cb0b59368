#!/usr/bin/env python3
"""Clients that leave at every stage, and clients that do not read.

Tests/Serve/leaving.py --tool dspy-swift --mock mock-model-server [--only NAME]
"""

import time

from bystander import *
from model import Flood
from rig import *

parser = options(__doc__.splitlines()[0])
parser.add_argument("--only", default="")
arguments = parsed(parser)


def running(mock):
    """Left while the model is silent, on every route and in every way."""
    server = serve(
        arguments.tool, mock, "--async-max-workers", "4", "--queue", "8", programs=["--module", "Predict", f"qa={QA}"]
    )
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
    for path in ["/predict", "/predict/stream", "/predict/batch"]:
        for way in ["fin", "rst"]:
            name, question = f"{path}, gone at once, {way}", unique("HANG")
            client = server.open(5)
            client.request("POST", path, payload(path, question))
            left = time.monotonic()
            client.close(way)
            # It may be gone before the model is asked.
            if until(lambda: mock.asked(question), 0.5):
                gone_within(name, mock, question, left)
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
    server = serve(arguments.tool, mock, "--async-max-workers", "3")
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
            client.start()[0] == 200 and b"success" in client.chunk(),
        )
        until(lambda: mock.asked(question))
        left = time.monotonic()
        client.close(way)
        gone_within(f"a batch in its middle, {way}", mock, question, left)
        client.close()
    server.end()


def early(mock):
    """Left in the head and in the body."""
    server = serve(arguments.tool, mock)
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
    server = serve(arguments.tool, mock, "--async-max-workers", "1", "--queue", "2")
    for path in ["/predict", "/predict/stream", "/predict/batch"]:
        for way in WAYS:
            first, second, third = unique("HANG"), unique("HANG"), unique("third")
            holder = server.open(5)
            holder.request("POST", "/predict", {"question": first})
            until(lambda: mock.asked(first))
            queued = [server.open(5) for _ in range(2)]
            for client in queued:
                client.request("POST", path, payload(path, second))
                time.sleep(0.1)

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
    server = serve(arguments.tool, flood, "--async-max-workers", "4", "--idle-timeout", "60")
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
            # Before this script itself is busy with reading.
            bystander.end(f"not reading, {way}")
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
    server = serve(arguments.tool, flood, "--idle-timeout", "2")
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


def main():
    mock = Mock(arguments.mock, after=7)
    works = {
        "running": lambda: running(mock),
        "full": full_socket,
        "batch": lambda: batch_left(mock),
        "waiting": lambda: waiting(Mock(arguments.mock, after=7)),
        "early": lambda: early(mock),
    }
    chosen = [work for name, work in works.items() if arguments.only in name]
    # Two at once: most of the time is waiting.
    together(in_turn(*chosen[::2]), in_turn(*chosen[1::2]))


finish(main)
