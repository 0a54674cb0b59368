"""What the page makes of events, whatever sends them: streams written by hand."""

import contextlib
import json
import time

from selenium.webdriver.support.select import Select

from stub import DONE, Stub, chunk, event, schema, text

checks = []


def check(body):
    checks.append(body)
    return body


VIEWS = {"name": "four_views", "description": "Four points of view.", "inputs": schema(issue=text("解決したい課題")),
         "outputs": schema(**{name: schema(insight=text()) for name in ["depth", "breadth", "structure", "time"]}),
         "branches": ["depth", "breadth", "structure", "time"],
         "titles": {"depth": "深さ", "breadth": "広さ", "structure": "構造", "time": "時間"}}
QA = {"name": "qa", "description": "", "inputs": schema(question=text()),
      "outputs": schema(reasoning=text(), answer=text()), "branches": []}
BRANCHES = VIEWS["branches"]


@contextlib.contextmanager
def stub(*programs):
    server = Stub(list(programs))
    try:
        yield server
    finally:
        server.close()


@check
def bytewise(browser):
    """a stream that is cut after every byte, with CR LF and comments, gives the same text"""
    with stub(QA) as server:
        result = event(prediction={"reasoning": "r", "answer": "売上が落ちた🎉 まず\n二行目"})
        whole = (b": ping\n\n" + chunk("self", "answer", "売上が落ちた🎉") + b": a comment\n"
                 + chunk("self", "answer", " まず\n二行目", last=True) + result.replace(b'": {', b'":\ndata: {')
                 + b"event: other\nid: 7\nretry: 1\ndata:[DONE]\n\n")
        for ends in [b"\n", b"\r\n", b"\r"]:
            server.answer = []
            for byte in whole.replace(b"\n", ends):
                # A pause inside a letter and inside a line's end, so that the browser gets them in two pieces too.
                server.answer += [bytes([byte])] + [0.005] * (byte >= 0x80 or byte == 0x0D)
            browser.open(server.address)
            browser.run(question="q")
            browser.until("done")
            assert browser.text("result", "answer") == "売上が落ちた🎉 まず\n二行目", browser.text("result", "answer")
            assert browser.text("result", "reasoning") == "r"


@check
def calls(browser):
    """a reset clears a field, a later call replaces it, and what comes of the earlier one afterwards is passed over"""
    with stub(QA) as server:
        browser.open(server.address)
        server.answer = [chunk("steps[0]", "answer", "one"), 0.2, chunk("steps[0]", "answer", "two", call=2),
                         chunk("steps[0]", "answer", "late"), 0.3,
                         event(reset={"predict_name": "steps[0]", "call": 2, "signature_field_name": "answer"}), 0.3,
                         chunk("steps[0]", "answer", "three", call=2, last=True),
                         event(prediction={"reasoning": "why", "answer": "three"}), DONE]
        browser.run(question="q")
        for expected in ["two", "", "three"]:
            browser.wait(lambda: browser.text("result", "answer") == expected, f"the text {expected!r}")
        browser.until("done")
        assert browser.text("result", "reasoning") == "why"


@check
def steps(browser):
    """fields of inner steps that are no outputs stand apart, and folded"""
    with stub(QA) as server:
        browser.open(server.address)
        server.answer = [chunk("steps[0]", "draft", "a draft", last=True), chunk("steps[1]", "answer", "it", last=True),
                         event(prediction={"reasoning": "r", "answer": "it"}), DONE]
        browser.run(question="q")
        browser.until("done")
        fields = [field.get_attribute("data-field") for field in browser.all(".field")]
        assert fields == ["reasoning", "answer"], fields
        assert not browser.one(".steps .step").is_displayed()
        browser.press(".steps summary")
        assert "a draft" in browser.one(".steps").text


@check
def states(browser):
    """a pane is done when its last field ended, not when the run is; one that fails says why and the others go on"""
    with stub(VIEWS) as server:
        browser.open(server.address)
        assert set(browser.states().values()) == {"waiting"}, "panes stand before the first run"
        server.answer = [chunk("time", "insight", "t", last=True), chunk("depth.steps[1]", "insight", "d"), 0.3,
                         event(error={"code": "server_error", "class": "E", "message": "it broke", "predict_name": "breadth"}), 0.6,
                         chunk("structure", "insight", "s", last=True), chunk("depth.steps[1]", "insight", "", last=True), DONE]
        browser.run(issue="x")
        browser.wait(lambda: browser.states()["breadth"] == "error", "the failed pane")
        assert browser.states() == {"depth": "streaming", "breadth": "error", "structure": "waiting", "time": "done"}
        assert "it broke" in browser.error("breadth") and browser.error("depth") == ""
        browser.until("error")
        assert browser.states() == {"depth": "done", "breadth": "error", "structure": "done", "time": "done"}
        assert "1 of 4" in browser.status()[1]


