"""A model in Python for the checks: recorded answers by their messages, cut at random, or an endless stream that counts."""

import http.server
import json
import random
import socket
import socketserver
import threading
import time


class Model:
    """An OpenAI-compatible server on a free port of 127.0.0.1.

    `answers` maps the JSON of messages to a text; what is not in it gets `otherwise`. With `cut` streams come in deltas of
    random length, in pieces of random bytes, with random pauses.
    """

    def __init__(
        self, answers=None, otherwise="[[ ## answer ## ]]\nyes\n\n[[ ## completed ## ]]", seed=1, most=12, pause=0.002
    ):
        self.answers, self.otherwise, self.seed, self.most, self.pause = answers or {}, otherwise, seed, most, pause
        self.requests, self.unknown, self._lock = 0, [], threading.Lock()
        model = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                try:
                    model.answer(self, body)
                except OSError:
                    self.close_connection = True

            def log_message(self, *_):
                pass

        class Listener(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads, request_queue_size = True, 1024

            def handle_error(self, *_):
                pass

        self.listener = Listener(("127.0.0.1", 0), Handler)
        self.port = self.listener.server_port
        self.address = f"http://127.0.0.1:{self.port}/v1"
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()

    def text(self, body):
        key = json.dumps(body["messages"], sort_keys=True)
        found = self.answers.get(key)
        if found is None and self.answers:
            with self._lock:
                self.unknown.append(body["messages"][-1]["content"][:200])
        return self.otherwise if found is None else found

    def answer(self, handler, body):
        with self._lock:
            self.requests += 1
            numbers = random.Random(self.seed * 1_000_003 + self.requests)
        text = self.text(body)
        usage = {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}
        if not body.get("stream"):
            message = {"role": "assistant", "content": text}
            whole = {
                "id": "c",
                "object": "chat.completion",
                "created": 0,
                "model": body["model"],
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                "usage": usage,
            }
            data = json.dumps(whole, ensure_ascii=False).encode()
            handler.send_response(200)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", str(len(data)))
            handler.end_headers()
            handler.wfile.write(data)
            return
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()

        def event(choices, **more):
            return (
                b"data: "
                + json.dumps(
                    {
                        "id": "c",
                        "object": "chat.completion.chunk",
                        "created": 0,
                        "model": body["model"],
                        "choices": choices,
                        **more,
                    },
                    ensure_ascii=numbers.random() < 0.5,
                ).encode()
                + b"\n\n"
            )

        def delta(content, finish=None):
            return event([{"index": 0, "delta": content, "finish_reason": finish}])

        parts, place = [delta({"role": "assistant", "content": ""})], 0
        most = numbers.choice([1, 3, self.most, 100])
        while place < len(text):
            size = numbers.randint(1, most)
            parts.append(delta({"content": text[place : place + size]}))
            place += size
        parts += [delta({}, "stop"), event([], usage=usage), b"data: [DONE]\n\n"]
        data, place = b"".join(parts), 0
        largest = numbers.choice([17, 200, 5000])
        while place < len(data):
            piece = data[place : place + numbers.randint(1, largest)]
            place += len(piece)
            handler.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            if numbers.random() < 0.1:
                time.sleep(numbers.random() * self.pause)
        handler.wfile.write(b"0\r\n\r\n")

    def stop(self):
        self.listener.shutdown()
        self.listener.server_close()


class Flood:
    """A model that streams `total` bytes of text as fast as it may, and counts how many it could send."""

    def __init__(self, total=14_000_000, piece=1000):
        self.sent, self.ended, self.total, self.piece = 0, None, total, piece
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(64)
        self.port = self.listener.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}/v1"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        def chunk(data):
            peer.sendall(b"%x\r\n%b\r\n" % (len(data), data))

        def delta(text):
            return (
                b'data: {"id":"c","object":"chat.completion.chunk","created":0,"model":"m","choices":[{"index":0,"delta":{"content":'
                + json.dumps(text).encode()
                + b'},"finish_reason":null}]}\n\n'
            )

        try:
            data = b""
            while b"\r\n\r\n" not in data:
                data += peer.recv(65536)
            head, _, body = data.partition(b"\r\n\r\n")
            length = next(
                int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
            )
            while len(body) < length:
                body += peer.recv(65536)
            is_long = b"FLOOD" in body
            if not json.loads(body).get("stream"):
                message = {"role": "assistant", "content": "[[ ## answer ## ]]\nyes\n\n[[ ## completed ## ]]"}
                whole = {"id": "c", "object": "chat.completion", "created": 0, "model": "m"}
                whole["choices"] = [{"index": 0, "message": message, "finish_reason": "stop"}]
                data = json.dumps(whole).encode()
                kind = b"Content-Type: application/json\r\nConnection: close\r\n"
                peer.sendall(b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n\r\n%b" % (kind, len(data), data))
                peer.close()
                return
            peer.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            )
            chunk(delta("[[ ## answer ## ]]\n"))
            if is_long:
                self.sent, self.ended = 0, None
            for place in range(self.total // self.piece if is_long else 1):
                chunk(delta((f"{place} " + "x" * self.piece)[: self.piece]))
                if is_long:
                    self.sent += self.piece
            chunk(delta("\n\n[[ ## completed ## ]]"))
            chunk(
                b'data: {"id":"c","object":"chat.completion.chunk","created":0,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
            )
            peer.sendall(b"0\r\n\r\n")
            peer.close()
        except (OSError, ValueError, StopIteration):
            self.ended = time.monotonic()
            peer.close()
