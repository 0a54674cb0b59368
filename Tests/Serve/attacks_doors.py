"""Who may ask: hosts, origins, tokens; and which refusal comes first."""

from rig import *

ALLOWED, ORIGIN = "served.example", "https://app.example"


def hosts(server):
    port = server.port
    for host in [
        "127.0.0.1",
        f"127.0.0.1:{port}",
        "127.0.0.1:1",
        "localhost",
        "LOCALHOST:99",
        "[::1]",
        f"[::1]:{port}",
        ALLOWED,
        ALLOWED.upper(),
        f"{ALLOWED}:8443",
    ]:
        with server.open() as client:
            client.send(client.head("GET", "/livez", host=host))
            shape(f"Host: {host}", client.answer(), 200)
    for host in [
        "evil.example",
        "127.0.0.1.evil.example",
        "evil-127.0.0.1",
        "xlocalhost",
        "localhost.evil.example",
        f"{ALLOWED}.evil",
        f"x.{ALLOWED}",
        f"x{ALLOWED}",
        "localhost@evil.example",
        "evil.example:80@localhost",
        "localhost:80:80",
        "localhost:x",
        "localhost, evil.example",
        "localhost evil",
        "[::1].evil",
        "::1",
        "[::2]",
        "127.0.0.2",
        "0.0.0.0",
        "2130706433",
        "localhost/",
        "localhost#",
        "localhost?",
        "*",
        ".",
        "%6cocalhost",
        "[::1",
    ]:
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
    for origin in [
        "http://evil.example",
        "null",
        f"http://{host}.evil.example",
        "http://127.0.0.1",
        f"ftp://{host}",
        host,
        "",
        f"http://{host}/",
        f"http://x@{host}",
        f"http://{host}, http://evil.example",
        ORIGIN,
        f"http://{host} "[:-1] + "0",
    ]:
        answer = shape(f"Origin: {origin} is refused", server.predict("hm", Origin=origin), 403)
        check("… in the route's shape", set(answer.json or {}) == {"detail"}, answer)
    with server.open() as client:
        client.send(
            f"POST /predict HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nOrigin: http://evil.example\r\nContent-Type: {JSON}\r\nContent-Length: 2\r\n\r\n{{}}"
        )
        answer = client.answer()
        check("two Origins are refused", answer.status in (400, 403), answer)
    answer = server.ask("OPTIONS", "/predict", Origin=ORIGIN, Access_Control_Request_Method="POST")
    check(
        "a preflight without --cors gives no leave",
        answer.status in (403, 405) and not [1 for key, _ in answer.headers if key.startswith("access-control")],
        answer,
    )
    shape("OPTIONS without --cors", server.ask("OPTIONS", "/predict"), 405)

    asked = dict(Access_Control_Request_Method="POST", Access_Control_Request_Headers="authorization, content-type")
    for path in ["/predict", "/qa/predict/stream", "/programs"]:
        answer = shape(
            f"a preflight of {path}",
            cors.ask("OPTIONS", path, Origin=ORIGIN, **asked),
            204,
            access_control_allow_origin=ORIGIN,
            access_control_max_age="600",
        )
        check("… varies by Origin", "origin" in (answer["vary"] or "").lower(), answer)
        methods = {one.strip() for one in (answer["access-control-allow-methods"] or "").split(",")}
        check("… allows GET and POST", {"GET", "POST"} <= methods, answer)
        headers = {one.strip().lower() for one in (answer["access-control-allow-headers"] or "").split(",")}
        check.equal(
            "… allows the headers of §10",
            headers,
            {"authorization", "content-type", "x-request-id", "mcp-protocol-version"},
        )
    for origin in ["https://evil.example", "null", ORIGIN + ".evil", "http://app.example", "https://app.example:8443"]:
        answer = cors.ask("OPTIONS", "/predict", Origin=origin, **asked)
        check(
            f"a preflight from {origin} gives no leave",
            answer.status == 403 and answer["access-control-allow-origin"] is None,
            answer,
        )
        answer = cors.predict("hm", Origin=origin, Authorization=f"Bearer {TOKEN}")
        check(
            f"a request from {origin} with --cors for another",
            answer.status == 403 and answer["access-control-allow-origin"] is None,
            answer,
        )
    answer = shape(
        "a request from the allowed origin",
        cors.predict("hm", Origin=ORIGIN, Authorization=f"Bearer {TOKEN}"),
        200,
        access_control_allow_origin=ORIGIN,
    )
    check("… varies by Origin", "origin" in (answer["vary"] or "").lower(), answer)
    answer = shape(
        "a refusal of the allowed origin",
        cors.ask("POST", "/predict", {}, Origin=ORIGIN, Authorization=f"Bearer {TOKEN}"),
        422,
        access_control_allow_origin=ORIGIN,
    )
    answer = shape(
        "a request without its token from the allowed origin",
        cors.predict("hm", Origin=ORIGIN),
        401,
        access_control_allow_origin=ORIGIN,
    )
    answer = cors.predict("hm", "/predict/stream", Origin=ORIGIN, Authorization=f"Bearer {TOKEN}")
    check(
        "a stream for the allowed origin",
        answer.status == 200 and answer["access-control-allow-origin"] == ORIGIN,
        answer,
    )
    answer = everyone.predict("hm", Origin="https://any.example")
    check(
        "--cors '*' is every origin",
        answer.status == 200 and answer["access-control-allow-origin"] in ("*", "https://any.example"),
        answer,
    )
    answer = everyone.ask("OPTIONS", "/predict", Origin="https://any.example", **asked)
    check(
        "… in a preflight too",
        answer.status == 204 and answer["access-control-allow-origin"] in ("*", "https://any.example"),
        answer,
    )


