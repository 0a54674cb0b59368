"""What the checks of leaving and ending share: a served signature, questions of their own, somebody who asks beside."""

import itertools
import threading
import time

from rig import *

QA = "question -> answer"
WAYS = ["fin", "rst", "half"]
_numbers = itertools.count(1)


def unique(word):
    return f"{word} q{next(_numbers)}"


def serve(tool, mock, *flags, programs=QA, retries="0", **more):
    return Server(
        tool,
        programs,
        "--lm",
        "openai/mock",
        "--api-base",
        mock.address,
        "--retries",
        retries,
        "--no-cache",
        "-q",
        *flags,
        **more,
    )


def payload(path, question):
    return [{"question": question}] if path.endswith("batch") else {"question": question}


class Bystander:
    """Somebody who asks all the time, and must not notice anything."""

    def __init__(self, server, *paths):
        self.server, self.paths, self.slowest, self.wrong, self.count, self.over = server, paths, 0, [], 0, False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        client = self.server.open(5)
        while not self.over:
            for path in self.paths:
                start = time.monotonic()
                try:
                    answer = (
                        client.ask("POST", path, {"question": "hm"}) if "predict" in path else client.ask("GET", path)
                    )
                    if answer is None or answer.status != 200:
                        self.wrong.append(repr(answer))
                        return
                except (OSError, Broken) as error:
                    self.wrong.append(repr(error))
                    return
                self.slowest = max(self.slowest, time.monotonic() - start)
                self.count += 1
            time.sleep(0.01)

    def end(self, name, most=0.5):
        self.over = True
        self.thread.join()
        check(
            f"{name}: nobody else noticed ({self.count} answers, the slowest {self.slowest * 1000:.0f} ms)",
            not self.wrong and self.count > 5 and self.slowest < most,
            self.wrong,
        )


def gone_within(name, mock, question, left, most=1.0):
    found = until(lambda: mock.gone(question), most + 1.5)
    took = found[0][0] - left if found else None
    check(
        f"{name}: its call is closed within {most:g} s",
        found and took < most,
        "never" if not found else f"{took:.2f} s",
    )


def in_turn(*works):
    """Functions one after another, as one; a failure of one does not stop the next."""

    def run():
        for work in works:
            together(work)

    return run
