#!/usr/bin/env python3
"""The laws of streams over every program of programs/: answered from its recording, cut at random, several clients at once.

Tests/Serve/stream_laws.py --tool dspy-swift --mock mock-model-server [--rounds N] [--seed N]
"""

import http.server
import json
import os
import pathlib
import shutil
import tempfile
import threading

from model import Model
from rig import *

parser = options(__doc__.splitlines()[0])
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--seed", type=int, default=18)
arguments = parsed(parser)
ROOT = pathlib.Path(__file__).resolve().parents[2]
# Outputs that the program computes, from several calls.
COMPUTED = {"titles", "notes"}
# Calls of one predictor run at once: its raw chunks come mixed.
AT_ONCE = {"map-reduce"}
SKIPPED = {"mcp-files": "needs an MCP server from PyPI"}
CLIENTS = 4


def lines(program, name):
    return [json.loads(line) for line in (ROOT / "programs" / program / name).read_text().splitlines() if line.strip()]


def weather():
    """The service that the program weather asks."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            found = self.path == "/v1/now?q=S%C3%A3o%20Paulo"
            data = b'{"current":{"temp_c":21.5}}' if found else b'{"error":"no such city"}'
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


# ---- Laws


def same(text, value):
    """Whether the text of a stream is a value: a str to the character, anything else by what it says."""
    if isinstance(value, str):
        return text == value
    try:
        found = json.loads(text)
    except ValueError:
        return str(value) == text.strip() or str(value).lower() == text.strip().lower()
    if isinstance(value, dict) and isinstance(found, dict):
        # A value may have members more than was written: those with a default.
        return all(key in value and (value[key] == found[key] or isinstance(found[key], (dict, list))) for key in found)
    return (
        found == value
        or isinstance(found, (int, float))
        and isinstance(value, (int, float))
        and float(found) == float(value)
    )


def laws(items, prediction, is_raw=False):
    """What is wrong with the events of a stream whose prediction is known."""
    wrong = []
    if not items or items[-1] != "[DONE]":
        wrong.append("[DONE] is not last")
    if sum(item == "[DONE]" for item in items) != 1:
        wrong.append("not one [DONE]")
    told = [item for item in items if isinstance(item, dict)]
    if [place for place, item in enumerate(told) if "prediction" in item] != [len(told) - 1]:
        wrong.append("not one prediction, next to last")
    elif told[-1] != {"prediction": prediction}:
        wrong.append(f"the prediction is not that of /predict: {told[-1]} {prediction}")
    allowed = {"chunk", "status", "prediction"} if is_raw else {"response", "reset", "status", "prediction"}
    for item in told:
        if len(item) != 1 or not set(item) <= allowed:
            wrong.append(f"an unknown event {item}")
    texts, lasts = {}, {}
    for item in told:
        if "reset" in item:
            one = item["reset"]
            key = (one["predict_name"], one["call"], one["signature_field_name"])
            texts[key], lasts[key] = "", 0
        if "response" in item:
            one = item["response"]
            if list(one) != ["predict_name", "call", "signature_field_name", "chunk", "is_last_chunk"]:
                wrong.append(f"keys {list(one)}")
                continue
            key = (one["predict_name"], one["call"], one["signature_field_name"])
            if lasts.get(key):
                wrong.append(f"{key} goes on behind its last chunk")
            try:
                one["chunk"].encode()
            except UnicodeEncodeError:
                wrong.append(f"half a character in {one}")
            texts[key] = texts.get(key, "") + one["chunk"]
            lasts[key] = lasts.get(key, 0) + one["is_last_chunk"]
    for key, count in lasts.items():
        if count != 1:
            wrong.append(f"{key} has {count} last chunks")
        if "[[ ##" in texts[key] or "\ufffd" in texts[key]:
            wrong.append(f"a marker or half a character in {key}: {texts[key]!r}")
    return wrong + values(texts, prediction), texts


def values(texts, prediction):
    """Whether the fields of a prediction were streamed as they are."""
    wrong = []

    def find(name, value, branch=None):
        found = [
            text
            for (node, _, field), text in texts.items()
            if field == name and (branch is None or node.partition(".")[0] == branch)
        ]
        if found and not any(same(text, value) for text in found):
            wrong.append(f"{branch or ''} {name} is {value!r}, streamed {found}")
        return bool(found)

    for name, value in prediction.items():
        if name in COMPUTED:
            continue
        branches = {node.partition(".")[0] for node, _, _ in texts}
        if isinstance(value, dict) and name in branches and not any(field == name for _, _, field in texts):
            for field, inner in value.items():
                if not find(field, inner, name):
                    wrong.append(f"nothing of {name}.{field} was streamed")
        else:
            find(name, value)
    if not any(text for text in texts.values()):
        wrong.append("nothing was streamed")
    return wrong


def ndjson_laws(text, prediction):
    wrong, texts = [], {}
    told = [json.loads(line) for line in text.splitlines()]
    if not text.endswith("\n") or "[DONE]" in text:
        wrong.append("no whole lines, or [DONE]")
    if told[0]["type"] != "start" or told[-1]["type"] != "result" or told[-1]["output"] != prediction:
        wrong.append(f"begins with {told[0]}, ends with {told[-1]}")
    if [item["seq"] for item in told[1:]] != list(range(1, len(told))):
        wrong.append("seq has gaps")
    for item in told:
        key = (item.get("node"), item.get("call"), item.get("field"))
        if item["type"] == "reset":
            texts[key] = ""
        if item["type"] == "delta":
            texts[key] = texts.get(key, "") + item["text"]
    return wrong + values(texts, prediction), texts


def raw_laws(items, prediction, replies):
    wrong, texts = [], {}
    found, _ = laws(items, prediction, is_raw=True)
    wrong += [fault for fault in found if fault != "nothing was streamed"]
    for item in items:
        if isinstance(item, dict) and "chunk" in item:
            chunk = item["chunk"]
            if (
                chunk.get("object") != "chat.completion.chunk"
                or not isinstance(chunk.get("choices"), list)
                or "predict_id" not in chunk
            ):
                wrong.append(f"no chunk: {chunk}")
            for choice in chunk.get("choices", []):
                texts.setdefault(chunk.get("predict_id"), []).append(choice["delta"].get("content") or "")
    joined = ["".join(parts) for parts in texts.values()]
    if not joined:
        wrong.append("no chunks")
    # One predictor may have been asked several times.
    rest = [text for text in joined if replies and text and not made_of(text, replies)]
    if rest:
        wrong.append(f"chunks that are no answers of the model: {rest}")
    return wrong


def made_of(text, replies):
    return not text or any(
        reply and text.startswith(reply) and made_of(text[len(reply) :], replies) for reply in replies
    )


# ---- Checks


def main():
    with tempfile.TemporaryDirectory() as folder:
        run(folder)


def run(folder):
    names = sorted(path.name for path in (ROOT / "programs").iterdir() if path.is_dir())
    for name in [name for name in names if name in SKIPPED]:
        print(f"skip  {name}: {SKIPPED[name]}")
    names = [name for name in names if name not in SKIPPED]
    answers, ambiguous = {}, set()
    for name in names:
        for line in lines(name, "replies.jsonl"):
            text = line["response"]["outputs"][0]["text"]
            if answers.setdefault(json.dumps(line["request"]["messages"], sort_keys=True), text) != text:
                ambiguous.add(name)
    port = weather()
    paths = {}
    for name in names:
        # Beside the others, for paths that lead out of its folder.
        paths[name] = ROOT / "programs" / name
        if name == "weather":
            paths[name] = pathlib.Path(folder) / "weather"
            shutil.copytree(ROOT / "programs" / name, paths[name])
            file = paths[name] / "program.json"
            file.write_text(file.read_text().replace("127.0.0.1:8085", f"127.0.0.1:{port}"))
    model = Model(answers, seed=arguments.seed)
    flags = [
        "--lm",
        "openai/mock",
        "--api-base",
        model.address,
        "--no-cache",
        "-q",
        "--allow",
        "run:grep",
        "--allow",
        f"net:127.0.0.1:{port}",
        "--retries",
        "0",
    ]
    flags += ["--async-max-workers", "16"]
    server = Server(arguments.tool, [f"{name}={path}" for name, path in paths.items()], *flags)
    served = [one["name"] for one in server.ask("GET", "/programs").json["programs"]]
    check.equal("all programs are served, in order", served, names)
    replies = {text for text in answers.values()} | {model.otherwise}
    truths = {}
    for name in names:
        inputs, wrong = lines(name, "inputs.jsonl"), []
        expected = lines(name, "expected.jsonl")
        for row, wanted in zip(inputs, expected):
            row = {key: value for key, value in row.items() if key != "id"}
            answer = server.ask("POST", f"/{name}/predict", {"inputs": row})
            if answer.status != 200:
                wrong.append(answer)
            elif name not in ambiguous and answer.json["data"] != wanted:
                wrong.append((answer.json["data"], wanted))
            else:
                truths.setdefault(name, []).append((row, answer.json["data"]))
        check(f"{name}: /predict gives what is expected, {len(inputs)} rows", not wrong, wrong[:1])
    faults = {name: [] for name in truths}
    counts = {name: 0 for name in truths}

    def client(number):
        order = list(truths)
        order = order[number * 3 % len(order) :] + order[: number * 3 % len(order)]
        for turn in range(arguments.rounds):
            for name in order:
                row, wanted = truths[name][(turn + number) % len(truths[name])]
                kind = ("sse", "ndjson", "sse", "raw")[(turn + number) % 4]
                headers = {"Accept": "application/x-ndjson"} if kind == "ndjson" else {}
                try:
                    answer = server.ask(
                        "POST",
                        f"/{name}/predict/stream" + ("?raw=true" if kind == "raw" else ""),
                        {"inputs": row},
                        **headers,
                    )
                    wanted_type = "application/x-ndjson" if kind == "ndjson" else "text/event-stream; charset=utf-8"
                    if answer.status != 200 or answer["content-type"] != wanted_type:
                        faults[name].append(answer)
                    elif kind == "ndjson":
                        faults[name] += ndjson_laws(answer.text, wanted)[0]
                    else:
                        if answer["cache-control"] != "no-cache" or answer["x-accel-buffering"] != "no":
                            faults[name].append(f"headers {answer.headers}")
                        items = events(answer.text)
                        faults[name] += (
                            raw_laws(items, wanted, None if name in AT_ONCE else replies)
                            if kind == "raw"
                            else laws(items, wanted)[0]
                        )
                    counts[name] += 1
                except (Broken, ValueError, OSError, KeyError) as error:
                    faults[name].append(f"{kind}: {error!r}")

    together(*[lambda number=number: client(number) for number in range(CLIENTS)])
    for name in truths:
        check(
            f"{name}: the laws of streams hold in {counts[name]} of {CLIENTS * arguments.rounds} streams",
            not faults[name] and counts[name] == CLIENTS * arguments.rounds,
            faults[name][:2],
        )
    check("the model knew every request but those that a program makes anew", not model.unknown, set(model.unknown))
    check("the server lives and said nothing more", server.is_alive and len(server.lines) == 1, server.text[-500:])
    server.end()
    model.stop()
    broken_streams(folder)
    branches(folder)


def broken_streams(folder):
    """A stream that breaks off is begun anew: the chunks since the reset are the value."""
    mock = Mock(arguments.mock, delta=3, bytes=7, after=12)
    server = Server(
        arguments.tool, "question -> answer", "--lm", "openai/mock", "--api-base", mock.address, "--no-cache", "-q"
    )
    for word in ["STREAM-RESET-ONCE", "STREAM-CLOSE-ONCE", "STREAM-END-ONCE"]:
        question = f"{word} 売上が落ちた 🎉👩‍👩‍👧"
        answer = server.predict(question, "/predict/stream")
        wanted = {"answer": f"answer to {question}"}
        items = events(answer.text) if answer.status == 200 else []
        wrong, texts = laws(items, wanted)
        check(f"{word}: begun anew, the laws hold", answer.status == 200 and not wrong, f"{wrong} {answer}")
        # A reset of the connection takes what was not read yet with it: the stream may then begin only once.
        resets = sum("reset" in item for item in items if isinstance(item, dict))
        check(f"{word}: the reset is told", resets == 1 or (resets == 0 and "RESET" in word), items)
    server.end()
    mock.end()


def branches(folder):
    """Branches of a parallel object are independent."""
    path = os.path.join(folder, "views.json")
    with open(path, "w") as file:
        json.dump(
            {
                "name": "views",
                "parallel": {"depth": {"signature": "issue -> insight"}, "breadth": {"signature": "other -> insight"}},
            },
            file,
        )
    mock = Mock(arguments.mock, gap=40, delta=4)
    server = Server(
        arguments.tool, path, "--lm", "openai/mock", "--api-base", mock.address, "--no-cache", "-q", "--retries", "0"
    )
    body = {"issue": "SLOW hm", "other": "quick"}
    answer = server.ask("POST", "/predict/stream", body)
    items = events(answer.text)
    wrong, _ = laws(items, {"depth": {"insight": "answer to SLOW hm"}, "breadth": {"insight": "answer to quick"}})
    check("a slow branch and a quick one: the laws hold", not wrong, wrong)
    order = [item["response"]["predict_name"] for item in items if isinstance(item, dict) and "response" in item]
    check(
        "the quick branch is done before the slow one is",
        "breadth" in order and len(order) - 1 - order[::-1].index("breadth") < len(order) - 2,
        order,
    )
    for word in ["FAIL500", "GARBAGE", "STREAM-ERROR"]:
        answer = server.ask("POST", "/predict/stream", {"issue": word, "other": "fine"})
        items = [item for item in (events(answer.text) if answer.status == 200 else [])]
        errors = [item["error"] for item in items if isinstance(item, dict) and "error" in item]
        check(
            f"a branch with {word}: 200 and one error with its node",
            answer.status == 200
            and len(errors) == 1
            and errors[0].get("predict_name") == "depth"
            and set(errors[0]) == {"code", "class", "message", "predict_name"},
            answer,
        )
        text = "".join(
            item["response"]["chunk"]
            for item in items
            if isinstance(item, dict) and "response" in item and item["response"]["predict_name"] == "breadth"
        )
        check(
            f"a branch with {word}: the other is whole, then [DONE], no prediction",
            text == "answer to fine"
            and items[-1:] == ["[DONE]"]
            and not any(isinstance(item, dict) and "prediction" in item for item in items),
            answer,
        )
        if not word.startswith("STREAM"):
            answer = server.ask("POST", "/predict", {"issue": word, "other": "fine"})
            check(f"a branch with {word}: /predict fails", answer.status == 502, answer)
    server.end()
    mock.end()


finish(main)
