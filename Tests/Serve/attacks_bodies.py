"""Bodies and the answers to them: faults of inputs, JSON at its limits, batches, models that fail, random bytes."""

import json
import random
import re

from rig import *

GOOD = {"question": "hm", "n": 1, "flag": True, "x": 0.5, "names": ["a"], "table": {"a": 1}, "kind": "a"}


def bodies(server):
    def asked(name, path, body, detail, status=422):
        answer = shape(name, server.ask("POST", path, body), status, cache_control="no-store")
        check.equal("… its body", answer.json, {"detail": detail} if isinstance(detail, list) else detail)

    def missing(*loc, input={}):
        return {"type": "missing", "loc": ["body", *loc], "msg": "Field required", "input": input}

    asked("a missing input", "/predict", "{}", [missing("question")])
    asked("a missing input in inputs", "/predict", '{"inputs":{}}', [missing("inputs", "question")])
    asked(
        "an unknown input",
        "/predict",
        '{"question":"hm","zz":1}',
        [{"type": "extra_forbidden", "loc": ["body", "zz"], "msg": "Extra inputs are not permitted", "input": 1}],
    )
    asked(
        "an unknown input in inputs",
        "/predict",
        '{"inputs":{"question":"hm","zz":"é"}}',
        [
            {
                "type": "extra_forbidden",
                "loc": ["body", "inputs", "zz"],
                "msg": "Extra inputs are not permitted",
                "input": "é",
            }
        ],
    )
    asked("no body", "/predict", "", [missing(input=None)])
    with server.open() as client:
        client.send(f"POST /predict HTTP/1.1\r\nHost: {server.host}\r\nContent-Type: {JSON}\r\n\r\n")
        answer = shape("no body and no length", client.answer(), 422)
        check.equal("… its body", answer.json, {"detail": [missing(input=None)]})
    for path in ["/predict", "/predict/stream", "/qa/predict"]:
        answer = shape(f"missing on {path}", server.ask("POST", path, "{}"), 422)
        check.equal("… its body", answer.json, {"detail": [missing("question")]})
    for text in ["[1]", "5", '"x"', "true", "null"]:
        answer = shape(f"the body {text}", server.ask("POST", "/predict", text), 422)
        detail = (answer.json or {}).get("detail") or [{}]
        # `null` is FastAPI's "no body".
        wanted = ("missing",) if text == "null" else ("model_attributes_type",)
        check(
            "… is no object",
            len(detail) == 1
            and detail[0].get("type") in wanted + ("model_attributes_type",)
            and detail[0].get("loc") == ["body"],
            answer,
        )
    broken = {
        '{"question": ': 13,
        '{"é": ': 6,
        '{"question": "hm"} x': 19,
        "": None,
        '{"question": nope}': 13,
        '["a" "b"]': 5,
        '{"a" 1}': 5,
        "{'a': 1}": 1,
    }
    for text, place in broken.items():
        if place is None:
            continue
        answer = shape(f"the body {text!r}", server.ask("POST", "/predict", text), 422)
        one = ((answer.json or {}).get("detail") or [{}])[0]
        holds = (
            set(one) == {"type", "loc", "msg", "input", "ctx"}
            and one["type"] == "json_invalid"
            and one["msg"] == "JSON decode error"
            and one["input"] == {}
            and set(one["ctx"]) == {"error"}
        )
        check("… is json_invalid", holds, answer)
        check.equal("… at its place", one.get("loc"), ["body", place])
    for name, text in {
        "NaN": '{"question":NaN}',
        "Infinity": '{"question":Infinity}',
        "-Infinity": '{"question":-Infinity}',
        "two values": '{"question":"a"}{"question":"b"}',
        "a comma too much": '{"question":"a",}',
        "a comment": '{"question":"a"/*x*/}',
        "a raw line end in a string": '{"question":"a\nb"}',
        "a leading zero": '{"question":01}',
        "single quotes": "{'question':'a'}",
        "a half escape": '{"question":"\\u12"}',
        "UTF-16": '{"question":"a"}'.encode("utf-16"),
        "a UTF-8 mark in front": None,
        "invalid UTF-8": b'{"question":"\xff"}',
        "overlong UTF-8": b'{"question":"\xc0\xaf"}',
        "half a surrogate as UTF-8": b'{"question":"\xed\xa0\x80"}',
        "cut UTF-8": b'{"question":"\xe3\x81"}',
        "a NUL": b'{"question":"a"}\0',
    }.items():
        if text is None:
            continue
        answer = shape(f"JSON with {name}", server.ask("POST", "/predict", text), 422)
        check("… is json_invalid", ((answer.json or {}).get("detail") or [{}])[0].get("type") == "json_invalid", answer)
    answer = shape(
        "an escaped half surrogate", server.ask("POST", "/predict", '{"question":"\\ud800"}'), answer_status(server)
    )
    for depth, fits in ((96, True), (97, False), (100_000, False)):
        text = '{"data":' + "[" * (depth - 1) + "]" * (depth - 1) + "}"
        answer = server.ask("POST", "/deep/predict", text)
        kind = ((answer.json or {}).get("detail") or [{}]) if answer.status == 422 else [{}]
        is_invalid = isinstance(kind, list) and kind[0].get("type") == "json_invalid"
        check(
            f"JSON {depth} deep is {'read' if fits else 'refused'}",
            answer.status == 200 if fits else is_invalid,
            answer,
        )
    answer = server.ask("POST", "/predict", '{"question":"first","question":"last"}')
    check.equal("the last of two equal keys counts", answer.json and answer.json["data"]["answer"], "answer to last")

    answer = shape(
        "text is the one input", server.ask("POST", "/predict", '{"text":"hm"}'), 200, cache_control="no-store"
    )
    check.equal("… its body", answer.json, {"status": "success", "data": {"answer": "answer to hm"}})
    for body in ['{"inputs":{"question":"hm"}}', '{"question":"hm"}']:
        check.equal(
            f"the body {body}",
            server.ask("POST", "/predict", body).json,
            {"status": "success", "data": {"answer": "answer to hm"}},
        )
    asked(
        "text beside another key",
        "/predict",
        '{"text":"hm","x":1}',
        [
            missing("question", input={"text": "hm", "x": 1}),
            {
                "type": "extra_forbidden",
                "loc": ["body", "text"],
                "msg": "Extra inputs are not permitted",
                "input": "hm",
            },
            {"type": "extra_forbidden", "loc": ["body", "x"], "msg": "Extra inputs are not permitted", "input": 1},
        ],
    )
    answer = shape("Japanese", server.ask("POST", "/predict", '{"question":"売上が落ちた 🎉"}'), 200)
    check("… stands as it is", "answer to 売上が落ちた 🎉".encode() in answer.body, answer)

    check.equal("typed inputs", server.ask("POST", "/typed/predict", GOOD).status, 200)
    check.equal(
        "texts convert as in run",
        server.ask("POST", "/typed/predict", {**GOOD, "n": "7", "x": "1.5", "flag": "true"}).status,
        200,
    )
    wrong = {
        "question": (5, "string_type"),
        "n": ("x", "int_parsing"),
        "flag": ("perhaps", "bool_parsing"),
        "x": ("y", "float_parsing"),
        "names": (5, "list_type"),
        "table": ("no", "dict_type"),
        "kind": ("c", "literal_error"),
    }
    for field, (value, kind) in wrong.items():
        answer = shape(f"{field} = {value!r}", server.ask("POST", "/typed/predict", {**GOOD, field: value}), 422)
        found = [
            (one["type"], one["loc"], one.get("input"), bool(one.get("msg")))
            for one in (answer.json or {}).get("detail", [])
            if isinstance(one, dict)
        ]
        check.equal("… its fault", found, [(kind, ["body", field], value, True)])
    answer = shape(
        "all faults at once",
        server.ask("POST", "/typed/predict", {"kind": "c", "n": "x", "zz": 1, "names": ["a"], "table": {}, "aa": 2}),
        422,
    )
    found = [one["loc"][1:] for one in (answer.json or {}).get("detail", []) if isinstance(one, dict)]
    check.equal(
        "… missing, then wrong, then unknown", found, [["question"], ["flag"], ["x"], ["n"], ["kind"], ["zz"], ["aa"]]
    )
    answer = shape("a long wrong input", server.ask("POST", "/typed/predict", {**GOOD, "n": "x" * 2000}), 422)
    check("… is left out", "input" not in answer.json["detail"][0] and len(answer.body) < 1000, answer)
    answer = shape(
        "a long text, one input with a number", server.ask("POST", "/typed/predict", {**GOOD, "names": [["x"]]}), 422
    )
    check.equal("… its place", answer.json["detail"][0]["loc"], ["body", "names", 0])


