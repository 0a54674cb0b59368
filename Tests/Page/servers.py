"""The real server and the model server behind it, each as a process that prints where it listens."""

import os
import pathlib
import queue
import re
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Process:
    """A process whose lines are kept with the time at which each came."""

    def __init__(self, arguments, stream, environment=None, folder=None):
        self.lines = []
        self._queue = queue.Queue()
        self.process = subprocess.Popen(
            [str(argument) for argument in arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if stream == "stdout" else subprocess.DEVNULL,
            stderr=subprocess.PIPE if stream == "stderr" else subprocess.DEVNULL, text=True)
        threading.Thread(target=self._read, args=[getattr(self.process, stream)], daemon=True).start()

    def _read(self, stream):
        for line in stream:
            self.lines.append((time.monotonic(), line.rstrip("\n")))
            self._queue.put(line.rstrip("\n"))
        self._queue.put(None)

    def find(self, pattern, seconds=20):
        """The first group of the first line that fits."""
        end = time.monotonic() + seconds
        while (line := self._queue.get(timeout=max(0.01, end - time.monotonic()))) is not None:
            if found := re.search(pattern, line):
                return found[1]
        raise AssertionError(f"it ended with {self.process.wait()}: {self.lines}")

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Mock(Process):
    """The model server; a line for each request, and one with `# gone` for each client that left."""

    def __init__(self, binary, *options):
        super().__init__([binary, *options], "stdout")
        self.address = self.find(r"^(http://\S+)$")

    def gone(self, since):
        return [when - since for when, line in list(self.lines) if line.startswith("# gone") and when >= since]


class Serve(Process):
    """`dspy-swift serve`."""

    def __init__(self, tool, programs, model, *options, token=None, folder=None):
        home = tempfile.mkdtemp(prefix="dspy-swift-page-")
        environment = {"PATH": "/usr/bin:/bin", "HOME": home, "XDG_CACHE_HOME": home, "LANG": "C.UTF-8"}
        if token:
            environment["DSPY_SERVE_TOKEN"] = token
        lm = ["--lm", "openai/mock", "--api-base", model.address] if isinstance(model, Mock) else ["--lm", model]
        super().__init__([tool, "serve", *programs, "--port", "0", "--no-cache", "--retries", "0", *lm, *options],
                         "stderr", environment, folder or ROOT)
        self.address = self.find(r"listening on (http://\S+)$")
