"""A server on 127.0.0.1 that answers every request with hostile bytes."""

import json
import random as randoms
import socket
import threading

import damage

GOOD = {
    "id": "c-1", "object": "chat.completion", "created": 1700000000, "model": "m",
    "choices": [{"index": 0, "finish_reason": "stop", "logprobs": None, "message": {
        "role": "assistant", "content": "[[ ## answer ## ]]\nyes\n\n[[ ## completed ## ]]", "refusal": None}}],
    "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15,
              "prompt_tokens_details": {"cached_tokens": 1, "audio_tokens": 0},
              "completion_tokens_details": {"reasoning_tokens": 2}},
}
TOOL = {"index": 0, "id": "t", "type": "function", "function": {"name": "f", "arguments": "{\"a\": 1}"}}
ERROR = {"error": {"message": "no", "type": "x", "code": "rate_limit_exceeded", "param": None}}
STATUSES = [200, 200, 200, 200, 201, 204, 301, 302, 400, 401, 403, 404, 408, 413, 422, 429, 429, 429, 500, 502, 503, 529,
            0, 99, 100, 999, 1000, -1]
NAMES = ["Retry-After", "retry-after-ms", "x-ms-retry-after-ms", "x-ratelimit-reset-requests",
         "x-ratelimit-remaining-requests", "x-ratelimit-limit-requests", "x-ratelimit-reset-tokens",
         "x-ratelimit-remaining-tokens", "x-ratelimit-limit-tokens", "x-ratelimit-reset", "x-ratelimit-remaining",
         "anthropic-ratelimit-requests-reset", "anthropic-ratelimit-requests-remaining", "Content-Type",
         "Content-Encoding", "Location", "x-request-id", "Set-Cookie", "Connection", "X-Odd"]
MONTHS = ["Jan", "Feb", "Nov", "Dec", "Foo", "nov"]


def date(random):
    """A date in one of the forms of HTTP or ISO 8601, possible or not."""
    def part(*usual):
        return str(random.choice([*usual, damage.number(random)]))
    kind = random.randrange(4)
    clock = ":".join(part("08", "23", "59", "60") for _ in range(3))
    if kind == 0:
        return f"Sun, {part('06', '31')} {random.choice(MONTHS)} {part('1994', '2026', '9999')} {clock} GMT"
    if kind == 1:
        return f"Sunday, {part('06')}-{random.choice(MONTHS)}-{part('94', '26')} {clock} GMT"
    if kind == 2:
        return f"Sun {random.choice(MONTHS)} {part(' 6')} {clock} {part('1994')}"
    zone = random.choice(["Z", "", "+01:00", f"-{part('5')}:{part('00')}"])
    return f"{part('2026')}-{part('01', '13')}-{part('27', '32')}T{clock}{zone}"


def header(random):
    """The value of a header field."""
    kind = random.randrange(6)
    if kind == 0:
        return date(random)
    if kind == 1:
        return damage.number(random)
    if kind == 2:
        return "".join(damage.number(random) + random.choice(["s", "ms", "m", "h", "d", "us", "x", ""]) for _ in range(2))
    if kind == 3:
        return random.choice(damage.TEXTS).replace("\r", "").replace("\n", "")
    return random.choice(["0", "1", "gzip", "deflate", "br", "application/json", "text/event-stream", "text/html",
                          "close", "keep-alive", "/v1/x", "0.01", "12ms", "6m0s"])


def answer(random):
    """The body of a whole answer."""
    kind = random.randrange(8)
    if kind == 0:
        return damage.text_of(damage.tree(random, ERROR)).encode("utf-8", "surrogatepass")
    if kind == 1:
        good = dict(GOOD, choices=[dict(GOOD["choices"][0], message={"content": None, "tool_calls": [TOOL]})])
        return damage.text_of(damage.tree(random, good)).encode("utf-8", "surrogatepass")
    text = json.dumps(GOOD).encode()
    if kind <= 3:
        return damage.digits_replaced(random, text)
    if kind == 4:
        return damage.damaged(random, text)
    if kind == 5:
        return random.choice([b"", b"null", b"[]", b"{}", b"<html>", b"\x1f\x8b\x08", b"\xef\xbb\xbf" + text])
    return damage.text_of(damage.tree(random, GOOD)).encode("utf-8", "surrogatepass")


