"""Routes, methods, headers of answers, request ids, types and sizes of bodies, the access log."""

import json
import re

from rig import *


def routes(server):
    for path, kind, body in [
        ("/livez", "text/plain; charset=utf-8", "ok\n"),
        ("/readyz", "text/plain; charset=utf-8", "ready\n"),
        ("/ping", "text/plain; charset=utf-8", "\n"),
        ("/health", "text/plain; charset=utf-8", "\n"),
    ]:
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
    check.equal(
        "… its programs",
        names,
        [("qa", keys, []), ("typed", keys, []), ("deep", keys, []), ("views", keys, ["depth", "breadth"])],
    )
    with server.open() as client:
        client.request("HEAD", "/livez")
        client.request("GET", "/livez")
        first, second = client.answer("HEAD"), client.answer()
        check(
            "HEAD has no body",
            first.status == 200 and second.status == 200 and second.text == "ok\n",
            f"{first} {second}",
        )
    posts = [f"{name}/predict{end}" for name in ("", "/qa", "/typed") for end in ("", "/stream", "/batch")]
    for path in posts:
        for method in ["GET", "HEAD", "PUT", "DELETE", "PATCH", "BREW"]:
            answer = shape(f"{method} {path}", server.ask(method, path), 405, allow="POST")
            if method != "HEAD":
                check.equal("… its body", answer.json, {"detail": "Method Not Allowed"})
    for path in ["/livez", "/readyz", "/ping", "/health", "/version", "/programs", "/qa/ping", "/qa/version"]:
        answer = shape(f"POST {path}", server.ask("POST", path, {}), 405)
        check.equal("… Allow", {one.strip() for one in (answer["allow"] or "").split(",")}, {"GET", "HEAD"})
    for path in [
        "/predict/",
        "/livez/",
        "/Predict",
        "/qa",
        "/qa/",
        "//predict",
        "/nothing",
        "/other/predict",
        "/predict/streams",
        "/qa/qa/predict",
        "/../predict",
        "/qa/../predict",
        "/assets/../livez",
        "/assets/%2e%2e/livez",
        "/assets/..%2f..%2fetc%2fpasswd",
        "/etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/.",
        "/predict;x",
        "/predict%20",
        "/predict%2fstream%2f",
    ]:
        answer = shape(f"POST {path}", server.ask("POST", path, {"question": "hm"}), 404)
        check.equal("… its body", answer.json, {"detail": "Not Found"})
    shape("query keys that nobody knows", server.ask("POST", "/predict?a=1&raw=&b", {"question": "hm"}), 200)