def answer_status(server):
    """Half a surrogate may be refused or replaced; nothing else."""
    status = server.ask("POST", "/predict", '{"question":"\\ud800"}').status
    return status if status in (200, 422) else 422


def failures(server):
    codes = {
        "GARBAGE": (502, "parse_failed"),
        "FAIL500": (502, "server_error"),
        "FAIL503": (502, "server_error"),
        "FAIL401": (502, "auth"),
        "FAIL400": (502, "invalid_request"),
        "NOT-JSON": (502, "bad_reply"),
        "RESET": (502, "transport"),
        "CLOSE": (502, "transport"),
        "CUT": (502, "transport"),
        "FAIL429": (503, "rate_limited"),
        "WALL": (503, "rate_limited"),
    }
    for path in ["/predict", "/predict/stream", "/qa/predict"]:
        for word, (status, code) in codes.items():
            answer = shape(f"{word} on {path}", server.predict(word, path), status, content_type=JSON)
            # A model that breaks off in a stream may have begun.
            check(
                "… its code",
                answer.status == 200
                or answer.json
                and set(answer.json) == {"detail", "code"}
                and answer.json["code"] == code
                and isinstance(answer.json["detail"], str)
                and answer.json["detail"],
                answer,
            )
            if word == "WALL":
                check.equal("… the provider's Retry-After", answer["retry-after"], "3600")
            elif status == 503:
                check("… Retry-After", re.fullmatch(r"\d+", answer["retry-after"] or ""), answer)
    for word, code in {
        "STREAM-ERROR": None,
        "STREAM-RESET": "transport",
        "STREAM-BAD-JSON": None,
        "STREAM-CLOSE": "transport",
        "STREAM-END": None,
    }.items():
        answer = server.predict(word, "/predict/stream")
        if answer.status != 200:
            check(
                f"{word} before the head",
                answer.status in (502, 504) and set(answer.json) == {"detail", "code"},
                answer,
            )
            continue
        found = events(answer.text)
        last = found[-2] if len(found) > 1 else {}
        holds = (
            found[-1] == "[DONE]"
            and isinstance(last, dict)
            and set(last) == {"error"}
            and set(last["error"]) >= {"code", "class", "message"}
            and (code is None or last["error"]["code"] == code)
        )
        check(f"{word} ends the stream with an error and [DONE]", holds, answer)
        check("… and no prediction", not any(isinstance(one, dict) and "prediction" in one for one in found), answer)