@check
def failures(browser):
    """an error of the whole run, a refused request and a stream that breaks off are told in the panes"""
    with stub(VIEWS) as server:
        browser.open(server.address)
        server.answer = [chunk("time", "insight", "t", last=True), chunk("depth", "insight", "d"),
                         event(error={"code": "deadline", "class": "E", "message": "too late"}), DONE]
        browser.run(issue="x")
        browser.until("error")
        assert browser.states() == {name: "done" if name == "time" else "error" for name in BRANCHES}
        assert "too late" in browser.error("depth") and browser.error("time") == ""
        server.answer = [chunk("depth", "insight", "d")]
        browser.press("#run")
        browser.wait(lambda: "ended" in browser.error("depth"), "what broke off")
        server.refusal = (502, {"detail": "no answer could be read", "code": "parse_failed"})
        browser.press("#run")
        browser.wait(lambda: "parse_failed" in browser.error("depth"), "what was refused")
        assert set(browser.states().values()) == {"error"}


@check
def restart(browser):
    """the next run begins with empty panes"""
    with stub(VIEWS) as server:
        browser.open(server.address)
        server.answer = [event(error={"code": "internal", "class": "E", "message": "no", "predict_name": "depth"}),
                         chunk("time", "insight", "old", last=True), DONE]
        browser.run(issue="x")
        browser.until("error")
        server.answer = [0.5, chunk("time", "insight", "new", last=True), DONE]
        browser.press("#run")
        browser.wait(lambda: browser.states()["depth"] == "waiting", "a new run")
        assert browser.error("depth") == "" and browser.text("time", "insight") == ""
        browser.until("done")
        assert browser.text("time", "insight") == "new"


@check
def values(browser):
    """what is no text is shown as JSON at the end, with all digits of a long number"""
    outputs = schema(tags={"type": "array"}, count={"type": "integer"}, score={"type": "number"}, nothing={})
    with stub(QA | {"outputs": outputs}) as server:
        browser.open(server.address)
        server.answer = [chunk("self", "tags", '["a",', last=False),
                         b'data: {"prediction":{"tags":["a","b"],"count":123456789012345678901,"score":1.0,"nothing":null}}\n\n', DONE]
        browser.run(question="q")
        browser.until("done")
        assert browser.text("result", "tags") == '[\n  "a",\n  "b"\n]'
        assert browser.text("result", "count") == "123456789012345678901"
        assert browser.text("result", "score") == "1.0" and browser.text("result", "nothing") == "null"


TYPED = schema(title=text(), count={"type": "integer"}, ratio={"type": "number"}, sure={"type": "boolean"},
               size={"enum": ["small", "large", 3]}, tags={"type": "array", "items": {"type": "string"}},
               person={"$ref": "#/$defs/Person"}, level={"$ref": "#/$defs/Level"},
               note={"anyOf": [{"type": "string"}, {"type": "null"}]}, maybe={"type": "boolean"})
TYPED["required"] = [name for name in TYPED["required"] if name not in ("note", "maybe")]
TYPED["$defs"] = {"Person": {"type": "object", "properties": {"name": text()}}, "Level": {"enum": ["low", "high"], "type": "string"}}


@check
def form(browser):
    """each input has the control of its type, and what is sent is JSON of that type"""
    with stub(QA | {"inputs": TYPED}) as server:
        browser.open(server.address)
        kinds = {control.get_attribute("name"): (control.tag_name, control.get_attribute("type"))
                 for control in browser.all("#controls [name]")}
        assert kinds == {
            "title": ("textarea", "textarea"), "count": ("input", "number"), "ratio": ("input", "number"),
            "sure": ("input", "checkbox"), "size": ("select", "select-one"), "tags": ("textarea", "textarea"),
            "person": ("textarea", "textarea"), "level": ("select", "select-one"), "note": ("textarea", "textarea"),
            "maybe": ("input", "checkbox")}, kinds
        for control in browser.all("#controls [name]"):
            assert control.get_attribute("name") in control.accessible_name, control.accessible_name
        server.answer = [event(prediction={"answer": "x"}), DONE]
        browser.fill(title='a "b"', count="12345678901234567890", ratio="0.5", tags='["x"]', person='{"name": "Ada"}')
        browser.press("[name=sure]")
        Select(browser.one("[name=size]")).select_by_visible_text("3")
        Select(browser.one("[name=level]")).select_by_value("high")
        browser.press("#run")
        browser.until("done")
        path, body = server.posts[-1]
        assert path == "/qa/predict/stream?usage=true"
        assert "12345678901234567890" in body, "a long number loses no digit"
        assert json.loads(body) == {"inputs": {
            "title": 'a "b"', "count": 12345678901234567890, "ratio": 0.5, "sure": True, "size": 3, "tags": ["x"],
            "person": {"name": "Ada"}, "level": "high"}}, body


@check
def own_names(browser):
    """an input that is called `inputs` or `text` is sent as itself"""
    for name in ["inputs", "text"]:
        with stub(QA | {"inputs": schema(**{name: text()})}) as server:
            browser.open(server.address)
            server.answer = [event(prediction={"answer": "x"}), DONE]
            browser.run(**{name: "v"})
            browser.until("done")
            expected = {"inputs": "v"} if name == "inputs" else {"inputs": {"text": "v"}}
            assert json.loads(server.posts[-1][1]) == expected


