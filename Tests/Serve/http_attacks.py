#!/usr/bin/env python3
"""Attacks `dspy-swift serve` over raw sockets: hostile HTTP, foreign hosts and origins, tokens, refusals, limits, random bodies.

    Tests/Serve/http_attacks.py --tool dspy-swift --mock mock-model-server [--only NAME]
"""

import json
import os
import random
import re
import tempfile
import time

from rig import *

parser = options(__doc__.splitlines()[0])
parser.add_argument("--only", default="", help="run only the groups whose name holds this")
arguments = parsed(parser)
ALLOWED, ORIGIN = "served.example", "https://app.example"
OPEN = ["/livez", "/readyz", "/ping", "/health", "/"]
INPUTS = "question: str, n: int, flag: bool, x: float, names: list[str], table: dict[str, int], kind: Literal['a', 'b']"
TYPED = json.dumps({"name": "typed", "signature": INPUTS + " -> answer: str"})
GOOD = {"question": "hm", "n": 1, "flag": True, "x": 0.5, "names": ["a"], "table": {"a": 1}, "kind": "a"}


def shape(name, answer, status, **more):
    """The headers of §2 on an answer."""
    if not check(f"{name}: {status}", answer is not None and answer.status == status, answer):
        return answer
    wrong = []
    if answer["server"] != "dspy-swift":
        wrong.append(f"Server is {answer['server']}")
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,128}", answer["x-request-id"] or ""):
        wrong.append(f"X-Request-Id is {answer['x-request-id']}")
    if answer["x-content-type-options"] != "nosniff":
        wrong.append("no nosniff")
    if (answer["content-type"] or "").startswith(JSON):
        if answer["content-type"] != JSON or answer.json is None:
            wrong.append("no JSON")
        elif answer.text != json.dumps(answer.json, ensure_ascii=False, separators=(",", ":")) and "." not in answer.text:
            wrong.append("spaces or escapes in its JSON")
        if answer["content-length"] is None:
            wrong.append("no Content-Length")
    for key, value in more.items():
        if answer[key.replace("_", "-")] != value:
            wrong.append(f"{key} is {answer[key.replace('_', '-')]!r}, not {value!r}")
    if wrong:
        check(f"{name}: its headers and body are those of §2", False, f"{wrong} {answer}")
    return answer


# ---- Unreadable HTTP


def refused(name, server, request, statuses=(400,), second=True, either=False):
    """One request that HTTP forbids, and a good one behind it: one answer, then the end.

    `either`: it may also be read as RFC 9112 allows, and then the good one is answered as well.
    """
    good = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n".replace(b"x", server.host.encode(), 1) if second else b""
    with server.open(6) as client:
        try:
            client.send(request.replace(b"HOST", server.host.encode()) + good)
        except OSError:
            pass
        start = time.monotonic()
        try:
            answers, ended = client.everything()
        except (Broken, TimeoutError) as error:
            check(name, False, f"{error!r}")
            return
        took = time.monotonic() - start
    found = [answer.status for answer in answers]
    if either and len(found) <= 2 and found and all(status in (200, 404, 422, 403) for status in found):
        check(name, len(found) == 2 or ended, f"{found} {ended}")
        return
    check(name, len(found) == 1 and found[0] in statuses and ended and took < 4, f"{found}, {ended or 'left open'}, {took:.1f} s")