def batches(server):
    def lines(name, body, kind=JSON):
        answer = shape(
            name,
            server.ask("POST", "/predict/batch", body, Content_Type=kind),
            200,
            content_type="application/x-ndjson",
        )
        check(
            "… is chunked and whole lines",
            answer["transfer-encoding"] == "chunked" and (not answer.body or answer.text.endswith("\n")),
            answer,
        )
        return sorted((json.loads(line) for line in answer.text.splitlines()), key=lambda line: line["index"])

    check.equal("an empty batch", lines("[]", "[]"), [])
    check.equal("a batch of blank lines", lines("blank lines", "\n\n  \n", "application/x-ndjson"), [])
    rows = [
        {"question": "one", "id": "a"},
        {"text": "two"},
        {"inputs": {"question": "three"}, "id": 7},
        {"zz": 1, "id": "bad"},
        {"question": "GARBAGE"},
        {"question": "FAIL400", "id": "key"},
        5,
    ]
    found = lines("an array", rows)
    good = lambda index, text, **more: {
        "index": index,
        **more,
        "status": "success",
        "data": {"answer": f"answer to {text}"},
    }
    check.equal("… its good rows", found[:3], [good(0, "one", id="a"), good(1, "two"), good(2, "three", id=7)])
    kinds = [
        (set(one), set(one.get("error", {})), one.get("error", {}).get("code"), one.get("id")) for one in found[3:]
    ]
    error, named = {"index", "status", "error"}, {"index", "status", "error", "id"}
    both = {"code", "message"}
    check(
        "… its bad rows",
        len(kinds) == 4
        and kinds[0][:2] == (named, both)
        and kinds[0][2] in ("missing_input", "unknown_input")
        and kinds[0][3] == "bad"
        and kinds[1] == (error, both, "parse_failed", None)
        and kinds[2] == (named, both, "invalid_request", "key")
        and kinds[3][:2] == (error, both),
        kinds,
    )
    found = lines(
        "lines",
        '{"question":"one"}\n\n{nope\n{"question":"two","id":"b"}\r\n[1]\n{"question":"\\u00e9"}',
        "application/x-ndjson",
    )
    check.equal("… their indexes", [one["index"] for one in found], [0, 1, 2, 3, 4])
    check(
        "… a bad line fails alone",
        found[1]["status"] == "error"
        and found[1]["error"]["code"] == "bad_line"
        and found[0]["status"] == found[2]["status"] == found[4]["status"] == "success"
        and found[3]["status"] == "error",
        found,
    )
    for text in ["{}", '{"question":"hm"}', "5", "[1", "", "nope", "[NaN]"]:
        shape(f"422 for the batch {text!r}", server.ask("POST", "/predict/batch", text), 422)
    many = lines("300 rows", [{"question": f"row{place}", "id": place} for place in range(300)])
    check(
        "… all answered",
        [one["index"] for one in many] == list(range(300))
        and all(
            one["status"] == "success"
            and one["id"] == one["index"]
            and one["data"]["answer"] == f"answer to row{one['index']}"
            for one in many
        ),
        many[:3],
    )


