"""The shapes of replies that make_reply_shapes.py asks DSPy about: what servers, gateways and proxies send, byte for byte.

A shape without `want` expects of dspy-swift what DSPy does. `want` says what it has to do instead, and `differs` why.
"""

import gzip
import json
import zlib
from dataclasses import dataclass

MARKED = "[[ ## answer ## ]]\nParis\n\n[[ ## completed ## ]]"
PARIS = {"prediction": {"answer": "Paris"}}
OWN_ROWS = "a stream gives what the same reply gives without one"
COUNTS = "a count that is none does not void the answer"
INTERIM = "1xx comes before the reply and is none (RFC 9110, 15.2); DSPy takes it for the reply"
NO_CHOICE = "a reply without a message is no completion; DSPy reads it as an empty answer"
NO_OBJECT = "DSPy raises whatever its parsing runs into (documented)"
IN_BAND = "DSPy knows no numbers as codes; gateways put the HTTP status there, and the status says whether to ask again"
ENDS_EARLY = "a stream without its end is a broken connection and asked for again"


@dataclass
class Shape:
    name: str
    why: str
    reply: bytes
    stream: bool = False
    hold_open: bool = False
    tools: bool = False
    says: str | None = None
    want: dict | None = None
    differs: str | None = None


def refused(name, code, retried=False):
    return {"class": name, "code": code, "retried": retried}


AUTH = refused("LMAuthError", "auth")
BILLING = refused("LMBillingError", "billing")
INVALID = refused("LMInvalidRequestError", "invalid_request")
LIMITED = refused("LMRateLimitError", "rate_limited", True)
TIMEOUT = refused("LMTimeoutError", "timeout", True)
SERVER = refused("LMServerError", "server_error", True)
BROKEN = refused("LMTransportError", "transport", True)
GARBAGE = refused("LMProviderError", "bad_reply")
CONTEXT = refused("ContextWindowExceededError", "context_window")
NO_MODEL = refused("LMUnsupportedModelError", "unsupported")

