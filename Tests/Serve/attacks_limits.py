"""Slow clients and too many of them."""

import time

from rig import *


def slow(server):
    """--head-timeout 1, --body-timeout 1, --idle-timeout 2."""

    def drip(name, before, data, most):
        with server.open(10) as client:
            client.send(before)
            start = time.monotonic()
            client.socket.settimeout(0.4)
            for place in range(len(data)):
                try:
                    client.send(data[place : place + 1])
                    if not client.read():
                        break
                    if b"\r\n\r\n" in client.rest:
                        client.socket.settimeout(3)
                        break
                except TimeoutError:
                    pass
                except OSError:
                    break
                if time.monotonic() - start > most + 3:
                    break
            took = time.monotonic() - start
            try:
                answers, ended = client.everything(3)
                shown = [answer.status for answer in answers]
            except Broken as error:
                shown, ended = [repr(error)], client.ended
            check(f"{name} is ended", ended and took < most and shown in ([], [408]), f"{took:.1f} s, {shown}, {ended}")

    head = f"POST /predict HTTP/1.1\r\nHost: {server.host}\r\nContent-Type: {JSON}\r\n".encode()
    length = head + b"Content-Length: 60\r\n\r\n"
    chunked = head + b"Transfer-Encoding: chunked\r\n\r\n"

    def silent(name, data, least, most, closes=True):
        with server.open(10) as client:
            client.send(data)
            if b"\r\n\r\n" in data and b"livez" in data:
                client.answer()
            start = time.monotonic()
            answers, ended = client.everything(most + 2)
            took = time.monotonic() - start
            check(
                f"{name} is closed",
                ended and least <= took < most and [answer.status for answer in answers] in ([], [408]),
                f"{took:.1f} s, {answers}, {ended}",
            )

    def second():
        with server.open(10) as client:
            client.ask("GET", "/livez")
            time.sleep(1.2)
            client.send(b"GET /livez HTTP/1.1\r\n")
            start = time.monotonic()
            answers, ended = client.everything(4)
            took = time.monotonic() - start
            check(
                "a second head that never ends is ended, counted from its first byte",
                ended and 0.3 < took < 2.5,
                f"{took:.1f} s",
            )

    def patient():
        with server.open(10) as client:
            body = b'{"question":"slow but in time"}'
            whole = client.head("POST", "/predict", len(body), Content_Type=JSON) + body
            for place in range(0, len(whole), len(whole) // 4):
                client.send(whole[place : place + len(whole) // 4])
                time.sleep(0.15)
            answer = client.answer()
            check("a request in four parts is answered", answer is not None and answer.status == 200, answer)

    def thinking():
        answer = server.predict("SLOW hm")
        check(
            "a model that is slower than the idle timeout is waited for",
            answer is not None and answer.status == 200,
            answer,
        )

    together(
        lambda: drip("a head, a byte each 0.4 s,", b"", b"GET /livez HTTP/1.1\r\nX-A: aaaaaaaaaaaa", 2.5),
        lambda: drip("a head whose lines come slowly", b"GET /livez HTTP/1.1\r\nHost: x\r\n", b"X: 1\r\n" * 20, 2.5),
        lambda: drip("a body, a byte each 0.4 s,", length, b"{" + b" " * 58, 2.5),
        lambda: drip("a chunked body, a byte each 0.4 s,", chunked, b"1\r\n \r\n" * 10, 2.5),
        lambda: drip("a chunk extension that never ends", chunked, b"1;" + b"x" * 60, 2.5),
        lambda: drip("a trailer that never ends", chunked + b"0\r\n", b"X: " + b"x" * 60, 2.5),
        lambda: silent("a connection that says nothing", b"", 0.5, 3.5),
        lambda: silent(
            "a connection without another request",
            f"GET /livez HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode(),
            1,
            4.5,
        ),
        lambda: silent("half a head", b"GET /livez HTT", 0.3, 2.5),
        lambda: silent("half a body", length + b"{", 0.3, 2.5),
        second,
        patient,
        thinking,
    )
    shape("the server lives", server.ask("GET", "/livez"), 200)


def connections(server):
    """--max-connections 20: more are closed unanswered; the others notice nothing."""
    held = [server.open(5) for _ in range(20)]
    # The last that fit are answered …
    check.equal("20 connections are answered", [client.ask("GET", "/livez").status for client in held], [200] * 20)
    refused = 0
    for _ in range(10):
        with server.open(3) as client:
            try:
                client.send(client.head("GET", "/livez"))
                if client.answer() is None:
                    refused += 1
            except OSError:
                refused += 1
    check.equal("10 more are closed unanswered", refused, 10)
    check.equal("… and the others notice nothing", [client.ask("GET", "/livez").status for client in held], [200] * 20)
    for client in held:
        client.close()

    def answered():
        try:
            return server.ask("GET", "/livez", seconds=2).status == 200
        except (OSError, AttributeError):
            return False

    check("… and there is room again", until(answered, 3))