def unreadable(server):
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
    for value in ["+17", "-17", "17, 17", "17,17", "0x11", "1 7", "", "1e1", "17.0", "99999999999999999999999", "18446744073709551633", "٣", "17;x", "-0", "_1"]:
        post(f"Content-Length: {value!r}", f"Content-Length: {value}\r\n".encode())
    post("Content-Length with a NUL", b"Content-Length: 17\0\r\n")
    for value in ["gzip", "chunked, gzip", "gzip, chunked", "identity", "xchunked", "chunked, chunked", "chunked;q=1", "chunked,", ",chunked", '"chunked"', "", "chunked\x0b"]:
        post(f"Transfer-Encoding: {value!r}", f"Transfer-Encoding: {value}\r\n".encode(), chunked, **coding)
    for second in ["chunked", "identity", "gzip", "x"]:
        post(f"Transfer-Encoding twice, then {second}", f"Transfer-Encoding: chunked\r\nTransfer-Encoding: {second}\r\n".encode(), chunked, **coding)
        post(f"Transfer-Encoding twice, first {second}", f"Transfer-Encoding: {second}\r\nTransfer-Encoding: chunked\r\n".encode(), chunked, **coding)
    post("Transfer-Encoding with white space before its colon", b"Transfer-Encoding : chunked\r\n", chunked, **coding)
    post("Content-Length with white space before its colon", b"Content-Length : 17\r\n")
    post("Content-Length with a tab before its colon", b"Content-Length\t: 17\r\n")
    post("a Transfer-Encoding folded", b"Transfer-Encoding:\r\n chunked\r\n", chunked, statuses=(400, 501), either=True)
    refused("Transfer-Encoding in HTTP/1.0", server, head.replace(b"1.1", b"1.0") + b"Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked, statuses=(400, 501))
    sizes = ["+11", "-11", "0x11", " 11", "11 ", "11\t", "1 1", "g", "", "FFFFFFFFFFFFFFFFFF", "10000000000000011", "8000000000000011",
             "FFFFFFFFFFFFFFFF", "1_1", "11\0", "１１"]
    for size in sizes:
        post(f"a chunk of size {size!r}", b"Transfer-Encoding: chunked\r\n", size.encode() + b"\r\n" + body + b"\r\n0\r\n\r\n", statuses=(400, 413))
    post("a chunk size ended by a bare LF", b"Transfer-Encoding: chunked\r\n", b"11\n" + body + b"\r\n0\r\n\r\n", either=True)
    post("a chunk without a line end behind it", b"Transfer-Encoding: chunked\r\n", b"11\r\n" + body + b"0\r\n\r\n")
    post("a chunk longer than its size", b"Transfer-Encoding: chunked\r\n", b"10\r\n" + body + b"\r\n0\r\n\r\n")
    post("chunks whose extension holds a bare LF", b"Transfer-Encoding: chunked\r\n", b"11;a\nb\r\n" + body + b"\r\n0\r\n\r\n", either=True)

    refused("no Host in 1.1", server, b"GET /livez HTTP/1.1\r\n\r\n")
    get("two Host", b"Host: evil.example\r\n")
    get("two Host that are the same", b"Host: HOST\r\n")
    for absolute in [b"http://HOST/livez", b"http://evil.example/livez", b"HTTP://HOST/livez", b"https://HOST/livez", b"file:///etc/passwd"]:
        target(f"an absolute target {absolute.decode()}", absolute)
    target("a target that is an authority", b"evil.example:80", statuses=(400, 404))
    target("a target without a slash", b"livez", statuses=(400, 404))
    target("a target *", b"*", statuses=(400, 404))
    refused("CONNECT", server, b"CONNECT evil.example:443 HTTP/1.1\r\nHost: HOST\r\n\r\n", statuses=(400, 404, 405, 501))
    for line in [b"X-A : 1", b"X-A\t: 1", b"X A: 1", b": 1", b" : 1", b"no colon", b"\0X: 1", b"X\0: 1", b"X: a\0b", b"X: \0", b"X: a\rb", b"X: a\r\r", b"X: a\r"]:
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
    target("a space in a target", b"/li vez", either=True)
    target("letters beyond ASCII in a target", "/é".encode(), either=True)
    target("a target of 9,000 bytes", b"/" + b"a" * 9000, statuses=(414,))
    target("a query of 9,000 bytes", b"/livez?" + b"a" * 9000, statuses=(414,))
    target("a target of 60,000 bytes", b"/" + b"a" * 60000, statuses=(414, 431))
    get("a head of more than 32 KiB", b"X-A: " + b"a" * 33000 + b"\r\n", statuses=(431,))
    get("101 fields more", b"".join(b"X-%d: 1\r\n" % place for place in range(101)), statuses=(431,))
    get("10,000 fields", b"X: 1\r\n" * 10000, statuses=(431,))
    refused("a method of 40,000 letters", server, b"A" * 40000 + b" / HTTP/1.1\r\nHost: HOST\r\n\r\n", statuses=(400, 405, 414, 431, 501))
    for version in [b"2.0", b"3.0", b"9.9"]:
        refused(f"HTTP/{version.decode()}", server, b"GET /livez HTTP/" + version + b"\r\nHost: HOST\r\n\r\n", statuses=(505,))
    for version in [b"HTTP/1", b"HTTP/1.1.1", b"HTTP/11", b"http/1.1", b"HTTP /1.1", b"HTTP/-1.1", b"XTTP/1.1", b"HTTP/1.x", b"1.1"]:
        refused(f"a version {version.decode()}", server, b"GET /livez " + version + b"\r\nHost: HOST\r\n\r\n", statuses=(400, 505))
    refused("HTTP/2's preface", server, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", statuses=(400, 505), second=False)
    refused("a TLS hello", server, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) + b"\r\n\r\n", second=False)
    refused("no request line", server, b"\x01\x02\x03\r\n\r\n")
    refused("a flood of head without end", server, b"GET /livez HTTP/1.1\r\nHost: HOST\r\n" + b"X-Flood: " + b"f" * 8_000_000, statuses=(431,), second=False)
    # The last is a request, whole and right, inside the body of one that is refused.
    inner = b"POST /predict HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\nContent-Length: 22\r\n\r\n" + b'{"question":"SMUGGLED"}'
    post("a request in the body of a smuggling one", b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n" + inner)


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
            client.send(b"1;x=y\r\n" + body[place : place + 1] + b"\r\n" if place % 2 else b"001\r\n" + body[place : place + 1] + b"\r\n")
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
            check(f"HTTP/{version} {'keeps' if keeps else 'closes'} its connection", len(answers) == 1 and answers[0].status == 200 and (ended is None) == keeps, f"{answers} {ended}")
    with server.open(5) as client:
        client.send(client.head("GET", "/livez", Connection="close"))
        answers, ended = client.everything()
        check("Connection: close closes", len(answers) == 1 and ended == "closed" and answers[0].closes, f"{answers} {ended}")
    with server.open(5) as client:
        body = b'{"question":"old"}'
        client.send(client.head("POST", "/predict/stream", len(body), version="1.0", Content_Type=JSON) + body)
        answer = client.answer()
        check("a stream for HTTP/1.0 is not chunked", answer.status == 200 and answer["transfer-encoding"] is None and answer.text.endswith("data: [DONE]\n\n"), answer)
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
        check("Expect: 100-continue of a body that is too large is refused at once", answer is not None and answer.status == 413, answer)


# ---- Hosts, origins, tokens


def hosts(server):
    port = server.port
    for host in ["127.0.0.1", f"127.0.0.1:{port}", "127.0.0.1:1", "localhost", "LOCALHOST:99", "[::1]", f"[::1]:{port}", ALLOWED, ALLOWED.upper(), f"{ALLOWED}:8443"]:
        with server.open() as client:
            client.send(client.head("GET", "/livez", host=host))
            shape(f"Host: {host}", client.answer(), 200)
    for host in ["evil.example", "127.0.0.1.evil.example", "evil-127.0.0.1", "xlocalhost", "localhost.evil.example", f"{ALLOWED}.evil", f"x.{ALLOWED}", f"x{ALLOWED}",
                 "localhost@evil.example", "evil.example:80@localhost", "localhost:80:80", "localhost:x", "localhost, evil.example", "localhost evil", "[::1].evil", "::1", "[::2]",
                 "127.0.0.2", "0.0.0.0", "2130706433", "localhost/", "localhost#", "localhost?", "*", ".", "%6cocalhost", "[::1"]:
        with server.open(5) as client:
            client.send(client.head("GET", "/livez", host=host))
            answer = client.answer()
            check(f"Host: {host} is refused", answer is not None and answer.status in (400, 403), answer)
    with server.open(5) as client:
        client.send(b"GET /livez HTTP/1.1\r\nHost:\r\n\r\n")
        answer = client.answer()
        check("an empty Host is refused", answer is not None and answer.status in (400, 403), answer)
    with server.open() as client:
        client.send(client.head("POST", "/predict", 2, host="evil.example", Content_Type=JSON) + b"{}")
        answer = shape("a foreign Host on /predict", client.answer(), 403)
        check.equal("… its body", answer.json, {"detail": "Host not allowed"})


def origins(server, cors, everyone):
    host = server.host
    for origin in [f"http://{host}", f"https://{host}"]:
        answer = shape(f"Origin: {origin}", server.predict("hm", Origin=origin), 200)
    for origin in ["http://evil.example", "null", f"http://{host}.evil.example", "http://127.0.0.1", f"ftp://{host}", host, "", f"http://{host}/", f"http://x@{host}", f"http://{host}, http://evil.example", ORIGIN, f"http://{host} "[:-1] + "0"]:
        answer = shape(f"Origin: {origin} is refused", server.predict("hm", Origin=origin), 403)
        check("… in the route's shape", set(answer.json or {}) == {"detail"}, answer)
    with server.open() as client:
        client.send(f"POST /predict HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nOrigin: http://evil.example\r\nContent-Type: {JSON}\r\nContent-Length: 2\r\n\r\n{{}}")
        answer = client.answer()
        check("two Origins are refused", answer.status in (400, 403), answer)
    answer = server.ask("OPTIONS", "/predict", Origin=ORIGIN, Access_Control_Request_Method="POST")
    check("a preflight without --cors gives no leave", answer.status in (403, 405) and not [1 for key, _ in answer.headers if key.startswith("access-control")], answer)
    shape("OPTIONS without --cors", server.ask("OPTIONS", "/predict"), 405)

    asked = dict(Access_Control_Request_Method="POST", Access_Control_Request_Headers="authorization, content-type")
    for path in ["/predict", "/qa/predict/stream", "/programs"]:
        answer = shape(f"a preflight of {path}", cors.ask("OPTIONS", path, Origin=ORIGIN, **asked), 204, access_control_allow_origin=ORIGIN, access_control_max_age="600")
        check("… varies by Origin", "origin" in (answer["vary"] or "").lower(), answer)
        methods = {one.strip() for one in (answer["access-control-allow-methods"] or "").split(",")}
        check("… allows GET and POST", {"GET", "POST"} <= methods, answer)
        headers = {one.strip().lower() for one in (answer["access-control-allow-headers"] or "").split(",")}
        check.equal("… allows the headers of §10", headers, {"authorization", "content-type", "x-request-id", "mcp-protocol-version"})
    for origin in ["https://evil.example", "null", ORIGIN + ".evil", "http://app.example", "https://app.example:8443"]:
        answer = cors.ask("OPTIONS", "/predict", Origin=origin, **asked)
        check(f"a preflight from {origin} gives no leave", answer.status == 403 and answer["access-control-allow-origin"] is None, answer)
        answer = cors.predict("hm", Origin=origin, Authorization=f"Bearer {TOKEN}")
        check(f"a request from {origin} with --cors for another", answer.status == 403 and answer["access-control-allow-origin"] is None, answer)
    answer = shape("a request from the allowed origin", cors.predict("hm", Origin=ORIGIN, Authorization=f"Bearer {TOKEN}"), 200, access_control_allow_origin=ORIGIN)
    check("… varies by Origin", "origin" in (answer["vary"] or "").lower(), answer)
    answer = shape("a refusal of the allowed origin", cors.ask("POST", "/predict", {}, Origin=ORIGIN, Authorization=f"Bearer {TOKEN}"), 422, access_control_allow_origin=ORIGIN)
    answer = shape("a request without its token from the allowed origin", cors.predict("hm", Origin=ORIGIN), 401, access_control_allow_origin=ORIGIN)
    answer = cors.predict("hm", "/predict/stream", Origin=ORIGIN, Authorization=f"Bearer {TOKEN}")
    check("a stream for the allowed origin", answer.status == 200 and answer["access-control-allow-origin"] == ORIGIN, answer)
    answer = everyone.predict("hm", Origin="https://any.example")
    check("--cors '*' is every origin", answer.status == 200 and answer["access-control-allow-origin"] in ("*", "https://any.example"), answer)
    answer = everyone.ask("OPTIONS", "/predict", Origin="https://any.example", **asked)
    check("… in a preflight too", answer.status == 204 and answer["access-control-allow-origin"] in ("*", "https://any.example"), answer)


def tokens(server):
    def ask(value, path="/predict", **headers):
        return server.predict("hm", path, Authorization=value, **headers)

    for value in [f"Bearer {TOKEN}", f"bearer {TOKEN}", f"BEARER {TOKEN}"]:
        shape(f"Authorization: {value.split()[0]} and the token", ask(value), 200)
    wrong = {
        "no token": None, "another token": "Bearer another-token-of-some-length", "the token's beginning": f"Bearer {TOKEN[:-1]}", "more than the token": f"Bearer {TOKEN}x",
        "the token in capitals": f"Bearer {TOKEN.upper()}", "the token without a scheme": TOKEN, "Basic": f"Basic {TOKEN}", "an empty token": "Bearer ", "an empty header": "",
        "Bearer alone": "Bearer", "no space": f"Bearer{TOKEN}", "a comma": f"Bearer {TOKEN}, Bearer x", "quotes": f'Bearer "{TOKEN}"', "a letter more in front": f"Bearer x{TOKEN}",
        "10,000 letters": "Bearer " + "x" * 10000,
    }
    for name, value in wrong.items():
        answer = shape(f"401 with {name}", ask(value), 401, www_authenticate="Bearer")
        check("… in the route's shape", set(answer.json or {}) == {"detail"}, answer)
    for query in [f"token={TOKEN}", f"access_token={TOKEN}", f"authorization=Bearer%20{TOKEN}", f"api_key={TOKEN}"]:
        shape(f"401 with ?{query.partition('=')[0]}=", ask(None, f"/predict?{query}"), 401)
    shape("401 with a cookie", ask(None, Cookie=f"token={TOKEN}"), 401)
    shape("401 with X-Api-Key", ask(None, X_Api_Key=TOKEN), 401)
    for values in [(TOKEN, "x"), ("x", TOKEN), (TOKEN, TOKEN)]:
        with server.open() as client:
            lines = "".join(f"Authorization: Bearer {value}\r\n" for value in values)
            client.send(f"POST /predict HTTP/1.1\r\nHost: {server.host}\r\n{lines}Content-Type: {JSON}\r\nContent-Length: 17\r\n\r\n" + '{"question":"hm"}')
            answer = client.answer()
            check(f"two Authorization headers, {'right' if values[0] == TOKEN else 'wrong'} then {'right' if values[1] == TOKEN else 'wrong'}", answer.status in (400, 401) or values[0] == values[1] and answer.status == 200, answer)
    for path in ["/livez", "/readyz", "/ping", "/health", "/"]:
        shape(f"{path} is open", server.ask("GET", path), 200)
    for path in ["/programs", "/version", "/nothing", "/qa/nothing", "/metrics"]:
        shape(f"{path} is not", server.ask("GET", path), 401)


# ---- Routes and refusals


def routes(server):
    for path, kind, body in [("/livez", "text/plain; charset=utf-8", "ok\n"), ("/readyz", "text/plain; charset=utf-8", "ready\n"), ("/ping", "text/plain; charset=utf-8", "\n"), ("/health", "text/plain; charset=utf-8", "\n")]:
        answer = shape(f"GET {path}", server.ask("GET", path), 200, content_type=kind)
        check.equal("… its body", answer.text, body)
        head = shape(f"HEAD {path}", server.ask("HEAD", path), 200, content_type=kind)
        check.equal("… has the length of GET", head["content-length"], answer["content-length"])
    for path in ["/version", "/qa/version", "/typed/version"]:
        answer = shape(f"GET {path}", server.ask("GET", path), 200, content_type="text/plain; charset=utf-8")
        check("… is a version without line end", re.fullmatch(r"\d+\.\d+\.\d+", answer.text), answer)
    answer = shape("GET /programs", server.ask("GET", "/programs"), 200, content_type=JSON)
    names = [(one["name"], set(one), one["branches"]) for one in answer.json["programs"]]
    keys = {"name", "description", "inputs", "outputs", "branches"}
    check.equal("… its programs", names, [("qa", keys, []), ("typed", keys, []), ("deep", keys, []), ("views", keys, ["depth", "breadth"])])
    with server.open() as client:
        client.request("HEAD", "/livez")
        client.request("GET", "/livez")
        first, second = client.answer("HEAD"), client.answer()
        check("HEAD has no body", first.status == 200 and second.status == 200 and second.text == "ok\n", f"{first} {second}")
    posts = [f"{name}/predict{end}" for name in ("", "/qa", "/typed") for end in ("", "/stream", "/batch")]
    for path in posts:
        for method in ["GET", "HEAD", "PUT", "DELETE", "PATCH", "BREW"]:
            answer = shape(f"{method} {path}", server.ask(method, path), 405, allow="POST")
            if method != "HEAD":
                check.equal("… its body", answer.json, {"detail": "Method Not Allowed"})
    for path in ["/livez", "/readyz", "/ping", "/health", "/version", "/programs", "/qa/ping", "/qa/version"]:
        answer = shape(f"POST {path}", server.ask("POST", path, {}), 405)
        check.equal("… Allow", {one.strip() for one in (answer["allow"] or "").split(",")}, {"GET", "HEAD"})
    for path in ["/predict/", "/livez/", "/Predict", "/qa", "/qa/", "//predict", "/nothing", "/other/predict", "/predict/streams", "/qa/qa/predict", "/../predict", "/qa/../predict", "/assets/../livez",
                 "/assets/%2e%2e/livez", "/assets/..%2f..%2fetc%2fpasswd", "/etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/.", "/predict;x", "/predict%20", "/predict%2fstream%2f"]:
        answer = shape(f"POST {path}", server.ask("POST", path, {"question": "hm"}), 404)
        check.equal("… its body", answer.json, {"detail": "Not Found"})
    shape("query keys that nobody knows", server.ask("POST", "/predict?a=1&raw=&b", {"question": "hm"}), 200)


def ids(server):
    for value in ["a", "A.b_c-9", "x" * 128]:
        check.equal(f"X-Request-Id of {len(value)} letters comes back", server.ask("GET", "/livez", X_Request_Id=value)["x-request-id"], value)
    made = set()
    for value in [None, "", "x" * 129, "a b", "a/b", "é", "a%0d%0aX: y", "a;b", "<script>", "a,b", "\t", '"a"']:
        if value is not None:
            value = value.encode().decode("latin-1")
        with server.open() as client:
            client.send(client.head("GET", "/livez", **({} if value is None else {"X_Request_Id": value})))
            found = client.answer()["x-request-id"]
        check(f"X-Request-Id {value!r:.40} is replaced", found != value and re.fullmatch(r"[A-Za-z0-9._-]{1,128}", found or ""), found)
        made.add(found)
    check.equal("… each time by a new one", len(made), 12)
    # Letters that end a line elsewhere, and what stands behind them.
    for value in [b"a\nSet-Cookie: x=1", b"a\r Set-Cookie: x=1", b"a\r\n Set-Cookie: x=1", b"a\x0bSet-Cookie: x=1", b"a\x85Set-Cookie: x=1"]:
        with server.open(4) as client:
            client.send(f"GET /livez HTTP/1.1\r\nHost: {server.host}\r\nX-Request-Id: ".encode() + value + b"\r\nConnection: close\r\n\r\n")
            answers, ended = client.everything()
            check(f"X-Request-Id {value!r} sets no header", len(answers) == 1 and ended and answers[0]["set-cookie"] is None, f"{answers} {ended}")
    for method, path, body in [("POST", "/predict", {}), ("POST", "/predict", {"question": "FAIL500"}), ("POST", "/nothing", {}), ("GET", "/predict", None), ("POST", "/predict/stream", {"question": "hm"}), ("POST", "/predict/batch", [])]:
        check.equal(f"the id of {method} {path} comes back", server.ask(method, path, body, X_Request_Id="my.id-1")["x-request-id"], "my.id-1")


def order(server, secured):
    """One request with several faults: the first of §2's order counts."""
    big = dict(Content_Length="9000000")

    def raw(target, name, status, method="POST", path="/predict", host=None, body=b"", **headers):
        with target.open(5) as client:
            client.send(client.head(method, path, None, host=host, **headers) + body)
            answer = client.answer()
        check(f"order: {name}: {status}", answer is not None and answer.status == status, answer)
        return answer

    bearer = dict(Authorization=f"Bearer {TOKEN}")
    raw(secured, "bad HTTP before a foreign Host", 400, host="evil.example", X__A="1\0")
    raw(secured, "a foreign Host before a foreign Origin", 403, host="evil.example", Origin="https://evil.example", Content_Length="0")
    raw(secured, "a foreign Host before an open route", 403, "GET", "/livez", host="evil.example")
    raw(secured, "an open route before a foreign Origin", 200, "GET", "/livez", Origin="https://evil.example")
    answer = raw(secured, "a foreign Origin before the token", 403, Origin="https://evil.example", Content_Length="0")
    check("… tells no way to a token", answer["www-authenticate"] is None, answer)
    raw(secured, "the token before an unknown route", 401, path="/nothing", Content_Length="0")
    raw(secured, "the token before the method", 401, "GET")
    raw(secured, "the token before the size", 401, **big)
    raw(secured, "an unknown route before the size", 404, path="/nothing", **big, **bearer)
    raw(secured, "the method before the size", 405, "PUT", **big, **bearer)
    raw(secured, "the size before the type", 413, Content_Type="text/plain", **big, **bearer)
    raw(secured, "the type before the body", 415, Content_Type="text/plain", Content_Length="1", body=b"x", **bearer)
    raw(secured, "the body at last", 422, Content_Type=JSON, Content_Length="1", body=b"x", **bearer)


def sizes(server):
    with server.open(5) as client:
        client.send(client.head("POST", "/predict", 2_097_153, Content_Type=JSON))
        answer = shape("413 for a Content-Length beyond --max-body", client.answer(), 413)
        check("… closes", answer.closes and client.everything()[1], answer)
    body = json.dumps({"question": "x" * 2_097_000}).encode()
    body += b" " * (2_097_152 - len(body))
    check.equal("a body of exactly --max-body is read", server.ask("POST", "/predict", body).status, 200)
    with server.open(10) as client:
        client.send(client.head("POST", "/predict", Content_Type=JSON, Transfer_Encoding="chunked"))
        try:
            for _ in range(48):
                client.send(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            client.send(b"0\r\n\r\n")
        except OSError:
            pass
        shape("413 for chunks beyond --max-body", client.answer(), 413)
    for megabytes in (3, 10):
        for chunked in (False, True):
            size = megabytes * 1_000_000
            with server.open(10) as client:
                client.send(client.head("POST", "/predict", None if chunked else size, Content_Type=JSON, **({"Transfer_Encoding": "chunked"} if chunked else {})))
                whole = True
                try:
                    client.send(b"%x\r\n" % size + b"x" * size + b"\r\n0\r\n\r\n" if chunked else b"x" * size)
                except OSError:
                    whole = False
                answer = client.answer()
                name = f"413 is read by a client that first sends all of {megabytes} MB{', chunked' if chunked else ''}"
                check(name, answer is not None and answer.status == 413, answer)
                if megabytes == 3:
                    check("… which can send it all", whole)
    for path in ["/predict/stream", "/predict/batch", "/qa/predict"]:
        with server.open(5) as client:
            client.send(client.head("POST", path, 99_999_999, Content_Type=JSON))
            shape(f"413 on {path}", client.answer(), 413)


def types(server):
    body = '{"question":"hm"}'
    for kind in [JSON, "application/json; charset=utf-8", "Application/JSON", "application/json;charset=latin-1;x=y", "application/problem+json", "application/vnd.x.y+json; v=1"]:
        shape(f"Content-Type: {kind}", server.ask("POST", "/predict", body, Content_Type=kind), 200)
    for path in ["/predict", "/predict/stream", "/qa/predict"]:
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json", "application/jsonx", "application/xjson", "application/x-ndjson", "xapplication/json",
                     "text/plain; application/json", "", "application", "application/json/x", "*/*", "application/javascript", "text/plain+json"]:
            shape(f"415 on {path} for {kind!r}", server.ask("POST", path, body, Content_Type=kind), 415)
        with server.open() as client:
            client.send(client.head("POST", path, len(body)) + body.encode())
            answer = shape(f"415 on {path} without a type", client.answer(), 415)
            check.equal("… its keys", set(answer.json or {}), {"detail"})
    for kind in ["application/x-ndjson", "application/jsonl", JSON]:
        text = "[]" if kind == JSON else body
        shape(f"a batch of {kind}", server.ask("POST", "/predict/batch", text, Content_Type=kind), 200)
    shape("415 on /predict/batch", server.ask("POST", "/predict/batch", body, Content_Type="text/csv"), 415)


# ---- Bodies


def bodies(server):
    def asked(name, path, body, detail, status=422):
        answer = shape(name, server.ask("POST", path, body), status, cache_control="no-store")
        check.equal("… its body", answer.json, {"detail": detail} if isinstance(detail, list) else detail)

    def missing(*loc, input={}):
        return {"type": "missing", "loc": ["body", *loc], "msg": "Field required", "input": input}

    asked("a missing input", "/predict", "{}", [missing("question")])
    asked("a missing input in inputs", "/predict", '{"inputs":{}}', [missing("inputs", "question")])
    asked("an unknown input", "/predict", '{"question":"hm","zz":1}', [{"type": "extra_forbidden", "loc": ["body", "zz"], "msg": "Extra inputs are not permitted", "input": 1}])
    asked("an unknown input in inputs", "/predict", '{"inputs":{"question":"hm","zz":"é"}}', [{"type": "extra_forbidden", "loc": ["body", "inputs", "zz"], "msg": "Extra inputs are not permitted", "input": "é"}])
    asked("no body", "/predict", "", [missing(input=None)])
    with server.open() as client:
        client.send(f"POST /predict HTTP/1.1\r\nHost: {server.host}\r\nContent-Type: {JSON}\r\n\r\n")
        answer = shape("no body and no length", client.answer(), 422)
        check.equal("… its body", answer.json, {"detail": [missing(input=None)]})
    for path in ["/predict", "/predict/stream", "/qa/predict"]:
        answer = shape(f"missing on {path}", server.ask("POST", path, "{}"), 422)
        check.equal("… its body", answer.json, {"detail": [missing("question")]})
    for text in ["[1]", "5", '"x"', "true", "null"]:
        answer = shape(f"the body {text}", server.ask("POST", "/predict", text), 422)
        detail = (answer.json or {}).get("detail") or [{}]
        # `null` is FastAPI's "no body".
        wanted = ("missing",) if text == "null" else ("model_attributes_type",)
        check("… is no object", len(detail) == 1 and detail[0].get("type") in wanted + ("model_attributes_type",) and detail[0].get("loc") == ["body"], answer)
    broken = {'{"question": ': 13, '{"é": ': 6, '{"question": "hm"} x': 19, "": None, '{"question": nope}': 13, '["a" "b"]': 5, '{"a" 1}': 5, "{'a': 1}": 1}
    for text, place in broken.items():
        if place is None:
            continue
        answer = shape(f"the body {text!r}", server.ask("POST", "/predict", text), 422)
        one = ((answer.json or {}).get("detail") or [{}])[0]
        holds = set(one) == {"type", "loc", "msg", "input", "ctx"} and one["type"] == "json_invalid" and one["msg"] == "JSON decode error" and one["input"] == {} and set(one["ctx"]) == {"error"}
        check("… is json_invalid", holds, answer)
        check.equal("… at its place", one.get("loc"), ["body", place])
    for name, text in {"NaN": '{"question":NaN}', "Infinity": '{"question":Infinity}', "-Infinity": '{"question":-Infinity}', "two values": '{"question":"a"}{"question":"b"}', "a comma too much": '{"question":"a",}', "a comment": '{"question":"a"/*x*/}',
                       "a raw line end in a string": '{"question":"a\nb"}', "a leading zero": '{"question":01}', "single quotes": "{'question':'a'}", "a half escape": '{"question":"\\u12"}', "UTF-16": '{"question":"a"}'.encode("utf-16"),
                       "a UTF-8 mark in front": None, "invalid UTF-8": b'{"question":"\xff"}', "overlong UTF-8": b'{"question":"\xc0\xaf"}', "half a surrogate as UTF-8": b'{"question":"\xed\xa0\x80"}', "cut UTF-8": b'{"question":"\xe3\x81"}', "a NUL": b'{"question":"a"}\0'}.items():
        if text is None:
            continue
        answer = shape(f"JSON with {name}", server.ask("POST", "/predict", text), 422)
        check("… is json_invalid", ((answer.json or {}).get("detail") or [{}])[0].get("type") == "json_invalid", answer)
    answer = shape("an escaped half surrogate", server.ask("POST", "/predict", '{"question":"\\ud800"}'), answer_status(server))
    for depth, fits in ((96, True), (97, False), (100_000, False)):
        text = '{"data":' + "[" * (depth - 1) + "]" * (depth - 1) + "}"
        answer = server.ask("POST", "/deep/predict", text)
        kind = ((answer.json or {}).get("detail") or [{}]) if answer.status == 422 else [{}]
        is_invalid = isinstance(kind, list) and kind[0].get("type") == "json_invalid"
        check(f"JSON {depth} deep is {'read' if fits else 'refused'}", answer.status == 200 if fits else is_invalid, answer)
    answer = server.ask("POST", "/predict", '{"question":"first","question":"last"}')
    check.equal("the last of two equal keys counts", answer.json and answer.json["data"]["answer"], "answer to last")

    answer = shape("text is the one input", server.ask("POST", "/predict", '{"text":"hm"}'), 200, cache_control="no-store")
    check.equal("… its body", answer.json, {"status": "success", "data": {"answer": "answer to hm"}})
    for body in ['{"inputs":{"question":"hm"}}', '{"question":"hm"}']:
        check.equal(f"the body {body}", server.ask("POST", "/predict", body).json, {"status": "success", "data": {"answer": "answer to hm"}})
    asked("text beside another key", "/predict", '{"text":"hm","x":1}', [missing("question", input={"text": "hm", "x": 1}),
          {"type": "extra_forbidden", "loc": ["body", "text"], "msg": "Extra inputs are not permitted", "input": "hm"}, {"type": "extra_forbidden", "loc": ["body", "x"], "msg": "Extra inputs are not permitted", "input": 1}])
    answer = shape("Japanese", server.ask("POST", "/predict", '{"question":"売上が落ちた 🎉"}'), 200)
    check("… stands as it is", "answer to 売上が落ちた 🎉".encode() in answer.body, answer)

    check.equal("typed inputs", server.ask("POST", "/typed/predict", GOOD).status, 200)
    check.equal("texts convert as in run", server.ask("POST", "/typed/predict", {**GOOD, "n": "7", "x": "1.5", "flag": "true"}).status, 200)
    wrong = {"question": (5, "string_type"), "n": ("x", "int_parsing"), "flag": ("perhaps", "bool_parsing"), "x": ("y", "float_parsing"), "names": (5, "list_type"), "table": ("no", "dict_type"), "kind": ("c", "literal_error")}
    for field, (value, kind) in wrong.items():
        answer = shape(f"{field} = {value!r}", server.ask("POST", "/typed/predict", {**GOOD, field: value}), 422)
        found = [(one["type"], one["loc"], one.get("input"), bool(one.get("msg"))) for one in (answer.json or {}).get("detail", []) if isinstance(one, dict)]
        check.equal("… its fault", found, [(kind, ["body", field], value, True)])
    answer = shape("all faults at once", server.ask("POST", "/typed/predict", {"kind": "c", "n": "x", "zz": 1, "names": ["a"], "table": {}, "aa": 2}), 422)
    found = [one["loc"][1:] for one in (answer.json or {}).get("detail", []) if isinstance(one, dict)]
    check.equal("… missing, then wrong, then unknown", found, [["question"], ["flag"], ["x"], ["n"], ["kind"], ["zz"], ["aa"]])
    answer = shape("a long wrong input", server.ask("POST", "/typed/predict", {**GOOD, "n": "x" * 2000}), 422)
    check("… is left out", "input" not in answer.json["detail"][0] and len(answer.body) < 1000, answer)
    answer = shape("a long text, one input with a number", server.ask("POST", "/typed/predict", {**GOOD, "names": [["x"]]}), 422)
    check.equal("… its place", answer.json["detail"][0]["loc"], ["body", "names", 0])


def answer_status(server):
    """Half a surrogate may be refused or replaced; nothing else."""
    status = server.ask("POST", "/predict", '{"question":"\\ud800"}').status
    return status if status in (200, 422) else 422


def failures(server):
    codes = {"GARBAGE": (502, "parse_failed"), "FAIL500": (502, "server_error"), "FAIL503": (502, "server_error"), "FAIL401": (502, "auth"), "FAIL400": (502, "invalid_request"), "NOT-JSON": (502, "bad_reply"), "RESET": (502, "transport"),
             "CLOSE": (502, "transport"), "CUT": (502, "transport"), "FAIL429": (503, "rate_limited"), "WALL": (503, "rate_limited")}
    for path in ["/predict", "/predict/stream", "/qa/predict"]:
        for word, (status, code) in codes.items():
            answer = shape(f"{word} on {path}", server.predict(word, path), status, content_type=JSON)
            # A model that breaks off in a stream may have begun.
            check("… its code", answer.status == 200 or answer.json and set(answer.json) == {"detail", "code"} and answer.json["code"] == code and isinstance(answer.json["detail"], str) and answer.json["detail"], answer)
            if word == "WALL":
                check.equal("… the provider's Retry-After", answer["retry-after"], "3600")
            elif status == 503:
                check("… Retry-After", re.fullmatch(r"\d+", answer["retry-after"] or ""), answer)
    for word, code in {"STREAM-ERROR": None, "STREAM-RESET": "transport", "STREAM-BAD-JSON": None, "STREAM-CLOSE": "transport", "STREAM-END": None}.items():
        answer = server.predict(word, "/predict/stream")
        if answer.status != 200:
            check(f"{word} before the head", answer.status in (502, 504) and set(answer.json) == {"detail", "code"}, answer)
            continue
        found = events(answer.text)
        last = found[-2] if len(found) > 1 else {}
        holds = found[-1] == "[DONE]" and isinstance(last, dict) and set(last) == {"error"} and set(last["error"]) >= {"code", "class", "message"} and (code is None or last["error"]["code"] == code)
        check(f"{word} ends the stream with an error and [DONE]", holds, answer)
        check("… and no prediction", not any(isinstance(one, dict) and "prediction" in one for one in found), answer)


def batches(server):
    def lines(name, body, kind=JSON):
        answer = shape(name, server.ask("POST", "/predict/batch", body, Content_Type=kind), 200, content_type="application/x-ndjson")
        check("… is chunked and whole lines", answer["transfer-encoding"] == "chunked" and (not answer.body or answer.text.endswith("\n")), answer)
        return sorted((json.loads(line) for line in answer.text.splitlines()), key=lambda line: line["index"])

    check.equal("an empty batch", lines("[]", "[]"), [])
    check.equal("a batch of blank lines", lines("blank lines", "\n\n  \n", "application/x-ndjson"), [])
    rows = [{"question": "one", "id": "a"}, {"text": "two"}, {"inputs": {"question": "three"}, "id": 7}, {"zz": 1, "id": "bad"}, {"question": "GARBAGE"}, {"question": "FAIL400", "id": "key"}, 5]
    found = lines("an array", rows)
    good = lambda index, text, **more: {"index": index, **more, "status": "success", "data": {"answer": f"answer to {text}"}}
    check.equal("… its good rows", found[:3], [good(0, "one", id="a"), good(1, "two"), good(2, "three", id=7)])
    kinds = [(set(one), set(one.get("error", {})), one.get("error", {}).get("code"), one.get("id")) for one in found[3:]]
    error, named = {"index", "status", "error"}, {"index", "status", "error", "id"}
    both = {"code", "message"}
    check("… its bad rows", len(kinds) == 4 and kinds[0][:2] == (named, both) and kinds[0][2] in ("missing_input", "unknown_input") and kinds[0][3] == "bad" and kinds[1] == (error, both, "parse_failed", None)
          and kinds[2] == (named, both, "invalid_request", "key") and kinds[3][:2] == (error, both), kinds)
    found = lines("lines", '{"question":"one"}\n\n{nope\n{"question":"two","id":"b"}\r\n[1]\n{"question":"\\u00e9"}', "application/x-ndjson")
    check.equal("… their indexes", [one["index"] for one in found], [0, 1, 2, 3, 4])
    check("… a bad line fails alone", found[1]["status"] == "error" and found[1]["error"]["code"] == "bad_line" and found[0]["status"] == found[2]["status"] == found[4]["status"] == "success" and found[3]["status"] == "error", found)
    for text in ["{}", '{"question":"hm"}', "5", "[1", "", "nope", "[NaN]"]:
        shape(f"422 for the batch {text!r}", server.ask("POST", "/predict/batch", text), 422)
    many = lines("300 rows", [{"question": f"row{place}", "id": place} for place in range(300)])
    check("… all answered", [one["index"] for one in many] == list(range(300)) and all(one["status"] == "success" and one["id"] == one["index"] and one["data"]["answer"] == f"answer to row{one['index']}" for one in many), many[:3])


def random_bodies(server):
    """Nothing that is sent gives a 5xx but those that §2 names, or closes the server."""
    numbers = random.Random(18)
    allowed = {200, 400, 413, 415, 422, 429}

    def value(depth=0):
        kinds = [lambda: None, lambda: numbers.choice([True, False]), lambda: numbers.randint(-10**30, 10**30), lambda: numbers.uniform(-1e300, 1e300), lambda: "".join(chr(numbers.choice([0, 7, 34, 92, 200, 0x3042, 0x1F389, 0x202E, 97])) for _ in range(numbers.randint(0, 30)))]
        if depth < 6:
            kinds += [lambda: [value(depth + 1) for _ in range(numbers.randint(0, 4))], lambda: {numbers.choice(["question", "text", "inputs", "id", "n", "", "é", "data", "zz"]): value(depth + 1) for _ in range(numbers.randint(0, 4))}] * 2
        return numbers.choice(kinds)()

    def body():
        kind = numbers.randint(0, 4)
        if kind == 0:
            return numbers.randbytes(numbers.randint(0, 400))
        text = json.dumps(value() if kind < 3 else {"question": value(), "inputs": value()}, ensure_ascii=numbers.random() < 0.5).encode()
        if kind == 2 and text:
            text = bytearray(text)
            for _ in range(numbers.randint(1, 6)):
                place = numbers.randrange(len(text))
                text[place : place + numbers.randint(0, 3)] = numbers.randbytes(numbers.randint(0, 3))
            text = bytes(text)
        return text

    paths = [name + path for name in ("", "/typed", "/deep") for path in ("/predict", "/predict/stream", "/predict/batch")]
    for path in paths:
        seen, wrong = {}, []
        client = server.open()
        for _ in range(100):
            data = body()
            kind = numbers.choice([JSON] * 8 + ["application/x-ndjson", "text/plain"])
            try:
                answer = client.ask("POST", path, data, Content_Type=kind)
            except (Broken, OSError) as error:
                answer, client = None, server.open()
                wrong.append((repr(error), data))
                continue
            if answer is None:
                wrong.append(("no answer", data))
                client = server.open()
                continue
            seen[answer.status] = seen.get(answer.status, 0) + 1
            if answer.status not in allowed:
                wrong.append((answer.status, answer.text[:200], data))
            if answer.closes:
                client = server.open()
        client.close()
        check(f"100 random bodies on {path}: {dict(sorted(seen.items()))}", not wrong and server.is_alive, wrong[:2])
    shape("the server lives", server.predict("hm"), 200)


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
            if b"livez" in data:
                client.answer()
            start = time.monotonic()
            answers, ended = client.everything(most + 2)
            took = time.monotonic() - start
            check(f"{name} is closed", ended and least <= took < most and [answer.status for answer in answers] in ([], [408]), f"{took:.1f} s, {answers}, {ended}")

    def second():
        with server.open(10) as client:
            client.ask("GET", "/livez")
            time.sleep(1.2)
            client.send(b"GET /livez HTTP/1.1\r\n")
            start = time.monotonic()
            answers, ended = client.everything(4)
            took = time.monotonic() - start
            check("a second head that never ends is ended, counted from its first byte", ended and 0.3 < took < 2.5, f"{took:.1f} s")

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
        check("a model that is slower than the idle timeout is waited for", answer is not None and answer.status == 200, answer)

    together(
        lambda: drip("a head, a byte each 0.4 s,", b"", b"GET /livez HTTP/1.1\r\nX-A: aaaaaaaaaaaa", 2.5),
        lambda: drip("a head whose lines come slowly", b"GET /livez HTTP/1.1\r\nHost: x\r\n", b"X: 1\r\n" * 20, 2.5),
        lambda: drip("a body, a byte each 0.4 s,", length, b"{" + b" " * 58, 2.5),
        lambda: drip("a chunked body, a byte each 0.4 s,", chunked, b"1\r\n \r\n" * 10, 2.5),
        lambda: drip("a chunk extension that never ends", chunked, b"1;" + b"x" * 60, 2.5),
        lambda: drip("a trailer that never ends", chunked + b"0\r\n", b"X: " + b"x" * 60, 2.5),
        lambda: silent("a connection that says nothing", b"", 0.5, 3.5),
        lambda: silent("a connection without another request", f"GET /livez HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode(), 1, 4.5),
        lambda: silent("half a head", b"GET /livez HTT", 0.3, 2.5),
        lambda: silent("half a body", length + b"{", 0.3, 2.5),
        second, patient, thinking,
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


def access(server, path):
    """--access-log: JSON lines with the keys of §1 and nothing of a request's text."""
    server.ask("POST", f"/qa/predict?token={TOKEN}&secret=query", {"question": "secret question"}, Authorization=f"Bearer {TOKEN}", X_Request_Id="logged.1")
    server.ask("POST", "/secret-path/x", {}, Authorization=f"Bearer {TOKEN}", X_Request_Id="logged.2")
    server.ask("POST", "/predict", {"question": "FAIL500"}, Authorization=f"Bearer {TOKEN}", X_Request_Id="logged.3")

    def line(number):
        with open(path) as file:
            return next((json.loads(line) for line in file.read().splitlines() if f"logged.{number}" in line), None)

    keys = ["time", "request_id", "method", "route", "program", "status", "code", "ms", "bytes_in", "bytes_out"]
    for number, (route, status) in enumerate([(None, 200), (None, 404), ("/predict", 502)], 1):
        one = until(lambda: line(number), 3)
        if check(f"the access log has request {number}", one):
            check("… with the keys of §1", list(one) == keys and one["status"] == status and one["method"] == "POST" and route in (None, one["route"]), one)
    with open(path) as file:
        text = file.read()
    for word in ["secret", TOKEN, KEY, "127.0.0.1"]:
        check(f"the access log holds no {word[:6]}…", word not in text, text[:300])


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
        views = write("views.json", '{"name": "views", "parallel": {"depth": "issue -> insight", "breadth": "issue -> insight"}}')
        token, log = write("token", TOKEN + "\nanother line\n"), os.path.join(folder, "access.jsonl")
        mock = Mock(arguments.mock, latency=0)
        slow_mock = Mock(arguments.mock, latency=300)
        model = ["--lm", "openai/mock", "--api-base", mock.address, "--retries", "0", "--no-cache", "-q"]
        programs = [qa, typed, deep, views]
        plain = Server(arguments.tool, programs, *model, "--allowed-host", ALLOWED)
        secured = Server(arguments.tool, programs, *model, "--token-file", token, "--cors", ORIGIN, "--access-log", log)
        everyone = Server(arguments.tool, qa, *model, "--cors", "*")
        hasty = Server(arguments.tool, qa, "--lm", "openai/mock", "--api-base", slow_mock.address, "--retries", "0", "--no-cache", "-q",
                       "--head-timeout", "1", "--body-timeout", "1", "--idle-timeout", "2")
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
        leaks("all answers", {KEY: "the key", TOKEN: "the token", folder: "a path", "hidden-folder": "a folder", f":{mock.port}": "the model's address", f":{slow_mock.port}": "the slow model's address", ".swift:": "a source file", "SMUGGLED": "a smuggled request"})
        leaks("standard error", {KEY: "the key", TOKEN: "the token"}, noise)
        check("no smuggled request reached the model", not mock.asked("SMUGGLED"))
        check("no answer without --cors speaks of CORS", b"access-control-" not in bytes(heard_by[plain.port]).lower())


finish(main)
