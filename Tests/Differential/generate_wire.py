"""Asks the real DSPy over a loopback server and writes its exchanges as `wire.jsonl`, in the corpus's format.

Usage: python generate_wire.py OUT_FOLDER

Every case is one call of `dspy.Predict` through `dspy.LM` with the default engine; what it sent, what it made of the
scripted answers, and how long it wanted to wait are the expectation.
"""

import json
import logging
import os
import sys
import threading
import warnings
from http.server import BaseHTTPRequestHandler, HTTPServer

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "true")
warnings.filterwarnings("ignore")

import dspy  # noqa: E402
import dspy.clients.execution as execution  # noqa: E402

logging.disable(logging.CRITICAL)

delays = []


class Clock:
    """Stands for the module `time` where the retry loop sleeps."""

    def __getattr__(self, name):
        import time

        return getattr(time, name)

    def sleep(self, seconds):
        delays.append(seconds)


execution.time = Clock()


class Handler(BaseHTTPRequestHandler):
    replies = []
    requests = []

    def do_POST(self):  # noqa: N802
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        Handler.requests.append(
            {
                "method": "POST",
                "path": self.path,
                "headers": {k: self.headers[k] for k in ("accept", "content-type", "authorization") if self.headers[k]},
                "body": body,
            }
        )
        reply = Handler.replies[min(len(Handler.requests), len(Handler.replies)) - 1]
        text = json.dumps(reply["json"]) if "json" in reply else reply.get("text", "")
        data = text.encode()
        self.send_response(reply.get("status", 200))
        self.send_header("Content-Type", "application/json")
        for key, value in reply.get("headers", {}).items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments):
        pass


def chat(content, **message):
    return {
        "json": {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 0,
            "model": "gpt-4o-mini",
            "choices": [
                {"index": 0, "message": {"role": "assistant", "content": content, **message}, "finish_reason": "stop"}
            ],
            "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
        }
    }


PARIS = chat("[[ ## answer ## ]]\nParis\n\n[[ ## completed ## ]]")


def error(status, code=None, kind="x", message="boom", headers=None):
    return {"status": status, "headers": headers or {}, "json": {"error": {"message": message, "type": kind, "code": code}}}


def cases():
    mini = "openai/gpt-4o-mini"
    yield "n2", {"model": mini, "n": 2}, {}
    yield "n3-temperature", {"model": mini, "n": 3, "temperature": 0.1}, {}
    yield "n2-high", {"model": mini, "n": 2, "temperature": 1.0}, {}
    yield "stop-string", {"model": mini, "stop": "X"}, {}
    yield "top-p-seed", {"model": mini, "top_p": 0.5, "seed": 7}, {}
    yield "penalties", {"model": mini, "presence_penalty": 0.5, "frequency_penalty": -0.5}, {}
    yield "temperature-zero", {"model": mini, "temperature": 0}, {}
    yield "temperature-float-zero", {"model": mini, "temperature": 0.0, "max_tokens": 1}, {}
    yield "max-completion", {"model": mini, "max_completion_tokens": 33}, {}
    yield "user", {"model": mini, "user": "me"}, {}
    for number, options in enumerate(
        [
            {"temperature": 1}, {"top_p": 1}, {"presence_penalty": 1, "frequency_penalty": 2}, {"max_tokens": 5.0},
            {"seed": 1.0}, {"top_k": 5}, {"logit_bias": {"1": 2}}, {"stop": ["a", "b"]}, {"stop": []},
            {"response_format": {"type": "json_object"}}, {"extra_body": {"x": 1}}, {"foo": 1}, {"max_tokens": None},
            {"parallel_tool_calls": True}, {"timeout": 3}, {"service_tier": "flex"}, {"verbosity": "low"},
            {"metadata": {"a": "b"}}, {"store": True}, {"prediction": {"type": "content", "content": "x"}},
            {"min_p": 0.1}, {"repetition_penalty": 1.1}, {"best_of": 2}, {"modalities": ["text"]},
        ]
    ):
        yield f"option-{number}", {"model": mini, **options}, {}
    yield "logprobs", {"model": mini, "logprobs": True, "top_logprobs": 3}, {}
    yield "o3", {"model": "openai/o3-mini", "max_tokens": 20000, "temperature": 1.0}, {}
    yield "o1", {"model": "openai/o1"}, {}
    yield "gpt5-chat", {"model": "openai/gpt-5-chat-latest", "temperature": 0.2}, {}
    yield "effort-none", {"model": "openai/gpt-5-mini", "reasoning_effort": None}, {}
    yield "effort-high", {"model": "openai/o3-mini", "reasoning_effort": "high"}, {}
    for provider in ("groq/llama-3.1-8b-instant", "deepseek/deepseek-chat", "openrouter/openai/gpt-4o-mini",
                     "hosted_vllm/my-model", "ollama_chat/llama3", "xai/grok-3"):
        yield "provider-" + provider.split("/")[0], {"model": provider}, {}
        yield "provider-max-" + provider.split("/")[0], {"model": provider, "max_tokens": 9, "temperature": 0.5}, {}
        yield "provider-json-" + provider.split("/")[0], {"model": provider}, {"adapter": "json"}
    for model in ("openai/gpt-4o", "openai/gpt-4.1", "openai/gpt-4", "openai/gpt-3.5-turbo", "openai/o3", "openai/my-local-model"):
        yield "json-" + model.split("/")[1], {"model": model}, {"adapter": "json", "signature": "question -> answer, n: int"}
    for number, signature in enumerate(
        [
            "question -> answer: list[int]", "question -> answer: Optional[str]", "question -> answer: Literal['a', 'b']",
            "question -> answer: int | str", "question -> answer: datetime.date", "question -> answer: tuple[int, str]",
            "question -> answer: set[str]", "question -> answer: list[dict[str, int]]", "question -> answer: bool, b: float",
            "question -> answer: Any", "question -> answer: dict[str, int]", "question -> answer: list",
        ]
    ):
        yield f"schema-{number}", {"model": mini}, {"adapter": "json", "signature": signature}
    for status in (400, 401, 402, 403, 404, 405, 408, 409, 413, 415, 422, 429, 500, 501, 502, 503, 504, 529):
        yield f"status-{status}", {"model": mini, "num_retries": 1}, {"replies": [error(status)]}
    for code, status in (
        ("context_length_exceeded", 400), ("insufficient_quota", 429), ("invalid_api_key", 401), ("model_not_found", 404),
        ("rate_limit_exceeded", 429), ("billing_hard_limit_reached", 400), ("server_error", 500),
    ):
        yield f"code-{code}", {"model": mini, "num_retries": 1}, {"replies": [error(status, code=code)]}
    for number, value in enumerate(["2", "0", "0.5", "30", "abc", "", "-1"]):
        yield f"retry-after-{number}", {"model": mini, "num_retries": 2}, {
            "replies": [error(429, headers={"Retry-After": value}), PARIS]
        }
    yield "retry-after-ms", {"model": mini}, {"replies": [error(429, headers={"retry-after-ms": "1500"}), PARIS]}
    yield "retries-0", {"model": mini, "num_retries": 0}, {"replies": [error(500)]}
    yield "retries-5", {"model": mini, "num_retries": 8}, {"replies": [error(500)]}
    yield "retry-mixed", {"model": mini}, {"replies": [error(500), error(429), error(400)]}
    for name, reply in {
        "empty-body": {"text": ""}, "html-500": {"status": 500, "text": "<html>"}, "content-null": chat(None), "content-empty": chat(""),
        "content-parts": chat([{"type": "text", "text": "[[ ## answer ## ]]\nParis"}]),
        "reasoning": chat("[[ ## answer ## ]]\nParis", reasoning_content="thinking"),
        "refusal": chat(None, refusal="no"), "error-200": {"json": {"error": {"message": "boom", "type": "x"}}},
        "text-400": {"status": 400, "text": "plain words"}, "string-error": {"status": 400, "json": {"error": "boom"}},
        "message-only": {"status": 400, "json": {"message": "boom"}}, "unparsable": chat("nothing here"),
    }.items():
        yield "reply-" + name, {"model": mini, "num_retries": 1}, {"replies": [reply]}
    yield "history-developer", {"model": mini, "use_developer_role": True}, {}
    yield "responses", {"model": mini, "model_type": "responses"}, {"responses": True}
    yield "responses-effort", {"model": "openai/gpt-5-mini", "model_type": "responses", "reasoning_effort": "low"}, {
        "responses": True
    }
    yield "responses-json", {"model": mini, "model_type": "responses"}, {
        "responses": True, "adapter": "json", "signature": "question -> answer, n: int"
    }