PHRASES = {
    100: "Continue", 200: "OK", 201: "Created", 202: "Accepted", 203: "Non-Authoritative Information", 204: "No Content",
    206: "Partial Content", 301: "Moved Permanently", 302: "Found", 303: "See Other", 307: "Temporary Redirect",
    308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden",
    404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout", 409: "Conflict", 413: "Content Too Large",
    415: "Unsupported Media Type", 418: "I'm a teapot", 422: "Unprocessable Content", 424: "Failed Dependency",
    429: "Too Many Requests", 500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout", 520: "", 529: "Site is overloaded"}


def head(status, *headers, version="HTTP/1.1"):
    # Clients must not put the connection back into their pools: each reply is served on one of its own.
    headers = headers if status == 100 else (*headers, ("Connection", "close"))
    lines = [f"{version} {status} {PHRASES[status]}"] + [f"{name}: {value}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def http(body=b"", status=200, *headers, type="application/json"):
    body = raw(body)
    kind = [("Content-Type", type)] if type else []
    return head(status, *kind, *headers, ("Content-Length", len(body))) + body


def raw(body):
    if isinstance(body, bytes):
        return body
    return (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()


def chunked(pieces, *headers, type="text/event-stream", status=200, end=b"0\r\n\r\n"):
    kind = [("Content-Type", type)] if type else []
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in map(raw, pieces))
    return head(status, *kind, *headers, ("Transfer-Encoding", "chunked")) + chunks + end


def chat(content=MARKED, finish="stop", usage=..., choice=None, **message):
    reply = {"model": "m", "choices": [
        {"index": 0, "message": {"role": "assistant", "content": content, **message}, "finish_reason": finish, **(choice or {})}]}
    if usage is ...:
        usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    return reply if usage is None else {**reply, "usage": usage}


def delta(content=None, finish=None, index=0, **more):
    piece = {"content": content} if content is not None else {}
    return {"model": "m", "choices": [{"index": index, "delta": {**piece, **more}, "finish_reason": finish}]}


ANSWER = [delta("[[ ## answer ## ]]\nPa"), delta("ris\n\n[[ ## completed ## ]]")]
STOP = delta(finish="stop")
DONE = "[DONE]"


def events(*items, data="data: ", end="\n\n"):
    return [data + (item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)) + end for item in items]


def sse(*items, type="text/event-stream"):
    return chunked(events(*items), type=type)


def call(name, arguments, index=None, id=None):
    piece = {"type": "function", "function": {"name": name, "arguments": arguments}}
    return {**({} if index is None else {"index": index}), **({"id": id} if id else {}), **piece}


def problem(code, message="boom", **more):
    return {"error": {"message": message, "code": code, **more}}


def shapes():
    yield from whole()
    yield from transfer()
    yield from completions()
    yield from streams()
    yield from tool_calls()
    yield from statuses()
    yield from bodies()
    yield from words()
    yield from in_band()
    yield from redirects()


def whole():
    """A good answer under every kind of head."""
    yield Shape("whole-plain", "the usual reply", http(chat()))
    for status in (201, 202, 203, 206):
        yield Shape(f"whole-{status}", "any 2xx is an answer", http(chat(), status))
    yield Shape("whole-204", "no content", head(204), want=GARBAGE, differs="a reply without a body is no answer")
    for name, type in {"html": "text/html", "plain": "text/plain; charset=utf-8", "octets": "application/octet-stream",
                       "none": None, "problem": "application/problem+json", "event-stream": "text/event-stream"}.items():
        yield Shape(f"whole-type-{name}", "JSON under another content type", http(chat(), type=type))
    yield Shape("whole-latin1", "a charset that is not the body's", http(
        chat(MARKED.replace("Paris", "Orléans")), type="application/json; charset=iso-8859-1"))
    yield Shape("whole-bom", "a byte order mark before the JSON", http(b"\xef\xbb\xbf" + raw(chat())))
    yield Shape("whole-blanks", "blanks while the model thinks", http(" \n\r\n\t" * 20 + json.dumps(chat()) + "\n\n"))
    yield Shape("whole-blanks-chunked", "blanks in chunks of their own", chunked(
        ["\n", "\n", " ", json.dumps(chat()), "\n"], type="application/json"))
    yield Shape("whole-escapes", "all letters as \\u escapes", http(json.dumps(chat(MARKED.replace("Paris", "Zürich 🎉")))))
    yield Shape("whole-nan", "NaN, as Python writes it", http(raw(chat()).replace(b'"total_tokens": 15', b'"total_tokens": NaN')), want=PARIS,
                differs=COUNTS)
    yield Shape("whole-text-behind", "text behind the JSON", http(json.dumps(chat()) + "\n<!-- served by gw1 -->"),
                says="not JSON")
    yield Shape("whole-array", "an array around the completion", http([chat()]), want=GARBAGE,
                differs=NO_OBJECT)
    for name, body in {"null": "null", "string": '"ok"', "number": "42"}.items():
        yield Shape(f"whole-{name}", "JSON that is no object", http(body), want=GARBAGE,
                    differs=NO_OBJECT)
    yield Shape("whole-empty", "an empty body", http(b""))
    yield Shape("whole-page", "a gateway's page with status 200", http("<html><title>Sign in</title></html>", type="text/html"),
                says="<html>")
    yield Shape("whole-words", "plain words with status 200", http("upstream is starting", type="text/plain"),
                says="upstream is starting")
    yield Shape("whole-latin1-bytes", "bytes that are not UTF-8", http(raw(chat()).replace(b"Paris", b"Orl\xe9ans")))


def transfer():
    """How bytes travel: lengths, chunks, codings, heads."""
    body = raw(chat())
    yield Shape("transfer-chunked", "chunked", chunked([body[:50], body[50:]], type="application/json"))
    yield Shape("transfer-extension", "chunks with extensions and a trailer", head(
        200, ("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")) + b"%X;sig=1\r\n%s\r\n0\r\nX-Sum: 1\r\n\r\n" % (
            len(body), body))
    yield Shape("transfer-until-close", "neither length nor chunks", head(200, ("Content-Type", "application/json")) + body)
    yield Shape("transfer-1.0", "HTTP/1.0", head(200, ("Content-Type", "application/json"), version="HTTP/1.0") + body)
    yield Shape("transfer-100", "100 Continue before the reply", head(100) + http(chat()), want=PARIS, differs=INTERIM)
    yield Shape("transfer-103", "103 Early Hints before the reply",
                b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n" + http(chat()), want=PARIS, differs=INTERIM)
    yield Shape("transfer-no-phrase", "no reason phrase", http(chat()).replace(b"200 OK", b"200"))
    yield Shape("transfer-line-feeds", "line feeds alone in the head", head(
        200, ("Content-Type", "application/json"), ("Content-Length", len(body))).replace(b"\r\n", b"\n") + body,
                want=PARIS, differs="a recipient may take a line feed for a line end (RFC 9112, 2.2); DSPy does not")
    yield Shape("transfer-cookies", "20 cookies, and names twice", http(
        chat(), 200, *[("Set-Cookie", f"c{number}={'x' * 30}") for number in range(20)], ("Content-Type", "application/json")))
    yield Shape("transfer-length-twice", "the same length twice", http(chat(), 200, ("Content-Length", len(body))))
    yield Shape("transfer-held", "the connection stays open behind a whole reply", http(chat()), hold_open=True)
    yield Shape("transfer-cut", "closed before the body is whole", http(chat())[:-40])
    yield Shape("transfer-cut-chunk", "closed inside a chunk", chunked([body], type="application/json", end=b"")[:-40])
    yield Shape("transfer-cut-json", "half a completion with a right length", http(body[:-40]), says="not JSON")
    yield Shape("transfer-nothing", "closed without a reply", b"")
    yield Shape("transfer-half-head", "closed inside the head", b"HTTP/1.1 200 OK\r\nContent-Type: appl")
    yield Shape("transfer-not-http", "another protocol answers", b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
                want={"class": "LMTransportError", "code": "transport", "retried": False}, says="SSH",
                differs="what listens there will speak the same at every attempt; DSPy asks again")
    packed = gzip.compress(body, mtime=0)
    for name, coding, bytes_ in (
        ("gzip", "gzip", packed), ("x-gzip", "x-gzip", packed), ("deflate", "deflate", zlib.compress(body)),
        ("deflate-raw", "deflate", zlib.compress(body)[2:-4]),
        ("identity", "identity", body), ("gzip-capitals", "GZIP", packed),
    ):
        yield Shape("coding-" + name, "a coding nobody asked for", http(bytes_, 200, ("Content-Encoding", coding)))
    yield Shape(
        "coding-gzip-two-members", "gzip in two members",
        http(gzip.compress(body[:60], mtime=0) + gzip.compress(body[60:], mtime=0), 200, ("Content-Encoding", "gzip")),
        want={"class": "LMTransportError", "code": "transport", "retried": True}, says="compressed",
        differs="libcurl reads the first member only and says so; no server was seen that sends two")
    yield Shape("coding-gzip-chunked", "gzip in chunks", chunked(
        [packed[:40], packed[40:]], ("Content-Encoding", "gzip"), type="application/json"))
    yield Shape("coding-gzip-cut", "half of the packed bytes", http(packed[:-30], 200, ("Content-Encoding", "gzip")))
    yield Shape("coding-gzip-lie", "plain text under gzip", http(body, 200, ("Content-Encoding", "gzip")))
    yield Shape("coding-unknown", "a coding that nobody knows", http(b"\x01\x02\x03", 200, ("Content-Encoding", "snappy")))
    yield Shape("coding-gzip-error", "a packed error", http(gzip.compress(
        raw(problem("bad", "temperature is too hot")), mtime=0), 400, ("Content-Encoding", "gzip")), says="too hot")
    stream = b"".join(map(raw, events(*ANSWER, STOP, DONE)))
    pressed = zlib.compressobj(9, zlib.DEFLATED, 31)
    pieces = [pressed.compress(stream[:150]) + pressed.flush(zlib.Z_SYNC_FLUSH), pressed.compress(stream[150:]) + pressed.flush()]
    yield Shape("coding-gzip-stream", "a packed stream", chunked(pieces, ("Content-Encoding", "gzip")), stream=True)
    yield Shape("coding-deflate-stream", "a packed stream", chunked([zlib.compress(stream)], ("Content-Encoding", "deflate")),
                stream=True)


def completions():
    """What a completion may hold."""
    yield Shape("chat-parts", "content as parts", http(chat([{"type": "text", "text": MARKED}])))
    yield Shape("chat-parts-thinking", "parts with Mistral's thinking", http(chat([
        {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": MARKED}])))
    yield Shape("chat-index", "the only choice has another index", http(chat(choice={"index": 1})))
    yield Shape("chat-no-index", "a choice without index", http({"choices": [{"message": {"content": MARKED}}]}))
    yield Shape("chat-two", "two choices where one was asked for", http(
        {**chat(), "choices": chat()["choices"] + chat("[[ ## answer ## ]]\nRome")["choices"]}), want=PARIS,
        differs="the first choice is the answer to the one question; DSPy refuses both")
    yield Shape("chat-null", "no content at all", http(chat(None)))
    yield Shape("chat-empty", "empty content", http(chat("")))
    yield Shape("chat-no-message", "a choice without message", http({"choices": [{"index": 0, "finish_reason": "stop"}]}),
                want=GARBAGE, differs=NO_CHOICE)
    yield Shape("chat-no-choices", "no choices", http({"id": "x", "model": "m"}), want=GARBAGE,
                differs=NO_CHOICE)
    yield Shape("chat-empty-choices", "an empty list of choices", http({"model": "m", "choices": []}), want=GARBAGE,
                differs=NO_CHOICE)
    yield Shape("chat-refusal", "a refusal", http(chat(None, refusal="I cannot help with that")), want={
        **refused("AdapterParseError", "parse_failed"), "message_contains": "I cannot help with that"},
        differs="the words of the refusal are told (documented)")
    yield Shape("chat-filtered", "content_filter in the middle", http(chat("[[ ## answer ## ]]\nPar", finish="content_filter")))
    yield Shape("chat-length", "cut by max_tokens", http(chat("[[ ## answer ## ]]\nPar", finish="length")))
    yield Shape("chat-reasoning", "reasoning_content beside", http(chat(reasoning_content="hm")))
    yield Shape("chat-finish-null", "no finish_reason", http(chat(finish=None)))
    yield Shape("chat-finish-odd", "an unknown finish_reason", http(chat(finish="eos_token")))
    for name, usage in {"missing": None, "empty": {}, "strings": {"prompt_tokens": "10", "completion_tokens": "5"},
                        "floats": {"prompt_tokens": 10.0, "completion_tokens": 5.0, "total_tokens": 15.0},
                        "negative": {"prompt_tokens": -1, "completion_tokens": 5, "total_tokens": 4},
                        "nulls": {"prompt_tokens": None, "completion_tokens": None, "total_tokens": None},
                        "huge": {"prompt_tokens": 10**30, "completion_tokens": 5, "total_tokens": 10**30 + 5},
                        "list": [1, 2]}.items():
        yield Shape(f"usage-{name}", "an odd usage", http(chat(usage=usage)), want=PARIS, differs=COUNTS)
    yield Shape("chat-error-null", "an error that is null", http({**chat(), "error": None}))
    yield Shape("chat-json", "JSON where markers were asked for", http(chat('{"answer": "Paris"}')))
    yield Shape("chat-unreadable", "an answer without its field", http(chat("I would say Paris.")))


def streams():
    """Streams as servers send them."""
    def stream(name, why, reply, **more):
        return Shape("stream-" + name, why, reply, stream=True, **more)

    full = [*ANSWER, STOP, DONE]
    yield stream("plain", "the usual stream", sse(*full))
    yield stream("one-chunk", "all in one chunk", chunked(["".join(events(*full))]))
    yield stream("length", "with a length", http("".join(events(*full)), type="text/event-stream"))
    yield stream("until-close", "neither length nor chunks", head(200, ("Content-Type", "text/event-stream"))
                 + "".join(events(*full)).encode())
    yield stream("201", "another 2xx", chunked(events(*full), status=201))
    for name, type in {"json": "application/json", "plain": "text/plain", "none": None, "octets": "application/octet-stream",
                       "html": "text/html", "charset": "text/event-stream; charset=utf-8", "ndjson": "application/x-ndjson"}.items():
        yield stream(f"type-{name}", "events under another content type", sse(*full, type=type))
    yield stream("bom", "a byte order mark before the events", chunked(["\ufeff", *events(*full)]), want=PARIS,
                 differs="the standard of server-sent events drops it; DSPy loses the first event")
    yield stream("blank-lines", "blank lines before and between", chunked(["\n\n", *events(*full, end="\n\n\n\n")]))
    yield stream("comments", "comments that keep the connection", chunked(
        [": OPENROUTER PROCESSING\n\n", *[line for event in events(*full) for line in (": keepalive\n\n", event)]]))
    yield stream("empty-data", "events without data", chunked(["data:\n\n", *[
        line for event in events(*full) for line in ("data: \n\n", event)]]))
    yield stream("event-names", "names, ids and retry beside", chunked(
        [f"event: message\nid: {number}\nretry: 100\n{event}" for number, event in enumerate(events(*full))]))
    yield stream("no-blank", "data: without a blank", chunked(events(*full, data="data:")))
    yield stream("crlf", "CRLF", chunked(events(*full, end="\r\n\r\n")))
    yield stream("cr", "CR alone", chunked(events(*full, end="\r\r")), want=PARIS,
                 differs="the standard of server-sent events knows CR as a line end; DSPy does not")
    yield stream("single-newline", "one line feed between events", chunked(events(*full, end="\n")), want=GARBAGE,
                 differs="DSPy raises LMUnexpectedError for an event that is no JSON (documented)")
    yield stream("many-lines", "an event over several data lines", chunked(
        ["data: " + json.dumps(item, indent=1).replace("\n", "\ndata: ") + "\n\n" for item in full[:-1]] + events(DONE)))
    yield stream("tiny-chunks", "chunks that cut letters", chunked([
        bytes([byte]) for byte in b"".join(map(raw, events(delta(MARKED.replace("Paris", "日本")), STOP, DONE)))]))
    yield stream("no-final-newline", "no blank line behind the last event", chunked([*events(*full[:-1]), "data: [DONE]"]))
    yield stream("done-blank", "[DONE] with a blank behind", sse(*ANSWER, STOP, "[DONE] "), want=PARIS,
                 differs="behind a finish_reason nothing voids the answer; DSPy takes the line for JSON")
    yield stream("done-only", "no finish_reason, [DONE] comes", sse(*ANSWER, DONE))
    yield stream("no-done", "a finish_reason and no [DONE]", sse(*ANSWER, STOP))
    yield stream("finish-with-text", "the last piece brings the finish_reason", sse(
        delta("[[ ## answer ## ]]\n"), delta("Paris", finish="stop"), DONE))
    yield stream("usage-last", "usage in an event without choices", sse(*ANSWER, STOP, {
        "model": "m", "choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}}, DONE))
    yield stream("usage-null", "usage null in every event", sse(*[{**item, "usage": None} for item in full[:-1]], DONE))
    yield stream("usage-odd", "usage of strings", sse(*ANSWER, {**STOP, "usage": {"prompt_tokens": "x"}}, DONE), want=PARIS,
                 differs=COUNTS)
    yield stream("text-after-done", "text behind [DONE]", sse(*full, "bye"), want=PARIS,
                 differs="[DONE] is the end; DSPy reads on and fails")
    yield stream("garbage-after-finish", "a broken event behind finish_reason", sse(*ANSWER, STOP, "{broken", DONE), want=PARIS,
                 differs="behind a finish_reason nothing voids the answer; DSPy fails")
    yield stream("cut-after-finish", "closed behind finish_reason, chunks unfinished", chunked(
        events(*ANSWER, STOP), end=b""), want=PARIS, differs="the answer is whole; DSPy reports the broken connection")
    yield stream("held-done", "the connection stays open behind [DONE]", chunked(events(*full), end=b""), hold_open=True,
                 want=PARIS, differs="[DONE] is the end; DSPy waits for the server")
    yield stream("held-whole", "the connection stays open behind a whole stream", sse(*full), hold_open=True)
    yield stream("cut-early", "ends in the middle", sse(*ANSWER), want=BROKEN, differs=ENDS_EARLY)
    yield stream("cut-chunk", "closed in the middle", chunked(events(*ANSWER), end=b"20\r\ndata: {"), want=BROKEN,
                 differs=ENDS_EARLY)
    yield stream("empty", "no event at all", chunked([]), want=BROKEN, differs=ENDS_EARLY)
    yield stream("only-comments", "nothing but comments", chunked([": hello\n\n"]), want=BROKEN, differs=ENDS_EARLY)
    yield stream("garbage", "an event that is no JSON before the end", sse(ANSWER[0], "{broken", STOP, DONE), want=GARBAGE,
                 differs="DSPy raises LMUnexpectedError (documented)")
    yield stream("not-object", "an event that is a number", sse(ANSWER[0], "1", *full[1:]))
    yield stream("role-first", "a delta with the role alone, and nulls", sse(
        {"choices": [{"index": 0, "delta": {"role": "assistant", "content": None}}]}, *full))
    yield stream("no-delta", "a choice without delta", sse({"choices": [{"index": 0}]}, *full))
    yield stream("parts", "delta.content as parts", sse(*[
        delta([{"type": "text", "text": item["choices"][0]["delta"]["content"]}]) for item in ANSWER], STOP, DONE), want=PARIS,
        differs=OWN_ROWS + "; DSPy loses parts")
    yield stream("parts-thinking", "parts with Mistral's thinking, then text", sse(
        delta([{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}]), *full))
    yield stream("index", "the only choice has another index", sse(
        *[delta(item["choices"][0]["delta"].get("content"), item["choices"][0]["finish_reason"], 1) for item in full[:-1]], DONE))
    yield stream("message", "message where delta is meant", sse(chat(), DONE), want=PARIS,
                 differs=OWN_ROWS + "; DSPy reads an empty answer")
    yield stream("reasoning", "reasoning_content before the text", sse(delta(reasoning_content="hm"), *full))
    yield stream("max-tokens", "cut by max_tokens", sse(ANSWER[0], delta(finish="length"), DONE))
    yield stream("filtered", "content_filter in the middle", sse(ANSWER[0], delta(finish="content_filter"), DONE))
    yield stream("refusal", "a refusal in pieces", sse(delta(refusal="I cannot "), delta(refusal="do that"), STOP, DONE), want={
        **refused("AdapterParseError", "parse_failed"), "message_contains": "I cannot do that"},
        differs="the words of the refusal are told (documented)")
    yield stream("json", "a server that does not stream", http(chat()), want=PARIS, differs=OWN_ROWS)
    yield stream("json-as-events", "JSON under text/event-stream", http(chat(), type="text/event-stream"), want=PARIS,
                 differs=OWN_ROWS)
    yield stream("json-pretty", "JSON over lines under text/event-stream", http(
        json.dumps(chat(), indent=2), type="text/event-stream"), want=PARIS, differs=OWN_ROWS)
    yield stream("json-no-type", "JSON without a type", http(chat(), type=None), want=PARIS, differs=OWN_ROWS)
    key = problem("invalid_api_key", "Incorrect key", type="invalid_request_error")
    for name, type in {"": "application/json", "-as-events": "text/event-stream", "-plain": "text/plain"}.items():
        yield stream(f"error-body{name}", "an error with status 200 instead of a stream", http(key, type=type), says="Incorrect key",
                     want=AUTH, differs="DSPy drops what is no event")
    for name, type in {"html": "text/html", "events": "text/event-stream", "plain": "text/plain"}.items():
        yield stream(f"page-{name}", "a gateway's page with status 200", http(
            "<html><title>Sign in</title></html>", type=type), says="<html>", want=GARBAGE,
            differs="a page is no stream (documented)")
    yield stream("error-event", "an error as an event of its own", chunked(
        [*events(ANSWER[0]), "event: error\n" + events(problem("server_error", "overloaded"))[0]]), says="overloaded", want=SERVER,
        differs="a retry after part of an answer begins anew (documented)")
    yield stream("error-first", "an error before any text", sse(problem("rate_limit_exceeded", "slow down"), DONE), says="slow down")
    yield stream("error-text", "an error that is a string", sse({"error": "model crashed"}, DONE), says="model crashed", want=SERVER,
                 differs="DSPy passes over an error that is no object")
    yield stream("error-bare-json", "an error as bare JSON between events", chunked(
        [*events(ANSWER[0]), json.dumps(problem("server_error", "worker died")) + "\n"]), want={
            **SERVER, "message_contains": "worker died"},
        differs="vLLM and relays write the error without data:; DSPy drops it and reports a broken stream")
    yield stream("finish-error", "finish_reason error", sse(ANSWER[0], delta(finish="error"), DONE), want=SERVER,
                 differs="half an answer with an error is that error (documented)")
    for status, body, type in (
        (401, problem("invalid_api_key", "Incorrect key"), "application/json"), (429, problem(None, "slow down"), "application/json"),
        (503, "<html>overloaded</html>", "text/html"), (400, {"detail": "bad thing"}, "text/event-stream"), (500, "", None),
    ):
        words = {401: "Incorrect key", 429: "slow down", 503: "overloaded", 400: "bad thing"}.get(status)
        yield stream(f"status-{status}", "an error status instead of a stream", http(body, status, type=type), says=words)


def tool_calls():
    """Calls of tools, whole and in pieces."""
    one, two = '{"city": "Paris"}', '{"city": "Rome"}'
    both = {"prediction": {"answer": None, "tool_calls": [
        {"name": "weather", "args": {"city": "Paris"}}, {"name": "weather", "args": {"city": "Rome"}}]}}

    def whole(name, why, calls, **more):
        return Shape("calls-" + name, why, http(chat(None, finish="tool_calls", tool_calls=calls)), tools=True, **more)

    def stream(name, why, *deltas, **more):
        pieces = [delta(tool_calls=calls) for calls in deltas]
        return Shape("calls-stream-" + name, why, sse(*pieces, delta(finish="tool_calls"), DONE), stream=True, tools=True, **more)

    glued = OWN_ROWS + "; an id of its own begins another call. DSPy glues them"
    yield whole("two", "two calls", [call("weather", one, id="a"), call("weather", two, id="b")])
    yield whole("no-ids", "two calls without ids", [call("weather", one), call("weather", two)])
    yield whole("objects", "arguments as objects", [call("weather", {"city": "Paris"}, id="a"), call("weather", {"city": "Rome"}, id="b")])
    yield whole("no-type", "a call without its type", [{"id": "a", "function": {"name": "weather", "arguments": one}}])
    yield whole("unnamed", "a call without a name", [{"id": "a", "type": "function", "function": {"arguments": one}}])
    yield stream("two", "two calls with their indices", [call("weather", one, 0, "a")], [call("weather", two, 1, "b")])
    yield stream("pieces", "arguments in pieces", [call("weather", "", 0, "a")], [{"index": 0, "function": {"arguments": one[:7]}}],
                 [{"index": 0, "function": {"arguments": one[7:]}}], [call("weather", "", 1, "b")],
                 [{"index": 1, "function": {"arguments": two}}])
    yield stream("id-repeated", "the same id in every piece", [call("weather", one[:7], 0, "a")],
                 [{"index": 0, "id": "a", "function": {"arguments": one[7:]}}])
    yield stream("no-index", "each in a chunk of its own, without index", [call("weather", one, id="a")],
                 [call("weather", two, id="b")], want=both, differs=glued)
    yield stream("index-0", "all with index 0", [call("weather", one, 0, "a")], [call("weather", two, 0, "b")], want=both,
                 differs=glued)
    yield stream("index-0-pieces", "all with index 0, arguments in pieces", [call("weather", one[:7], 0, "a")],
                 [{"index": 0, "function": {"arguments": one[7:]}}], [call("weather", two[:7], 0, "b")],
                 [{"index": 0, "function": {"arguments": two[7:]}}], want=both, differs=glued)
    yield stream("one-chunk", "two calls in one chunk, without index", [call("weather", one, id="a"), call("weather", two, id="b")],
                 want=both, differs=glued)
    yield stream("empty-ids", "later pieces with an empty id", [call("weather", one[:7], 0, "a")],
                 [{"index": 0, "id": "", "function": {"arguments": one[7:]}}], [call("weather", two, 1, "b")])
    yield stream("objects", "arguments as an object", [call("weather", {"city": "Paris"}, 0, "a")], want={
        "prediction": {"answer": None, "tool_calls": both["prediction"]["tool_calls"][:1]}},
        differs=OWN_ROWS + "; DSPy writes the object as Python text")
    yield stream("index-1", "the first index is 1", [call("weather", one, 1, "a")], [call("weather", two, 2, "b")])


def statuses():
    """Every status with OpenAI's error body."""
    for status in (400, 401, 402, 403, 404, 405, 408, 409, 413, 415, 418, 422, 424, 429, 500, 501, 502, 503, 504, 520, 529):
        yield Shape(f"status-{status}", "OpenAI's error body", http(problem(None, "boom", type="x"), status), says="boom")
    yield Shape("status-429-wait", "a wait beside", http(problem(None, "slow"), 429, ("Retry-After", "1")), says="slow")
    for status in (400, 401, 403, 404, 429, 500, 502, 503):
        yield Shape(f"status-{status}-page", "a proxy's page", http(
            f"<html><head><title>{status}</title></head><body>nginx</body></html>", status, type="text/html"), says="nginx")
    for status in (400, 401, 404, 429, 500, 503):
        yield Shape(f"status-{status}-empty", "an empty body", http(b"", status, type=None))


def bodies():
    """Every body of an error that providers and gateways use."""
    loc = [{"loc": ["body", "messages", 0], "msg": "Field required", "type": "missing"}]
    for name, status, body, words in (
        ("fastapi-list", 422, {"detail": loc}, "Field required"),
        ("fastapi-place", 422, {"detail": loc}, "messages"),
        ("fastapi-text", 400, {"detail": "Model is loading"}, "Model is loading"),
        ("fastapi-object", 503, {"detail": {"error": "queue is full", "code": 7}}, "queue is full"),
        ("mistral", 422, {"object": "error", "message": {"detail": loc}, "type": "invalid_request_error"}, "Field required"),
        ("mistral-text", 401, {"message": "no such key", "request_id": "r1"}, "no such key"),
        ("google-array", 400, [{"error": {"code": 400, "message": "API key not valid", "status": "INVALID_ARGUMENT"}}],
         "API key not valid"),
        ("google-array-429", 429, [{"error": {"code": 429, "message": "Quota exceeded", "status": "RESOURCE_EXHAUSTED"}}],
         "Quota exceeded"),
        ("google-object", 400, {"error": {"code": 400, "message": "Unknown name", "status": "INVALID_ARGUMENT"}}, "Unknown name"),
        ("cloudflare", 400, {"result": None, "success": False, "errors": [{"code": 7003, "message": "No route"}], "messages": []},
         "No route"),
        ("list", 400, {"error": ["temperature must be positive"]}, "temperature must be positive"),
        ("text", 500, {"error": "CUDA out of memory"}, "CUDA out of memory"),
        ("message", 400, {"message": "bad thing"}, "bad thing"),
        ("Message", 400, {"Message": "bad thing"}, "bad thing"),
        ("bedrock", 400, {"__type": "ValidationException", "message": "Malformed input"}, "Malformed input"),
        ("tgi", 422, {"error": "Input validation error", "error_type": "validation"}, "Input validation error"),
        ("ollama", 500, {"error": "llama runner process has terminated"}, "llama runner"),
        ("vllm", 400, {"object": "error", "message": "top_p must be in (0, 1]", "type": "BadRequestError", "param": None, "code": 400},
         "top_p must be"),
        ("anthropic", 529, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, "Overloaded"),
        ("azure", 400, {"error": {"code": "content_filter", "message": "The response was filtered", "innererror": {
            "code": "ResponsibleAIPolicyViolation"}}}, "was filtered"),
        ("cohere", 400, {"id": "x", "message": "invalid request: bad role"}, "bad role"),
        ("huggingface", 503, {"error": "Model m is currently loading", "estimated_time": 20.0}, "currently loading"),
        ("openrouter-raw", 400, problem(400, "Provider returned error", metadata={
            "raw": '{"error":{"message":"top_k is not known"}}', "provider_name": "X"}), "top_k is not known"),
        ("openrouter-raw-text", 502, problem(502, "Provider returned error", metadata={"raw": "upstream connect error"}),
         "upstream connect error"),
        ("openrouter-raw-object", 400, problem(400, "Provider returned error", metadata={
            "raw": {"error": {"message": "top_k is not known"}}}), "top_k is not known"),
        ("errors-texts", 400, {"errors": ["bad thing"]}, "bad thing"),
        ("error-nested", 400, {"error": {"error": {"message": "bad thing"}}}, "bad thing"),
        ("error-detail", 400, {"error": {"detail": "bad thing"}}, "bad thing"),
        ("msg", 400, {"code": 1001, "msg": "bad thing"}, "bad thing"),
        ("error-msg", 400, {"error_code": 17, "error_msg": "bad thing"}, "bad thing"),
        ("problem-json", 400, {"type": "about:blank", "title": "Bad Request", "detail": "bad thing", "status": 400}, "bad thing"),
        ("base-resp", 400, {"base_resp": {"status_code": 1004, "status_msg": "bad thing"}}, "bad thing"),
        ("unknown", 400, {"oops": {"why": "bad thing"}}, "bad thing"),
        ("array-texts", 400, ["bad thing"], "bad thing"),
        ("string", 400, '"bad thing"', "bad thing"),
        ("words", 400, "bad thing\n", "bad thing"),
        ("escapes", 400, problem(None, "schlecht: \x1b[31mrot\x07 über"), "über"),
        ("bom", 400, b"\xef\xbb\xbf" + raw(problem(None, "bad thing")), "bad thing"),
        ("cut-json", 400, '{"error": {"message": "bad thing', "bad thing"),
        ("empty-message", 400, {"error": {"message": "", "type": "too_hot"}}, "too_hot"),
        ("empty-object", 400, {}, None), ("error-null", 400, {"error": None}, None),
        ("message-object", 400, {"error": {"message": {"reason": "bad thing"}}}, "bad thing"),
        ("message-list", 400, {"error": {"message": ["bad thing"]}}, "bad thing"),
    ):
        yield Shape(f"body-{name}", "an error's body", http(body, status), says=words)


def words():
    """Errors whose words or codes say more than their status."""
    shrink = "the words say it: an agent shortens its trajectory for it. DSPy knows OpenAI's code alone"
    for name, status, body, want in (
        ("openai", 400, problem("context_length_exceeded", "too long", type="invalid_request_error"), None),
        ("vllm", 400, problem(400, "This model's maximum context length is 8192 tokens. However, you requested 9000"), CONTEXT),
        ("vllm-flat", 400, {"object": "error", "message": "This model's maximum context length is 8 tokens.", "code": 400}, CONTEXT),
        ("groq", 413, problem(None, "Please reduce the length of the messages or completion."), CONTEXT),
        ("llama.cpp", 400, problem(400, "the request exceeds the available context size", type="exceed_context_size_error"), CONTEXT),
        ("openrouter", 400, problem(400, "This endpoint's maximum context length is 8192 tokens."), CONTEXT),
        ("mistral", 400, {"message": "Prompt contains 9 tokens, too large for model with 8 maximum context length"}, CONTEXT),
        ("anthropic", 400, problem(None, "prompt is too long: 210000 tokens > 200000 maximum"), CONTEXT),
        ("gemini", 400, problem(400, "The input token count (1100000) exceeds the maximum number of tokens allowed (1048576)."), CONTEXT),
        ("bedrock", 400, {"message": "Input is too long for requested model."}, CONTEXT),
        ("sglang", 400, {"object": "error", "code": 400, "message":
            "The input (9000 tokens) is longer than the model's context length (8192 tokens)."}, CONTEXT),
        ("tgi", 422, {"error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` "
                      "tokens and 16 `max_new_tokens`", "error_type": "validation"}, CONTEXT),
        ("other", 400, problem(None, "the context of this talk is too long ago"), None),
        ("max-tokens", 400, problem(None, "max_tokens is too large: 32768. This model supports at most 16384 completion tokens"), None),
    ):
        yield Shape(f"context-{name}", "a prompt that is too long", http(body, status), want=want, differs=want and shrink)
    for name, status, body in (
        ("openai", 404, problem("model_not_found", "The model `x` does not exist")),
        ("ollama", 404, {"error": "model 'x' not found"}),
        ("ollama-pull", 404, problem(None, 'model "x" not found, try pulling it first', type="api_error")),
        ("fireworks", 404, problem("NOT_FOUND", "Model not found, inaccessible, and/or not deployed")),
        ("vllm", 404, problem(404, "The model `x` does not exist.", type="NotFoundError")),
        ("azure", 404, problem("DeploymentNotFound", "The API deployment for this resource does not exist.")),
        ("unsupported", 404, problem(None, "this model is not supported for chat")),
        ("path", 404, problem(None, "Not Found")), ("other", 404, problem(None, "no such thread was found")),
        ("fastapi", 404, {"detail": "Not Found"}),
        ("400", 400, problem("model_not_found", "x is unknown")),
        ("400-words", 400, problem(None, "x is not a valid model ID")),
    ):
        yield Shape(f"model-{name}", "a model, or something else, that is not there", http(body, status))
    for name, status, body in (
        ("openai", 429, problem("insufficient_quota", "You exceeded your current quota", type="insufficient_quota")),
        ("zai", 429, problem("1113", "Insufficient balance")),
        ("moonshot", 429, problem(None, "suspended", type="exceeded_current_quota_error")),
        ("deepseek", 402, problem("invalid_request_error", "Insufficient Balance")),
        ("openrouter", 402, problem(402, "This request requires more credits")),
    ):
        yield Shape(f"quota-{name}", "no credit", http(body, status))
    yield Shape("limit-tokens", "a limit of tokens per minute", http(problem(
        "rate_limit_exceeded", "Request too large for m: Limit 30000, Requested 50000 tokens", type="tokens"), 429))
    yield Shape("auth-400", "a refused key with status 400", http(problem("invalid_api_key", "wrong"), 400))
    yield Shape("limit-400", "a limit with status 400", http(problem("rate_limit_exceeded", "slow"), 400))


CLASSES = {400: INVALID, 401: AUTH, 402: BILLING, 403: AUTH, 404: INVALID, 408: TIMEOUT, 422: INVALID, 429: LIMITED, 500: SERVER,
           502: SERVER, 503: SERVER, 504: TIMEOUT, 529: SERVER}


def in_band():
    """Errors behind status 200."""
    for status, want in CLASSES.items():
        yield Shape(f"in-band-{status}", "the status as a number", http(problem(status)), says="boom", want=want, differs=IN_BAND)
        yield Shape(f"in-band-stream-{status}", "the status as a number, in a stream", sse(
            ANSWER[0], problem(status), DONE), stream=True, says="boom", want=want, differs=IN_BAND)
    for code, want in (("401", AUTH), ("429", LIMITED), ("invalid_api_key", AUTH), ("insufficient_quota", BILLING),
                       ("context_length_exceeded", CONTEXT)):
        yield Shape(f"in-band-text-{code}", "a code as text", http(problem(code)), says="boom", want=want,
                    differs=IN_BAND if code.isdigit() else "DSPy reads this code in a stream only")
        yield Shape(f"in-band-stream-text-{code}", "a code as text, in a stream", sse(problem(code), DONE), stream=True, says="boom",
                    want=want, differs=IN_BAND)
    for code in ("rate_limit_exceeded", "server_error", "invalid_prompt", "model_not_found", "no_capacity", "what_is_this"):
        yield Shape(f"in-band-text-{code}", "a code as text", http(problem(code)), says="boom")
    yield Shape("in-band-type", "a type without a code", http(problem(None, "wrong key", type="authentication_error")),
                says="wrong key", want=AUTH, differs="DSPy reads the type with an error status only")
    yield Shape("in-band-none", "neither code nor type", http({"error": {"message": "boom"}}), says="boom")
    yield Shape("in-band-text", "an error that is text", http({"error": "boom"}), says="boom", want=SERVER,
                differs="DSPy passes over an error that is no object")
    yield Shape("in-band-context", "400 and words about the context", http(
        problem(400, "This model's maximum context length is 8192 tokens.")), want=CONTEXT, differs=IN_BAND)
    yield Shape("in-band-openrouter", "the reason behind the provider", http(problem(429, "Provider returned error", metadata={
        "raw": "m is temporarily rate-limited upstream"})), want=LIMITED, says="rate-limited upstream", differs=IN_BAND)
    yield Shape("in-band-choice", "an error in the choice", http(chat("half", choice={
        "finish_reason": "error", "error": {"code": 502, "message": "upstream is gone"}})), says="upstream is gone", want=SERVER,
        differs="half an answer with an error beside it is that error (documented)")
    yield Shape("in-band-fastapi", "a detail behind status 200", http({"detail": "Model is loading"}), want=GARBAGE,
                says="Model is loading", differs=NO_CHOICE)


    yield Shape("in-band-base-resp", "MiniMax's error behind status 200", http({
        "choices": None, "base_resp": {"status_code": 1004, "status_msg": "login fail"}}), want=GARBAGE, says="login fail",
        differs=NO_CHOICE)


def redirects():
    """Redirects: none is followed with a key in hand."""
    for status in (301, 302, 303, 307, 308):
        yield Shape(f"redirect-{status}", "to another host", http(b"", status, (
            "Location", "https://llm.invalid/v2/chat"), type=None), says="https://llm.invalid/v2/chat")
    yield Shape("redirect-308-path", "to another path", http(b"", 308, ("Location", "/v1/chat/completions/"), type=None),
                says="/v1/chat/completions/")
    yield Shape("redirect-302-page", "to a page to sign in, with a body", http("<html>Found</html>", 302, (
        "Location", "https://login.invalid/?next=x"), type="text/html"), says="https://login.invalid/")
    yield Shape("redirect-302-nowhere", "without Location", http(b"", 302, type=None))
    yield Shape("redirect-stream", "instead of a stream", http(b"", 307, ("Location", "https://llm.invalid/v2"), type=None),
                stream=True, says="https://llm.invalid/v2", want=GARBAGE, differs="a redirect is no stream")