def stream(random):
    """The body of a streamed answer."""
    content = "[[ ## answer ## ]]\nyes, 売上🙂\n\n[[ ## completed ## ]]"
    lines = []
    step = random.choice([1, 3, 7, 100])
    for start in range(0, len(content), step):
        chunk = {"id": "c", "model": "m", "choices": [{"index": 0, "delta": {"content": content[start : start + step]}}]}
        if random.random() < 0.15:
            chunk["choices"][0]["delta"] = {"tool_calls": [TOOL], "reasoning_content": "hm"}
        if random.random() < 0.25:
            chunk = damage.tree(random, chunk)
        lines.append("data: " + damage.text_of(chunk))
    lines.append('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":'
                 + damage.text_of(damage.tree(random, GOOD["usage"])) + "}")
    lines.append("data: [DONE]")
    end = random.choice(["\n\n", "\r\n\r\n", "\r\r", "\n"])
    data = end.join(lines + [""]).encode("utf-8", "surrogatepass")
    return damage.damaged(random, data) if random.random() < 0.5 else data


def reply(random, streams):
    """A whole reply: head and body, and whether the connection may be used again."""
    body = stream(random) if streams and random.random() < 0.85 else answer(random)
    status = 200 if random.random() < 0.6 else random.choice(STATUSES)
    kind = "text/event-stream" if streams and random.random() < 0.9 else "application/json"
    lines = [f"HTTP/1.1 {status} {random.choice(['OK', '', 'x' * 200])}", f"Content-Type: {kind}"]
    for _ in range(random.randrange(5)):
        lines.append(f"{random.choice(NAMES)}: {header(random)}")
    plain = random.random() < 0.7
    if plain:
        lines.append(f"Content-Length: {len(body)}")
    elif random.random() < 0.5:
        lines.append("Transfer-Encoding: chunked")
        body = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
        if random.random() < 0.4:
            body = damage.damaged(random, body, 2)
    elif random.random() < 0.5:
        lines.append(f"Content-Length: {damage.number(random)}")
    head = "\r\n".join(lines + ["", ""]).encode("utf-8", "surrogatepass")
    if random.random() < 0.1:
        head = damage.damaged(random, head, 3)
    return head + body, plain and status == 200


class HostileServer:
    """Answers the request number N of a run by the random numbers of SEED, RUN and N, whoever asks first."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}/v1"
        self.lock = threading.Lock()
        self.begin("0", False)
        threading.Thread(target=self._accept, daemon=True).start()

    def begin(self, name, streams):
        """Begins a run: its replies follow from its name."""
        with self.lock:
            self.name, self.streams, self.count = name, streams, 0

    def _next(self):
        with self.lock:
            self.count += 1
            return randoms.Random(f"{self.name}/{self.count}"), self.streams

    def _accept(self):
        while True:
            connection, _ = self.socket.accept()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            connection.settimeout(20)
            rest = b""
            try:
                while True:
                    while b"\r\n\r\n" not in rest:
                        more = connection.recv(65536)
                        if not more:
                            return
                        rest += more
                    head, _, rest = rest.partition(b"\r\n\r\n")
                    length = 0
                    for line in head.split(b"\r\n"):
                        if line.lower().startswith(b"content-length:"):
                            length = int(line.split(b":")[1])
                    while len(rest) < length:
                        more = connection.recv(65536)
                        if not more:
                            return
                        rest += more
                    rest = rest[length:]
                    random, streams = self._next()
                    data, stays = reply(random, streams)
                    if streams and random.random() < 0.3:
                        for start in range(0, len(data), 7):
                            connection.sendall(data[start : start + 7])
                    else:
                        connection.sendall(data)
                    if not stays:
                        return
            except OSError:
                return
