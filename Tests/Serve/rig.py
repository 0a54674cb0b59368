"""What the checks of `dspy-swift serve` share: servers, the mock model, raw sockets, answers read strictly."""

import argparse
import json
import os
import queue
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

KEY = "sk-very-secret"  # what the mock quotes with FAIL400
TOKEN = "a-token-that-nobody-may-see-42"
JSON = "application/json"
started = []
# Every byte that any server sent, for `leaks`.
heard = bytearray()
heard_by = {}
_hearing = threading.Lock()


# ---- Checks


class Checks:
    """Counts; prints one line for each check."""

    def __init__(self):
        self.failed, self.count, self._lock = [], 0, threading.Lock()

    def __call__(self, name, holds, detail=""):
        with self._lock:
            self.count += 1
            if not holds:
                self.failed.append(name)
            shown = detail if isinstance(detail, str) else repr(detail)
            print(f"ok    {name}" if holds else f"FAIL  {name}: {shown[:700]}", flush=True)
        return bool(holds)

    def equal(self, name, found, wanted):
        return self(name, found == wanted, f"found {found!r}, wanted {wanted!r}")

    def end(self):
        print(f"{self.count} checks, {len(self.failed)} failed")
        return 1 if self.failed or not self.count else 0


check = Checks()


def options(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--tool", default=os.environ.get("DSPY_SWIFT"), help="dspy-swift, else $DSPY_SWIFT")
    parser.add_argument(
        "--mock", default=os.environ.get("MOCK_MODEL_SERVER"), help="mock-model-server, else its variable"
    )
    return parser


def parsed(parser):
    found = parser.parse_args()
    for name in ("tool", "mock"):
        path = getattr(found, name)
        if not path or not os.access(path, os.X_OK):
            parser.error(f"--{name} is no program: {path}")
        setattr(found, name, os.path.abspath(path))
    return found


def finish(work):
    """Runs the checks; whatever happens, what was started is ended."""
    try:
        work()
    except BaseException as error:
        check("the script ran to its end", False, f"{type(error).__name__}: {error}")
        if not isinstance(error, (KeyboardInterrupt, SystemExit)):
            import traceback

            traceback.print_exc()
    finally:
        for process in list(started):
            process.end()
    sys.exit(check.end())


def together(*works):
    """Runs functions side by side; a failure of one is a failed check."""

    def run(work):
        try:
            work()
        except BaseException as error:
            import traceback

            check(
                f"{getattr(work, '__name__', work)} ran to its end", False, f"{error!r} {traceback.format_exc()[-400:]}"
            )

    threads = [threading.Thread(target=run, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def until(holds, seconds=5.0):
    """Waits for something to come true; whether it did."""
    end = time.monotonic() + seconds
    while True:
        if found := holds():
            return found
        if time.monotonic() >= end:
            return False
        time.sleep(0.01)


# ---- Processes


def environment(**more):
    found = dict(os.environ, OPENAI_API_KEY=KEY, **more)
    for name in list(found):
        if (
            name.lower() in ("http_proxy", "https_proxy", "all_proxy", "dspy_lm")
            or name == "DSPY_SERVE_TOKEN"
            and name not in more
        ):
            found.pop(name)
    return found


class Process:
    """A process with its lines of one stream, each with the time at which it came."""

    def __init__(self, command, source, env=None, cwd=None):
        self.lines, self.new = [], queue.Queue()
        pipes = {"stdout": subprocess.PIPE if source == "stdout" else subprocess.DEVNULL}
        pipes["stderr"] = subprocess.PIPE if source == "stderr" else subprocess.DEVNULL
        self.out = None
        if source == "stderr":
            self.out = tempfile.TemporaryFile()
            pipes["stdout"] = self.out
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=env or environment(), cwd=cwd, **pipes)
        self.pid = self.process.pid
        started.append(self)
        stream = getattr(self.process, source)
        threading.Thread(target=self._read, args=(stream,), daemon=True).start()

    def _read(self, stream):
        for line in stream:
            text = line.decode("utf-8", "replace").rstrip("\n")
            self.lines.append((time.monotonic(), text))
            self.new.put(text)
        self.new.put(None)

    def line(self, pattern, seconds=20.0):
        """The first line that fits, waited for."""
        end = time.monotonic() + seconds
        place = 0
        while True:
            lines = self.lines
            while place < len(lines):
                if found := re.search(pattern, lines[place][1]):
                    return found
                place += 1
            if time.monotonic() > end or self.process.poll() is not None and place >= len(self.lines):
                return None
            time.sleep(0.005)

    @property
    def text(self):
        return "\n".join(line for _, line in self.lines)

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, seconds):
        """The exit code; None when it still runs."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    @property
    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    @property
    def kilobytes(self):
        with open(f"/proc/{self.pid}/status") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self in started:
            started.remove(self)


class Mock(Process):
    """mock-model-server; its lines are the bill."""

    def __init__(self, binary, **keys):
        self.faults = keys.pop("faults", [])
        super().__init__([binary] + [f"{key}={value}" for key, value in keys.items()] + self.faults, "stdout")
        found = self.line(r"^http://127\.0\.0\.1:(\d+)/v1$")
        if not found:
            sys.exit("the mock model server did not start")
        self.address, self.port = found.group(0), int(found.group(1))

    def asked(self, question):
        """When the model was asked this, each time."""
        return [when for when, line in list(self.lines) if line == question]

    def gone(self, question):
        """When a client of this question went away, and after how many chunks."""
        found = []
        for when, line in list(self.lines):
            if match := re.match(r"# gone at \S+ s after (\d+) chunks: (.*)$", line):
                if match.group(2) == question:
                    found.append((when, int(match.group(1))))
        return found


class Server(Process):
    """dspy-swift serve on a free port."""

    def __init__(self, tool, programs, *flags, env=None, seconds=30.0, **named):
        command = [tool, "serve"] + ([programs] if isinstance(programs, str) else list(programs)) + list(flags)
        if "--port" not in flags:
            command += ["--port", "0"]
        super().__init__(command, "stderr", env or environment(**named))
        found = self.line(r"^dspy-swift: listening on http://(\S+):(\d+)$", seconds)
        if not found:
            raise SystemExit(f"{' '.join(command)} did not listen: {self.text[-1500:]}")
        self.port = int(found.group(2))
        self.host = f"127.0.0.1:{self.port}"

    @property
    def is_alive(self):
        return self.process.poll() is None

    def open(self, seconds=10.0):
        return Client(self.port, seconds)

    def ask(self, method, path, body=None, seconds=30.0, **headers):
        """One request on a connection of its own; its answer."""
        with self.open(seconds) as client:
            return client.ask(method, path, body, **headers)

    def predict(self, question, path="/predict", seconds=30.0, **headers):
        return self.ask("POST", path, {"question": question}, seconds, **headers)


# ---- HTTP


class Broken(Exception):
    """What came is no answer."""


class Answer:
    """One answer, read strictly."""

    def __init__(self, status, version, headers, body, ended):
        self.status, self.version, self.headers, self.body, self.ended = status, version, headers, body, ended

    def all(self, name):
        return [value for key, value in self.headers if key == name.lower()]

    def __getitem__(self, name):
        values = self.all(name)
        if len(values) > 1:
            raise Broken(f"{len(values)} headers {name}: {values}")
        return values[0] if values else None

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def closes(self):
        return (self["connection"] or "").lower() == "close"

    def __repr__(self):
        return f"{self.status} {self.headers} {self.body[:300]!r}"


class Client:
    """A raw socket."""

    def __init__(self, port, seconds=10.0, buffer=None):
        self.socket = socket.socket()
        self.socket.settimeout(seconds)
        if buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port, self.rest, self.ended = port, b"", None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())

    def head(self, method, path, length=None, version="1.1", host=None, **headers):
        lines = [f"{method} {path} HTTP/{version}", f"Host: {host or f'127.0.0.1:{self.port}'}"]
        lines += [f"{key.replace('_', '-')}: {value}" for key, value in headers.items()]
        if length is not None:
            lines.append(f"Content-Length: {length}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def request(self, method, path, body=None, **headers):
        """Sends a request, and does not read."""
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        data = body.encode() if isinstance(body, str) else body
        if data is not None and not any(key.lower() == "content_type" for key in headers):
            headers["Content_Type"] = JSON
        headers = {key: value for key, value in headers.items() if value is not None}
        length = len(data) if data is not None else 0 if method == "POST" else None
        self.send(self.head(method, path, length, **headers) + (data or b""))

    def ask(self, method, path, body=None, **headers):
        self.request(method, path, body, **headers)
        return self.answer(method)

    def read(self):
        """More bytes; empty at the end, whose kind is `ended`."""
        if self.ended:
            return b""
        try:
            more = self.socket.recv(262144)
        except ConnectionResetError:
            self.ended = "reset"
            return b""
        if not more:
            self.ended = "closed"
        with _hearing:
            for kept in (heard, heard_by.setdefault(self.port, bytearray())):
                kept.extend(more)
                if len(kept) > 64_000_000:
                    del kept[:32_000_000]
        self.rest += more
        return more

    def _until(self, mark):
        while mark not in self.rest:
            if not self.read():
                return None
        found, _, self.rest = self.rest.partition(mark)
        return found

    def _exactly(self, count):
        while len(self.rest) < count:
            if not self.read():
                raise Broken(f"the body ends after {len(self.rest)} of {count} bytes ({self.ended})")
        found, self.rest = self.rest[:count], self.rest[count:]
        return found

    def answer(self, method="GET"):
        """The next answer; None where the connection ends instead."""
        parts = self.start()
        if parts is None:
            return None
        status, version, headers = parts
        made = Answer(status, version, headers, b"", None)
        if status < 200 or status in (204, 304) or method == "HEAD":
            return made
        if made["transfer-encoding"] is not None:
            if made["transfer-encoding"] != "chunked" or made["content-length"] is not None:
                raise Broken(f"lengths: {headers}")
            parts = []
            while part := self.chunk():
                parts.append(part)
            made.body = b"".join(parts)
        elif made["content-length"] is not None:
            made.body = self._exactly(int(made["content-length"]))
        else:
            if not made.closes:
                raise Broken(f"a body without length on a connection that stays: {headers}")
            while self.read():
                pass
            made.body, self.rest, made.ended = self.rest, b"", self.ended
        return made

    def start(self):
        """Status, version and headers of the next answer."""
        head = self._until(b"\r\n\r\n")
        if head is None:
            if self.rest:
                raise Broken(f"no answer: {self.rest[:300]!r}")
            return None
        lines = head.decode("latin-1").split("\r\n")
        found = re.fullmatch(r"HTTP/(1\.[01]) (\d{3}) [ -~]*", lines[0])
        if not found:
            raise Broken(f"no status line: {lines[0]!r}")
        headers = []
        for line in lines[1:]:
            match = re.fullmatch(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*?)[ \t]*", line)
            if not match:
                raise Broken(f"no header: {line!r}")
            headers.append((match.group(1).lower(), match.group(2)))
        return int(found.group(2)), found.group(1), headers

    def chunk(self):
        """The next chunk of a chunked body; empty at its end."""
        size = self._until(b"\r\n")
        if size is None or not re.fullmatch(rb"[0-9A-Fa-f]+", size):
            raise Broken(f"chunk size {size!r} ({self.ended})")
        data = self._exactly(int(size, 16))
        if self._exactly(2) != b"\r\n":
            raise Broken("no line end behind a chunk")
        return data

    def everything(self, seconds=None):
        """All answers until the connection ends or nothing comes for so long; what came, and how it ended."""
        found = []
        if seconds:
            self.socket.settimeout(seconds)
        try:
            while (one := self.answer()) is not None:
                found.append(one)
        except TimeoutError:
            self.ended = None
            if self.rest:
                raise Broken(f"left over: {self.rest[:200]!r}")
        return found, self.ended

    def close(self, how="fin"):
        """Leaves: fin, rst or half (no more requests, but the answer is still read)."""
        if how == "half":
            self.socket.shutdown(socket.SHUT_WR)
            return
        if how == "rst":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def events(text):
    """The JSON of server-sent events, [DONE] and pings as they are; anything else is an error."""
    if not text.endswith("\n\n"):
        raise Broken(f"the stream does not end with an event: {text[-200:]!r}")
    found = []
    for block in text[:-2].split("\n\n"):
        if block == ": ping":
            found.append("ping")
        elif block == "data: [DONE]":
            found.append("[DONE]")
        elif block.startswith("data: ") and "\n" not in block and "\r" not in block:
            found.append(json.loads(block[6:]))
        else:
            raise Broken(f"no event: {block[:200]!r}")
    return found


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
    if (answer["content-type"] or "").startswith(JSON) and (answer.body or answer["content-length"] in (None, "0")):
        if answer["content-type"] != JSON or answer.json is None:
            wrong.append("no JSON")
        elif (
            answer.text != json.dumps(answer.json, ensure_ascii=False, separators=(",", ":")) and "." not in answer.text
        ):
            wrong.append("spaces or escapes in its JSON")
        if answer["content-length"] is None:
            wrong.append("no Content-Length")
    for key, value in more.items():
        if answer[key.replace("_", "-")] != value:
            wrong.append(f"{key} is {answer[key.replace('_', '-')]!r}, not {value!r}")
    if wrong:
        check(f"{name}: its headers and body are those of §2", False, f"{wrong} {answer}")
    return answer


def leaks(name, words, *texts):
    """Checks that none of the words stands in anything that was heard, nor in the texts."""
    everything = [bytes(heard)] + [text.encode() for text in texts]
    for word, what in words.items():
        places = [text.find(word.encode()) for text in everything]
        found = next(((text, place) for text, place in zip(everything, places) if place >= 0), None)
        shown = found[0][max(0, found[1] - 200) : found[1] + 100] if found else ""
        check(f"{name}: {what} is never told", found is None, repr(shown))


__all__ = [name for name in dir() if not name.startswith("_")]