def ids(server):
    for value in ["a", "A.b_c-9", "x" * 128]:
        check.equal(
            f"X-Request-Id of {len(value)} letters comes back",
            server.ask("GET", "/livez", X_Request_Id=value)["x-request-id"],
            value,
        )
    made = set()
    for value in [None, "", "x" * 129, "a b", "a/b", "é", "a%0d%0aX: y", "a;b", "<script>", "a,b", "\t", '"a"']:
        if value is not None:
            value = value.encode().decode("latin-1")
        with server.open() as client:
            client.send(client.head("GET", "/livez", **({} if value is None else {"X_Request_Id": value})))
            found = client.answer()["x-request-id"]
        check(
            f"X-Request-Id {value!r:.40} is replaced",
            found != value and re.fullmatch(r"[A-Za-z0-9._-]{1,128}", found or ""),
            found,
        )
        made.add(found)
    check.equal("… each time by a new one", len(made), 12)
    # Letters that end a line elsewhere, and what stands behind them.
    for value in [
        b"a\nSet-Cookie: x=1",
        b"a\r Set-Cookie: x=1",
        b"a\r\n Set-Cookie: x=1",
        b"a\x0bSet-Cookie: x=1",
        b"a\x85Set-Cookie: x=1",
    ]:
        with server.open(4) as client:
            client.send(
                f"GET /livez HTTP/1.1\r\nHost: {server.host}\r\nX-Request-Id: ".encode()
                + value
                + b"\r\nConnection: close\r\n\r\n"
            )
            answers, ended = client.everything()
            check(
                f"X-Request-Id {value!r} sets no header",
                len(answers) == 1 and ended and answers[0]["set-cookie"] is None,
                f"{answers} {ended}",
            )
    for method, path, body in [
        ("POST", "/predict", {}),
        ("POST", "/predict", {"question": "FAIL500"}),
        ("POST", "/nothing", {}),
        ("GET", "/predict", None),
        ("POST", "/predict/stream", {"question": "hm"}),
        ("POST", "/predict/batch", []),
    ]:
        check.equal(
            f"the id of {method} {path} comes back",
            server.ask(method, path, body, X_Request_Id="my.id-1")["x-request-id"],
            "my.id-1",
        )


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
                client.send(
                    client.head(
                        "POST",
                        "/predict",
                        None if chunked else size,
                        Content_Type=JSON,
                        **({"Transfer_Encoding": "chunked"} if chunked else {}),
                    )
                )
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
    for kind in [
        JSON,
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/json;charset=latin-1;x=y",
        "application/problem+json",
        "application/vnd.x.y+json; v=1",
    ]:
        shape(f"Content-Type: {kind}", server.ask("POST", "/predict", body, Content_Type=kind), 200)
    for path in ["/predict", "/predict/stream", "/qa/predict"]:
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "text/json",
            "application/jsonx",
            "application/xjson",
            "application/x-ndjson",
            "xapplication/json",
            "text/plain; application/json",
            "",
            "application",
            "application/json/x",
            "*/*",
            "application/javascript",
            "text/plain+json",
        ]:
            shape(f"415 on {path} for {kind!r}", server.ask("POST", path, body, Content_Type=kind), 415)
        with server.open() as client:
            client.send(client.head("POST", path, len(body)) + body.encode())
            answer = shape(f"415 on {path} without a type", client.answer(), 415)
            check.equal("… its keys", set(answer.json or {}), {"detail"})
    for kind in ["application/x-ndjson", "application/jsonl", JSON]:
        text = "[]" if kind == JSON else body
        shape(f"a batch of {kind}", server.ask("POST", "/predict/batch", text, Content_Type=kind), 200)
    shape("415 on /predict/batch", server.ask("POST", "/predict/batch", body, Content_Type="text/csv"), 415)


def access(server, path):
    """--access-log: JSON lines with the keys of §1 and nothing of a request's text."""
    server.ask(
        "POST",
        f"/qa/predict?token={TOKEN}&secret=query",
        {"question": "secret question"},
        Authorization=f"Bearer {TOKEN}",
        X_Request_Id="logged.1",
    )
    server.ask("POST", "/secret-path/x", {}, Authorization=f"Bearer {TOKEN}", X_Request_Id="logged.2")
    server.ask("POST", "/predict", {"question": "FAIL500"}, Authorization=f"Bearer {TOKEN}", X_Request_Id="logged.3")

    def line(number):
        with open(path) as file:
            return next((json.loads(line) for line in file.read().splitlines() if f"logged.{number}" in line), None)

    keys = ["time", "request_id", "method", "route", "program", "status", "code", "ms", "bytes_in", "bytes_out"]
    for number, (route, status) in enumerate([(None, 200), (None, 404), ("/predict", 502)], 1):
        one = until(lambda: line(number), 3)
        if check(f"the access log has request {number}", one):
            check(
                "… with the keys of §1",
                list(one) == keys
                and one["status"] == status
                and one["method"] == "POST"
                and route in (None, one["route"]),
                one,
            )
    with open(path) as file:
        text = file.read()
    for word in ["secret", TOKEN, KEY, "127.0.0.1"]:
        check(f"the access log holds no {word[:6]}…", word not in text, text[:300])
