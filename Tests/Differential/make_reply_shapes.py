"""Asks the real DSPy what it makes of the replies in reply_shapes.py, and writes `reply_shapes.jsonl`.

    python Tests/Differential/make_reply_shapes.py [--only NAME-PREFIX] [--out FILE]

Every reply is served as it stands from a socket on 127.0.0.1 to `dspy.LM`, DSPy's default engine, under `dspy.Predict`; streams
through `dspy.streamify`. Each is asked twice, with no retries and with one, and the requests are counted.
"""

import argparse
import base64
import json
import logging
import os
import socket
import threading
import time
import warnings
from pathlib import Path

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "true")
warnings.filterwarnings("ignore")

import dspy  # noqa: E402
import dspy.clients.execution as execution  # noqa: E402
from reply_shapes import shapes  # noqa: E402

logging.disable(logging.CRITICAL)
HOLD = 4
LIMIT = 15
UNEXPLAINED = "unexplained"
CODES = {
    "LMAuthError": "auth", "LMBillingError": "billing", "LMRateLimitError": "rate_limited", "LMTimeoutError": "timeout",
    "LMServerError": "server_error", "LMTransportError": "transport", "LMInvalidRequestError": "invalid_request",
    "ContextWindowExceededError": "context_window", "LMUnsupportedModelError": "unsupported",
    "LMUnsupportedFeatureError": "unsupported", "LMProviderError": "bad_reply", "AdapterParseError": "parse_failed"}


class Clock:
    """Stands for the module `time` where the retry loop sleeps."""

    def __getattr__(self, name):
        return getattr(time, name)

    def sleep(self, seconds):
        pass


execution.time = Clock()


class Server:
    """Gives every request the same bytes, then closes the connection, or holds it for some seconds."""

    def __init__(self, shape):
        self.shape, self.requests = shape, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}/v1"
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                connection = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection:
            reader = connection.makefile("rb")
            length = 0
            while (line := reader.readline()).strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            if not line:
                return
            reader.read(length)
            self.requests += 1
            try:
                connection.sendall(self.shape.reply)
                if self.shape.hold_open:
                    connection.settimeout(HOLD)
                    connection.recv(1)
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def weather(city: str) -> str:
    """Tells the weather."""
    return city


def predict(shape, address, retries):
    lm = dspy.LM("openai/gpt-4o-mini", api_base=address, api_key="k", cache=False, num_retries=retries)
    inputs = {"question": "q"}
    signature = "question -> answer"
    if shape.tools:
        signature = "question, tools: list[dspy.Tool] -> answer, tool_calls: dspy.ToolCalls"
        inputs["tools"] = [dspy.Tool(weather)]
    module = dspy.Predict(signature)
    with dspy.context(lm=lm, adapter=dspy.ChatAdapter(use_native_function_calling=shape.tools)):
        if not shape.stream:
            return module(**inputs)
        listener = dspy.streaming.StreamListener(signature_field_name="answer")
        streamed = dspy.streamify(module, stream_listeners=[listener], async_streaming=False)
        return [item for item in streamed(**inputs) if isinstance(item, dspy.Prediction)][-1]


def fields(prediction):
    values = dict(prediction.items())
    if values.get("tool_calls") is not None:
        values["tool_calls"] = [{"name": call.name, "args": call.args} for call in values["tool_calls"].tool_calls]
    return json.loads(json.dumps(values))


def outcome(shape, retries):
    """What DSPy makes of it, and how many requests it took."""
    result = {}

    def ask(address):
        try:
            result["prediction"] = fields(predict(shape, address, retries))
        except Exception as failure:
            result["class"] = type(failure).__name__
            result["message"] = str(failure).replace(address, "ADDRESS")

    with Server(shape) as server:
        begin = time.monotonic()
        thread = threading.Thread(target=ask, args=(server.address,), daemon=True)
        thread.start()
        thread.join(LIMIT)
        if shape.hold_open and time.monotonic() - begin >= HOLD - 0.5:
            result["hangs"] = True
        return dict(result), server.requests


def ask(shape):
    result, once = outcome(shape, 0)
    if "class" in result:
        result["retried"] = outcome(shape, 1)[1] > once
    if once > 1:
        result["requests"] = once
    return result


def expected(shape, found):
    """What dspy-swift has to do, and why it is something else than DSPy does."""
    want = shape.want or (
        {"prediction": found["prediction"]} if "prediction" in found else
        {"class": found.get("class"), "code": CODES.get(found.get("class")), "retried": found.get("retried", False)})
    want, differs = dict(want), shape.differs
    told = shape.says or want.get("message_contains")
    if told and "class" in want:
        want["message_contains"] = told
    same = all(found.get(key) == value for key, value in want.items() if key in ("prediction", "class", "retried"))
    if not same or "hangs" in found or want.get("code", "") is None:
        return want, differs or UNEXPLAINED
    return want, "DSPy does not tell the reason that stands in the reply" if told and told not in found["message"] else None


def row(shape):
    found = ask(shape)
    want, differs = expected(shape, found)
    if "message" in found:
        found["message"] = found["message"][:200]
    line = {"name": shape.name, "why": shape.why, "stream": shape.stream, "hold_open": shape.hold_open}
    if shape.tools:
        line["tools"] = True
    try:
        line["reply"] = shape.reply.decode()
    except UnicodeDecodeError:
        line["reply_base64"] = base64.b64encode(shape.reply).decode()
    line |= {"dspy": found, "expected": want}
    return line | ({"differs": differs} if differs else {})


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", default="")
    options.add_argument("--out", default=Path(__file__).parent.parent / "Golden" / "reply_shapes.jsonl", type=Path)
    options = options.parse_args()
    lines, names = [], set()
    for shape in shapes():
        if shape.name in names:
            raise SystemExit(f"two shapes are named {shape.name}")
        names.add(shape.name)
        if shape.name.startswith(options.only):
            lines.append(row(shape))
    options.out.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    unexplained = [line["name"] for line in lines if line.get("differs") == UNEXPLAINED]
    print(f"{len(lines)} shapes" + (f"; without a reason: {', '.join(unexplained)}" if unexplained else ""))


if __name__ == "__main__":
    main()