def random_bodies(server):
    """Nothing that is sent gives a 5xx but those that §2 names, or closes the server."""
    numbers = random.Random(18)
    allowed = {200, 400, 413, 415, 422, 429}

    def value(depth=0):
        kinds = [
            lambda: None,
            lambda: numbers.choice([True, False]),
            lambda: numbers.randint(-(10**30), 10**30),
            lambda: numbers.uniform(-1e300, 1e300),
            lambda: "".join(
                chr(numbers.choice([0, 7, 34, 92, 200, 0x3042, 0x1F389, 0x202E, 97]))
                for _ in range(numbers.randint(0, 30))
            ),
        ]
        if depth < 6:
            kinds += [
                lambda: [value(depth + 1) for _ in range(numbers.randint(0, 4))],
                lambda: {
                    numbers.choice(["question", "text", "inputs", "id", "n", "", "é", "data", "zz"]): value(depth + 1)
                    for _ in range(numbers.randint(0, 4))
                },
            ] * 2
        return numbers.choice(kinds)()

    def body():
        kind = numbers.randint(0, 4)
        if kind == 0:
            return numbers.randbytes(numbers.randint(0, 400))
        text = json.dumps(
            value() if kind < 3 else {"question": value(), "inputs": value()}, ensure_ascii=numbers.random() < 0.5
        ).encode()
        if kind == 2 and text:
            text = bytearray(text)
            for _ in range(numbers.randint(1, 6)):
                place = numbers.randrange(len(text) + 1)
                text[place : place + numbers.randint(0, 3)] = numbers.randbytes(numbers.randint(0, 3))
            text = bytes(text)
        return text

    paths = [
        name + path for name in ("", "/typed", "/deep") for path in ("/predict", "/predict/stream", "/predict/batch")
    ]
    for path in paths:
        seen, wrong = {}, []
        client = server.open()
        for _ in range(100):
            data = body()
            kind = numbers.choice([JSON] * 8 + ["application/x-ndjson", "text/plain"])
            try:
                answer = client.ask("POST", path, data, Content_Type=kind)
            except (Broken, OSError) as error:
                answer, client = None, server.open()
                wrong.append((repr(error), data))
                continue
            if answer is None:
                wrong.append(("no answer", data))
                client = server.open()
                continue
            seen[answer.status] = seen.get(answer.status, 0) + 1
            if answer.status not in allowed:
                wrong.append((answer.status, answer.text[:200], data))
            if answer.closes:
                client = server.open()
        client.close()
        check(f"100 random bodies on {path}: {dict(sorted(seen.items()))}", not wrong and server.is_alive, wrong[:2])
    shape("the server lives", server.predict("hm"), 200)