def responses_reply(text):
    return {
        "json": {
            "id": "resp_1", "object": "response", "created_at": 0, "status": "completed", "model": "gpt-4o-mini",
            "output": [
                {"type": "message", "id": "msg_1", "status": "completed", "role": "assistant",
                 "content": [{"type": "output_text", "text": text, "annotations": []}]}
            ],
            "usage": {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2},
        }
    }


def run(name, lm_arguments, options, address):
    signature = options.get("signature", "question -> answer")
    adapter = options.get("adapter", "chat")
    answer = "[[ ## answer ## ]]\nParis\n\n[[ ## completed ## ]]"
    if adapter == "json":
        answer = json.dumps({"answer": "Paris", "n": 1})
    default = [responses_reply(answer)] if options.get("responses") else [chat(answer)]
    Handler.replies = options.get("replies", default)
    Handler.requests = []
    delays.clear()
    case = {
        "id": "wire-auto-" + name, "lm": {**lm_arguments, "engine": "auto"}, "adapter": adapter,
        "program": {"signature": signature}, "inputs": {"question": "q"},
    }
    try:
        lm = dspy.LM(api_base=address, api_key="sk-test", cache=False, engine="auto", **lm_arguments)
        with dspy.context(lm=lm, adapter=dspy.JSONAdapter() if adapter == "json" else dspy.ChatAdapter()):
            case["prediction"] = json.loads(json.dumps(dspy.Predict(signature)(question="q").toDict()))
    except Exception as failure:
        case["error"] = {"class": type(failure).__name__, "message": str(failure)[:300]}
    # A server that answers once with a failure answers so every time.
    replies = list(Handler.replies)
    while len(replies) < len(Handler.requests):
        replies.append(replies[-1])
    case["http_requests"] = list(Handler.requests)
    case["http_responses"] = replies[: max(1, len(Handler.requests))]
    case["retry_delays_s"] = list(delays)
    return case


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/v1"
    with open(os.path.join(folder, "wire.jsonl"), "w", encoding="utf-8") as file:
        for name, lm_arguments, options in cases():
            case = run(name, lm_arguments, options, address)
            file.write(json.dumps(case, ensure_ascii=False) + "\n")


main()