def tokens(server):
    def ask(value, path="/predict", **headers):
        return server.predict("hm", path, Authorization=value, **headers)

    for value in [f"Bearer {TOKEN}", f"bearer {TOKEN}", f"BEARER {TOKEN}"]:
        shape(f"Authorization: {value.split()[0]} and the token", ask(value), 200)
    wrong = {
        "no token": None,
        "another token": "Bearer another-token-of-some-length",
        "the token's beginning": f"Bearer {TOKEN[:-1]}",
        "more than the token": f"Bearer {TOKEN}x",
        "the token in capitals": f"Bearer {TOKEN.upper()}",
        "the token without a scheme": TOKEN,
        "Basic": f"Basic {TOKEN}",
        "an empty token": "Bearer ",
        "an empty header": "",
        "Bearer alone": "Bearer",
        "no space": f"Bearer{TOKEN}",
        "a comma": f"Bearer {TOKEN}, Bearer x",
        "quotes": f'Bearer "{TOKEN}"',
        "a letter more in front": f"Bearer x{TOKEN}",
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
            client.send(
                f"POST /predict HTTP/1.1\r\nHost: {server.host}\r\n{lines}Content-Type: {JSON}\r\nContent-Length: 17\r\n\r\n"
                + '{"question":"hm"}'
            )
            answer = client.answer()
            check(
                f"two Authorization headers, {'right' if values[0] == TOKEN else 'wrong'} then {'right' if values[1] == TOKEN else 'wrong'}",
                answer.status in (400, 401) or values[0] == values[1] and answer.status == 200,
                answer,
            )
    for path in ["/livez", "/readyz", "/ping", "/health", "/"]:
        shape(f"{path} is open", server.ask("GET", path), 200)
    for path in ["/programs", "/version", "/nothing", "/qa/nothing", "/metrics"]:
        shape(f"{path} is not", server.ask("GET", path), 401)


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
    raw(secured, "bad HTTP before a foreign Host", 400, host="evil.example", X_A="1\r2")
    raw(
        secured,
        "a foreign Host before a foreign Origin",
        403,
        host="evil.example",
        Origin="https://evil.example",
        Content_Length="0",
    )
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
