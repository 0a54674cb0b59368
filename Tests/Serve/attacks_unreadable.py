"""HTTP that must not be read, and what looks odd and is right."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

from rig import *


def refuses(name, server, request, statuses=(400,), second=True, either=False, silent=False, patient=False):
    """One request that HTTP forbids, and a good one behind it: one answer, then the end.

    `either`: it may also be read as RFC 9112 allows, and then the good one is answered as well. `silent`: the connection may
    be closed without an answer. `patient`: all that follows may be awaited as its body.
    """
    good = f"GET /livez HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode() if second else b""
    with server.open(1.5 if patient else 6) as client:
        try:
            client.send(request.replace(b"HOST", server.host.encode()) + good)
        except OSError:
            pass
        start = time.monotonic()
        answers = []
        try:
            while (answer := client.answer()) is not None:
                answers.append(answer)
        except TimeoutError:
            client.ended = None
        except Broken:
            # libmicrohttpd's own refusals have their head twice: what is behind the first must be no answer of ours.
            while client.read():
                pass
            if not answers or answers[0].status < 400 or b" 200 " in client.rest or b"ok\n" in client.rest:
                check(name, False, client.rest)
                return
        took, ended = time.monotonic() - start, client.ended
    found = [answer.status for answer in answers]
    if either and found and len(found) <= 2 and all(status in (200, 404, 422, 403) for status in found):
        check(name, len(found) == 2 or ended, f"{found} {ended}")
        return
    if not found and (patient or silent and ended):
        check(name, True)
        return
    right = len(found) == 1 and found[0] in statuses and ended and took < 4
    check(name, right, f"{found}, {ended or 'left open'}, {took:.1f} s")


def unreadable(server):
    # Side by side: after each the server waits a while for what its client still sends.
    with ThreadPoolExecutor(12) as pool:
        attack(server, lambda *values, **named: pool.submit(refuses, *values, **named))


def attack(server, refused):
    body = b'{"question":"hm"}'
    head = b"POST /predict HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\n"
    length = b"Content-Length: 17\r\n"
    chunked = b"11\r\n" + body + b"\r\n0\r\n\r\n"

    def post(name, lines, body=body, **more):
        refused(name, server, head + lines + b"\r\n" + body, **more)

    def get(name, lines, **more):
        refused(name, server, b"GET /livez HTTP/1.1\r\nHost: HOST\r\n" + lines + b"\r\n", **more)

    def target(name, text, **more):
        refused(name, server, b"GET " + text + b" HTTP/1.1\r\nHost: HOST\r\n\r\n", **more)

    coding = dict(statuses=(400, 501))
    post("Content-Length and Transfer-Encoding", length + b"Transfer-Encoding: chunked\r\n", chunked)
    post("Transfer-Encoding and Content-Length", b"Transfer-Encoding: chunked\r\n" + length, chunked)
    post("Transfer-Encoding: gzip beside Content-Length", b"Transfer-Encoding: gzip\r\n" + length, **coding)
    post("two Content-Length that differ", length + b"Content-Length: 3\r\n")
    post("two Content-Length that are the same", length + length)
    for value in [
        "+17",
        "-17",
        "17, 17",
        "17,17",
        "0x11",
        "1 7",
        "",
        "1e1",
        "17.0",
        "99999999999999999999999",
        "18446744073709551633",
        "٣",
        "17;x",
        "-0",
        "_1",
    ]:
        # What is a number, and too large, may be called so.
        statuses = (400, 413) if value.isascii() and value.isdigit() else (400,)
        post(f"Content-Length: {value!r}", f"Content-Length: {value}\r\n".encode(), statuses=statuses)
    post("Content-Length with a NUL", b"Content-Length: 17\0\r\n")
    for value in [
        "gzip",
        "chunked, gzip",
        "gzip, chunked",
        "identity",
        "xchunked",
        "chunked, chunked",
        "chunked;q=1",
        "chunked,",
        ",chunked",
        '"chunked"',
        "",
        "chunked\x0b",
    ]:
        post(f"Transfer-Encoding: {value!r}", f"Transfer-Encoding: {value}\r\n".encode(), chunked, **coding)
    for second in ["chunked", "identity", "gzip", "x"]:
        post(
            f"Transfer-Encoding twice, then {second}",
            f"Transfer-Encoding: chunked\r\nTransfer-Encoding: {second}\r\n".encode(),
            chunked,
            **coding,
        )
        post(
            f"Transfer-Encoding twice, first {second}",
            f"Transfer-Encoding: {second}\r\nTransfer-Encoding: chunked\r\n".encode(),
            chunked,
            **coding,
        )
    post("Transfer-Encoding with white space before its colon", b"Transfer-Encoding : chunked\r\n", chunked, **coding)
    post("Content-Length with white space before its colon", b"Content-Length : 17\r\n")
    post("Content-Length with a tab before its colon", b"Content-Length\t: 17\r\n")
    post("a Transfer-Encoding folded", b"Transfer-Encoding:\r\n chunked\r\n", chunked, statuses=(400, 501), either=True)
    refused(
        "Transfer-Encoding in HTTP/1.0",
        server,
        head.replace(b"1.1", b"1.0") + b"Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked,
        statuses=(400, 501),
    )
    sizes = [
        "+11",
        "-11",
        "0x11",
        " 11",
        "11 ",
        "11\t",
        "1 1",
        "g",
        "",
        "FFFFFFFFFFFFFFFFFF",
        "10000000000000011",
        "8000000000000011",
        "FFFFFFFFFFFFFFFF",
        "1_1",
        "11\0",
        "１１",
    ]
    for size in sizes:
        # Two fit in 64 bits: they are too large, or what follows is awaited as the chunk.
        post(
            f"a chunk of size {size!r}",
            b"Transfer-Encoding: chunked\r\n",
            size.encode() + b"\r\n" + body + b"\r\n0\r\n\r\n",
            statuses=(400, 413),
            patient=size in ("8000000000000011", "FFFFFFFFFFFFFFFF"),
        )
    post(
        "a chunk size ended by a bare LF",
        b"Transfer-Encoding: chunked\r\n",
        b"11\n" + body + b"\r\n0\r\n\r\n",
        either=True,
    )
    post("a chunk without a line end behind it", b"Transfer-Encoding: chunked\r\n", b"11\r\n" + body + b"0\r\n\r\n")
    post("a chunk longer than its size", b"Transfer-Encoding: chunked\r\n", b"10\r\n" + body + b"\r\n0\r\n\r\n")
    post(
        "chunks whose extension holds a bare LF",
        b"Transfer-Encoding: chunked\r\n",
        b"11;a\nb\r\n" + body + b"\r\n0\r\n\r\n",
        either=True,
    )

    refused("no Host in 1.1", server, b"GET /livez HTTP/1.1\r\n\r\n")
    get("two Host", b"Host: evil.example\r\n")
    get("two Host that are the same", b"Host: HOST\r\n")
    for absolute in [
        b"http://HOST/livez",
        b"http://evil.example/livez",
        b"HTTP://HOST/livez",
        b"https://HOST/livez",
        b"file:///etc/passwd",
    ]:
        target(f"an absolute target {absolute.decode()}", absolute)
    target("a target that is an authority", b"evil.example:80", statuses=(400, 404))
    target("a target without a slash", b"livez", statuses=(400, 404))
    target("a target *", b"*", statuses=(400, 404))
    refused(
        "CONNECT", server, b"CONNECT evil.example:443 HTTP/1.1\r\nHost: HOST\r\n\r\n", statuses=(400, 404, 405, 501)
    )
    for line in [
        b"X-A : 1",
        b"X-A\t: 1",
        b"X A: 1",
        b": 1",
        b" : 1",
        b"no colon",
        b"\0X: 1",
        b"X\0: 1",
        b"X: a\0b",
        b"X: \0",
        b"X: a\rb",
        b"X: a\r\r",
        b"X: a\r",
    ]:
        get(f"a header {line!r}", line + b"\r\n")
    refused("white space before the first header's name", server, b"GET /livez HTTP/1.1\r\n Host: HOST\r\n\r\n")
    get("a folded header", b"X-A: a\r\n b\r\n", either=True)
    get("a header folded with a tab", b"X-A: a\r\n\tb\r\n", either=True)
    get("a fold that hides a length", b"X-A: a\r\n Content-Length: 50\r\n", either=True)
    get("a bare LF behind a header", b"X-A: a\n", either=True)
    get("a bare LF that hides a length", b"X-A: a\nContent-Length: 30\n", either=True)
    refused("bare LF everywhere", server, b"GET /livez HTTP/1.1\nHost: HOST\n\n", either=True)
    refused("an empty line before the request", server, b"\r\nGET /livez HTTP/1.1\r\nHost: HOST\r\n\r\n", either=True)
    for text in [b"/livez%zz", b"/livez%", b"/livez%4", b"/%00", b"/livez%00", b"/%g0", b"/livez%00/x"]:
        target(f"a target {text.decode()}", text)
    target("NUL in a target", b"/li\0vez", either=True)
    target("a CR in a target", b"/li\rvez", either=True)
    target("a space in a target", b"/li vez", either=True, silent=True)
    target("letters beyond ASCII in a target", "/é".encode(), either=True)
    target("a target of 9,000 bytes", b"/" + b"a" * 9000, statuses=(414,))
    target("a query of 9,000 bytes", b"/livez?" + b"a" * 9000, statuses=(414,))
    target("a target of 60,000 bytes", b"/" + b"a" * 60000, statuses=(414, 431))
    get("a head of more than 32 KiB", b"X-A: " + b"a" * 33000 + b"\r\n", statuses=(431,))
    get("101 fields more", b"".join(b"X-%d: 1\r\n" % place for place in range(101)), statuses=(431,))
    get("10,000 fields", b"X: 1\r\n" * 10000, statuses=(431,))
    refused(
        "a method of 40,000 letters",
        server,
        b"A" * 40000 + b" / HTTP/1.1\r\nHost: HOST\r\n\r\n",
        statuses=(400, 405, 414, 431, 501),
    )
    for version in [b"2.0", b"3.0", b"9.9"]:
        refused(
            f"HTTP/{version.decode()}",
            server,
            b"GET /livez HTTP/" + version + b"\r\nHost: HOST\r\n\r\n",
            statuses=(505,),
        )
    for version in [
        b"HTTP/1",
        b"HTTP/1.1.1",
        b"HTTP/11",
        b"http/1.1",
        b"HTTP /1.1",
        b"HTTP/-1.1",
        b"XTTP/1.1",
        b"HTTP/1.x",
        b"1.1",
    ]:
        refused(
            f"a version {version.decode()}",
            server,
            b"GET /livez " + version + b"\r\nHost: HOST\r\n\r\n",
            statuses=(400, 505),
        )
    refused("HTTP/2's preface", server, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", statuses=(400, 505), second=False)
    refused(
        "a TLS hello",
        server,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) + b"\r\n\r\n",
        second=False,
        silent=True,
    )
    refused("no request line", server, b"\x01\x02\x03\r\n\r\n", silent=True)
    refused(
        "a flood of head without end",
        server,
        b"GET /livez HTTP/1.1\r\nHost: HOST\r\n" + b"X-Flood: " + b"f" * 8_000_000,
        statuses=(431,),
        second=False,
    )
    # The last is a request, whole and right, inside the body of one that is refused.
    inner = (
        b"POST /predict HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\nContent-Length: 22\r\n\r\n"
        + b'{"question":"SMUGGLED"}'
    )
    post(
        "a request in the body of a smuggling one",
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"0\r\n\r\n" + inner,
    )


def readable(server):
    """What looks odd and is right."""
    with server.open() as client:
        client.send(client.head("GET", "/livez", X_Odd="\xff\xfe\x80 caf\xe9"))
        shape("letters beyond ASCII in a header's value", client.answer(), 200)
    shape("a target of 8,192 bytes", server.ask("GET", "/" + "a" * 8191), 404)
    shape("a head of 30 KiB", server.ask("GET", "/livez", X_Long="a" * 30000), 200)
    shape("90 fields", server.ask("GET", "/livez", **{f"X_{place}": "1" for place in range(90)}), 200)
    shape("a path with an escape", server.ask("GET", "/%6civez"), 200)
    shape("a path is decoded once", server.ask("GET", "/%256civez"), 404)
    with server.open() as client:
        body = b'{"question":"chunked"}'
        client.send(client.head("POST", "/predict", Content_Type=JSON, Transfer_Encoding="chunked"))
        for place in range(len(body)):
            client.send(
                b"1;x=y\r\n" + body[place : place + 1] + b"\r\n"
                if place % 2
                else b"001\r\n" + body[place : place + 1] + b"\r\n"
            )
        client.send(b"0\r\nX-Trailer: 1\r\n\r\n")
        answer = shape("a chunked body, a byte each, with a trailer", client.answer(), 200)
        check.equal("… is read whole", answer.json["data"]["answer"], "answer to chunked")
        shape("… and the connection goes on", client.ask("GET", "/livez"), 200)
    with server.open() as client:
        shapes = [client.ask("GET", "/livez").status for _ in range(60)]
        check.equal("60 requests on one connection", shapes, [200] * 60)
    with server.open() as client:
        parts = [client.head("GET", "/livez", X_Request_Id=f"p{place}") for place in range(20)]
        body = b'{"question":"piped"}'
        parts.insert(10, client.head("POST", "/predict", len(body), Content_Type=JSON, X_Request_Id="the.post") + body)
        client.send(b"".join(parts))
        found = [client.answer()["x-request-id"] for _ in parts]
        wanted = [f"p{place}" for place in range(20)]
        wanted.insert(10, "the.post")
        check.equal("21 requests sent at once are answered in order", found, wanted)
    for version, keeps in (("1.0", False), ("1.1", True)):
        with server.open(5) as client:
            client.send(client.head("GET", "/livez", version=version))
            answers, ended = client.everything(0.7)
            check(
                f"HTTP/{version} {'keeps' if keeps else 'closes'} its connection",
                len(answers) == 1 and answers[0].status == 200 and (ended is None) == keeps,
                f"{answers} {ended}",
            )
    with server.open(5) as client:
        client.send(client.head("GET", "/livez", Connection="close"))
        answers, ended = client.everything()
        check(
            "Connection: close closes",
            len(answers) == 1 and ended == "closed" and answers[0].closes,
            f"{answers} {ended}",
        )
    with server.open(5) as client:
        body = b'{"question":"old"}'
        client.send(client.head("POST", "/predict/stream", len(body), version="1.0", Content_Type=JSON) + body)
        answer = client.answer()
        check(
            "a stream for HTTP/1.0 is not chunked",
            answer.status == 200 and answer["transfer-encoding"] is None and answer.text.endswith("data: [DONE]\n\n"),
            answer,
        )
    with server.open(5) as client:
        body = b'{"question":"waits"}'
        client.send(client.head("POST", "/predict", len(body), Content_Type=JSON, Expect="100-continue"))
        first = client.answer()
        check("Expect: 100-continue is told to go on", first is not None and first.status == 100, first)
        client.send(body)
        shape("… and answered", client.answer(), 200)
    with server.open(5) as client:
        client.send(client.head("POST", "/predict", 3_000_000, Content_Type=JSON, Expect="100-continue"))
        answer = client.answer()
        check(
            "Expect: 100-continue of a body that is too large is refused at once",
            answer is not None and answer.status == 413,
            answer,
        )