@check
def faults(browser):
    """what is wrong with an input stands beside it, be it the page or the server that found it"""
    with stub(QA | {"inputs": TYPED}) as server:
        browser.open(server.address)
        browser.run(tags="[1,")
        browser.until("error")
        assert not server.posts, "what is no JSON is not sent"
        fault = browser.js("return document.getElementById(arguments[0].getAttribute('aria-describedby').split(' ')[1]).textContent",
                           browser.one("[name=tags]"))
        assert "JSON" in fault and browser.one("[name=tags]").get_attribute("aria-invalid") == "true"
        assert browser.js("return document.activeElement.name") == "tags"
        server.refusal = (422, {"detail": [
            {"type": "missing", "loc": ["body", "inputs", "title"], "msg": "Field required", "input": {}},
            {"type": "string_type", "loc": ["body", "inputs", "tags", 0], "msg": "Input should be a valid string", "input": 1},
            {"type": "extra_forbidden", "loc": ["body", "inputs", "zz"], "msg": "Extra inputs", "input": 1}]})
        browser.run(tags="[1]")
        browser.wait(lambda: browser.status()[0] == "error" and "zz" in browser.status()[1], "what belongs to no control")
        rows = {row.find_element("css selector", "[name]").get_attribute("name"): row.find_element("css selector", ".fault").text
                for row in browser.all(".row")}
        assert rows["title"] == "Field required" and rows["tags"] == "0: Input should be a valid string", rows
        assert set(browser.states().values()) == {"waiting"}
        browser.fill(title="x")
        assert browser.js("return document.querySelector('.row .fault').textContent") == "", "gone once it is mended"


@check
def scrolling(browser):
    """a long text is followed to its end, but not while somebody reads further up; it scrolls with the keyboard"""
    with stub(VIEWS) as server:
        browser.open(server.address)
        server.answer = [chunk("depth", "insight", f"line {n}\n") for n in range(200)] + [1.5] + [
            chunk("depth", "insight", "more\n" * 50), 0.8, chunk("depth", "insight", "", last=True), DONE]
        browser.run(issue="x")
        body = ".pane[data-branch=depth] .body"
        place = lambda: browser.js("const b = document.querySelector(arguments[0]); return [b.scrollTop, b.scrollHeight - b.clientHeight]", body)
        browser.wait(lambda: "line 199" in browser.text("depth", "insight"), "the text")
        browser.wait(lambda: place()[1] > 500 and place()[1] - place()[0] < 2, "the end of the text in sight")
        browser.js("document.querySelector(arguments[0]).scrollTop = 100", body)
        browser.wait(lambda: "more" in browser.text("depth", "insight"), "more text")
        time.sleep(0.3)
        assert place()[0] == 100, place()
        assert browser.one(body).get_attribute("tabindex") == "0"
        browser.until("done")


@check
def figures(browser):
    """each pane tells its seconds and characters, and gives its text to the clipboard; the events are one click away"""
    with stub(VIEWS) as server:
        browser.open(server.address)
        server.answer = [chunk("depth", "insight", "売上が落ちた"), 0.7, chunk("depth", "insight", "。", last=True), DONE]
        browser.run(issue="x")
        browser.until("done")
        meta = browser.one(".pane[data-branch=depth] .meta").text
        assert "7 characters" in meta and " s" in meta and "token" not in meta, meta
        browser.js("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
        browser.press(".pane[data-branch=depth] .copy")
        assert browser.js("return window.copied") == "売上が落ちた。"
        assert not browser.one(".pane[data-branch=time] .copy").is_enabled(), "nothing to copy"
        browser.press("#raw summary")
        browser.wait(lambda: browser.one("#raw pre").text, "the events")
        lines = browser.one("#raw pre").text.splitlines()
        assert json.loads(lines[0]) == {"inputs": {"issue": "x"}} and lines[-1] == "[DONE]", lines
        assert json.loads(lines[1])["response"]["chunk"] == "売上が落ちた"


@check
def tongue(browser):
    """Japanese is marked as Japanese, and the page has a language"""
    with stub(VIEWS) as server:
        browser.open(server.address)
        assert browser.js("return document.documentElement.lang") == "en"
        assert browser.js("return document.querySelector('.pane h2').lang") == "ja"
        server.answer = [chunk("time", "insight", "まず", last=True), DONE]
        browser.run(issue="x")
        browser.until("done")
        assert browser.js("return document.querySelector('.pane[data-branch=time] .text').lang") == "ja"


@check
def motion(browser):
    """nothing moves where somebody asks for less motion"""
    with stub(QA) as server:
        browser.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
        browser.open(server.address)
        still = browser.js("return [...document.querySelectorAll('*')].every((e) => "
                           "['0s', ''].includes(getComputedStyle(e).transitionDuration) && getComputedStyle(e).animationName === 'none')")
        assert still
