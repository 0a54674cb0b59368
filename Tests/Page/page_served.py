"""The page at the real server, with the mock model server behind it."""

import contextlib
import json
import pathlib
import tempfile
import time

from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from servers import ROOT, Mock, Serve

checks = []
VIEWS = "programs/four-views"
BRANCHES = ["depth", "breadth", "structure", "time"]
TITLES = ["深さ", "広さ", "構造", "時間"]
TOKEN = "only-this-tab-knows-it"
TYPED = {
    "name": "typed", "signature": "count: int, ratio: float, sure: bool, size: Literal['small', 'large'], tags: list[str], note -> answer",
    "fields": {"count": "how many", "answer": "one word"}, "defaults": {"note": "none"}}


def check(body):
    checks.append(body)
    return body


@contextlib.contextmanager
def served(tool, mock, *programs, model=("gap=20", "delta=2", "latency=50"), options=(), token=None):
    """The server of these programs, and its model server."""
    with contextlib.ExitStack() as stack:
        behind = stack.enter_context(contextlib.closing(Mock(mock, *model)))
        yield stack.enter_context(contextlib.closing(Serve(tool, programs or [VIEWS], behind, *options, token=token))), behind


@contextlib.contextmanager
def program_file(program):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "program.json"
        path.write_text(json.dumps(program))
        yield path


@check
def views(browser, tool, mock):
    """four views stand in four panes with their titles; the slow one is waited for by none of the others"""
    with served(tool, mock, model=("gap=20", "delta=2", "latency=50", "when=structure of the issue:SLOW")) as (server, _):
        browser.open(server.address)
        assert browser.one("#title").text == "four_views" and not browser.one("#program").is_displayed()
        assert [pane.get_attribute("data-branch") for pane in browser.all("section.pane")] == BRANCHES
        assert [heading.text for heading in browser.all(".pane h2")] == TITLES
        assert set(browser.states().values()) == {"waiting"} and browser.status()[0] == "idle"
        assert not browser.one("#stop").is_enabled()
        browser.run(issue="先月から売上が落ちた")
        browser.wait(lambda: all(browser.states()[name] == "done" for name in BRANCHES if name != "structure"), "the quick ones")
        assert browser.states()["structure"] in ("waiting", "streaming") and browser.status()[0] == "running"
        assert browser.text("time", "insight") == "answer to 先月から売上が落ちた"
        assert browser.one("#stop").is_enabled()
        browser.until("done", 30)
        for name in BRANCHES:
            assert browser.text(name, "insight") == "answer to 先月から売上が落ちた"


@check
def growing(browser, tool, mock):
    """texts grow while they come in, side by side"""
    with served(tool, mock, model=("gap=60", "delta=1", "latency=20")) as (server, _):
        browser.open(server.address)
        browser.run(issue="abcdefghij")
        seen = []
        browser.wait(lambda: seen.append([len(browser.text(name, "insight")) for name in BRANCHES]) or browser.status()[0] == "done", "the end")
        assert any(all(0 < length < 20 for length in lengths) for lengths in seen), seen[:40]


@check
def prompt(browser, tool, mock):
    """the prompt of a run is one click away, and the tokens of each call are told when it has ended"""
    with served(tool, mock) as (server, _):
        browser.open(server.address)
        assert not browser.one("#prompt").is_displayed()
        browser.run(issue="<b>売上</b>")
        browser.until("done")
        browser.press("#prompt summary")
        browser.wait(lambda: browser.one("#prompt pre").text, "the prompt")
        text = browser.one("#prompt pre").text
        assert text.count("[system]") == 4 and text.count("[user]") == 4 and "<b>売上</b>" in text, text[:400]
        assert "depth · openai/" in text and "ask why, again and again" in text, text[:400]
        browser.wait(lambda: all(" tokens" in meta.text for meta in browser.all(".pane .meta")), "the tokens")


@check
def stop(browser, tool, mock):
    """Stop ends the run: what came stays, and the model server's connections are closed within a second"""
    with served(tool, mock, model=("gap=200", "delta=1")) as (server, behind):
        browser.open(server.address)
        browser.run(issue="a long issue")
        browser.wait(lambda: all(browser.text(name, "insight") for name in BRANCHES), "text")
        pressed = time.monotonic()
        browser.press("#stop")
        browser.until("stopped", 2)
        assert set(browser.states().values()) == {"stopped"} and browser.text("depth", "insight").startswith("a")
        browser.wait(lambda: len(behind.gone(pressed)) == 4, "the ledger's word of it", 3)
        assert max(behind.gone(pressed)) < 1, behind.gone(pressed)
        assert browser.one("#run").is_enabled() and not browser.one("#stop").is_enabled()
        browser.press("#run")
        browser.until("running")
        browser.press("#stop")
        browser.until("stopped", 2)


@check
def leaving(browser, tool, mock):
    """who leaves the page in the middle of a run cancels it"""
    with served(tool, mock, model=("gap=200", "delta=1")) as (server, behind):
        browser.open(server.address)
        browser.run(issue="a long issue")
        browser.wait(lambda: browser.text("depth", "insight"), "text")
        left = time.monotonic()
        browser.driver.get("about:blank")
        browser.wait(lambda: len(behind.gone(left)) == 4, "the ledger's word of it", 3)
        assert max(behind.gone(left)) < 1, behind.gone(left)
        browser.driver.back()
        browser.wait(lambda: browser.all("#controls textarea"), "the form")
        assert browser.status()[0] in ("idle", "stopped") and not browser.one("#stop").is_enabled()


@check
def failing(browser, tool, mock):
    """a branch that fails says so in its pane, and the others finish"""
    with served(tool, mock, model=("gap=20", "delta=2", "when=Think wider:FAIL400")) as (server, _):
        browser.open(server.address)
        browser.run(issue="why")
        browser.until("error")
        assert browser.states() == {name: "error" if name == "breadth" else "done" for name in BRANCHES}
        assert browser.error("breadth") and "sk-very-secret" not in browser.error("breadth")
        for name in BRANCHES:
            if name != "breadth":
                assert browser.text(name, "insight") == "answer to why" and browser.error(name) == ""
        assert "breadth" in browser.one(".pane[data-branch=breadth]").get_attribute("data-branch")
        assert browser.one(".pane[data-branch=breadth] .error").get_attribute("role") == "alert"


@check
def markup(browser, tool, mock):
    """markup that a model writes is text"""
    issue = "<img src=x onerror=alert(1)><script>alert(2)</script><b>bold</b>"
    for delta in [3, 500]:
        with served(tool, mock, model=(f"delta={delta}",)) as (server, _):
            browser.open(server.address)
            # What stands there for a moment only counts too.
            browser.js("window.made = []; new MutationObserver(() => made.push(...document.querySelectorAll('main :is(img, script, b)')))"
                       ".observe(document.querySelector('#panes'), { childList: true, subtree: true })")
            browser.run(issue=issue)
            browser.until("done")
            assert browser.text("depth", "insight") == "answer to " + issue
            assert browser.js("return made.length") == 0 and not browser.has_alert()


@check
def phone(browser, tool, mock):
    """on a phone of 360 pixels nothing scrolls sideways, all buttons are high enough, panes stand below one another"""
    with served(tool, mock, VIEWS, "programs/qa", model=("delta=50",)) as (server, _):
        browser.width(360)
        browser.open(server.address)
        browser.run(issue="https://example.org/" + "a" * 300)
        browser.until("done")
        for details in browser.all("details"):
            browser.js("arguments[0].open = true", details)
        assert browser.js("return document.documentElement.scrollWidth") <= 360
        wide = browser.js("return [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > 360.5)"
                          ".map((e) => e.outerHTML.slice(0, 80))")
        assert not wide, wide
        heights = {button.accessible_name: button.size["height"] for button in browser.all("button, select, summary") if button.is_displayed()}
        assert all(height >= 24 for height in heights.values()), heights
        lefts = {pane.rect["x"] for pane in browser.all(".pane")}
        assert len(lefts) == 1, lefts
        for width, columns in [(719, 1), (720, 2), (1280, 2)]:
            browser.width(width)
            lefts = {pane.rect["x"] for pane in browser.all(".pane")}
            assert len(lefts) == columns, (width, lefts)
            assert browser.js("return document.documentElement.scrollWidth") <= width


@check
def keyboard(browser, tool, mock):
    """Ctrl+Enter in the form runs, all controls are reached in their order, and the focus is never lost"""
    with served(tool, mock, model=("gap=50", "delta=1")) as (server, _):
        browser.open(server.address)
        browser.fill(issue="why")
        browser.ctrl_enter("[name=issue]")
        browser.until("running", 3)
        browser.until("done")
        assert browser.one("[name=issue]").get_attribute("value") == "why", "the key writes nothing"
        browser.one("[name=issue]").send_keys(Keys.TAB)
        assert browser.js("return document.activeElement.id") == "run"
        outline = browser.js("const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.outlineWidth]")
        assert outline == ["solid", "3px"], outline
        browser.one("#run").send_keys(Keys.ENTER)
        browser.until("running", 3)
        assert browser.js("return document.activeElement.id") == "stop"
        browser.one("#stop").send_keys(Keys.ENTER)
        browser.until("stopped", 3)
        assert browser.js("return document.activeElement.id") == "run"


def contrast(first, second):
    """How well one colour stands out from another, as WCAG counts it."""
    def light(colour):
        parts = [int(part) / 255 for part in colour[colour.index("(") + 1:-1].split(",")[:3]]
        parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    high, low = sorted([light(first), light(second)], reverse=True)
    return (high + 0.05) / (low + 0.05)


@check
def schemes(browser, tool, mock):
    """light and dark follow the system, and both can be read"""
    papers = []
    with served(tool, mock, model=("delta=50", "when=Think wider:FAIL400")) as (server, _):
        for scheme in ["light", "dark"]:
            browser.scheme(scheme)
            browser.open(server.address)
            browser.run(issue="why")
            browser.until("error")
            time.sleep(0.3)
            colour = lambda selector, name="color": browser.js(
                "return getComputedStyle(document.querySelector(arguments[0])).getPropertyValue(arguments[1])", selector, name)
            paper, card = colour("body", "background-color"), colour(".pane", "background-color")
            papers.append(paper)
            for selector, behind in [("body", paper), ("#status", paper), ("#about", paper), (".text", card), (".meta", card),
                                     (".pane[data-branch=breadth] .error", card), ("#run", colour("#run", "background-color"))]:
                ratio = contrast(colour(selector), behind)
                assert ratio >= 4.5, (scheme, selector, ratio)
    assert papers[0] != papers[1], papers


@check
def token(browser, tool, mock):
    """a token is asked for when the server wants one, sent with each request, and known to this tab alone"""
    with served(tool, mock, model=("delta=50",), token=TOKEN) as (server, _):
        browser.open(server.address, until=None)
        browser.wait(lambda: browser.one("#token").is_displayed(), "the question for the token")
        assert browser.one("#token").get_attribute("type") == "password" and "Token" in browser.one("#token").accessible_name
        assert not browser.all("section.pane")
        browser.one("#token").send_keys("wrong-wrong-wrong-wrong", Keys.ENTER)
        browser.wait(lambda: "does not take" in browser.status()[1], "the refusal")
        browser.one("#token").clear()
        browser.one("#token").send_keys(TOKEN, Keys.ENTER)
        browser.wait(lambda: browser.all("section.pane"), "the panes")
        assert not browser.one("#token").is_displayed()
        browser.run(issue="why")
        browser.until("done")
        assert browser.js("return localStorage.length") == 0 and browser.js("return document.cookie") == ""
        assert TOKEN not in browser.driver.current_url
        browser.open(server.address)
        first = browser.driver.current_window_handle
        browser.driver.switch_to.new_window("tab")
        browser.driver.get(server.address)
        browser.wait(lambda: browser.one("#token").is_displayed(), "the question in another tab")
        browser.driver.close()
        browser.driver.switch_to.window(first)
    with served(tool, mock) as (server, _):
        browser.open(server.address)
        assert not browser.one("#token").is_displayed(), "nobody asks without need"


@check
def typed(browser, tool, mock):
    """typed inputs get controls of their types, optional ones may stay empty, and a fault stands beside its control"""
    with program_file(TYPED) as path, served(tool, mock, path, model=("delta=50",)) as (server, _):
        browser.open(server.address)
        kinds = {control.get_attribute("name"): control.get_attribute("type") for control in browser.all("#controls [name]")}
        assert kinds == {"count": "number", "ratio": "number", "sure": "checkbox", "size": "select-one", "tags": "textarea",
                         "note": "textarea"}, kinds
        assert "how many" in browser.one(".row").text
        assert [heading.text for heading in browser.all(".pane h2")] == ["result"]
        assert browser.states() == {"result": "waiting"}
        browser.run(count="7", ratio="0.5", tags='{"a": 1}')
        browser.until("error")
        rows = {row.find_element("css selector", "[name]").get_attribute("name"): row.find_element("css selector", ".fault").text
                for row in browser.all(".row")}
        assert [name for name, fault in rows.items() if fault] == ["tags"], rows
        assert browser.one("[name=tags]").get_attribute("aria-invalid") == "true"
        browser.press("[name=sure]")
        Select(browser.one("[name=size]")).select_by_visible_text("large")
        browser.run(tags='["x", "y"]')
        browser.until("done")
        assert browser.text("result", "answer") == "answer to 7" and browser.states() == {"result": "done"}
        browser.run(count=Keys.BACKSPACE)
        browser.until("error")
        assert browser.one(".row .fault").text, "a missing input is told beside its control"


@check
def names(browser, tool, mock):
    """every control has a name for a screen reader, and panes, states and texts have their roles"""
    with served(tool, mock, VIEWS, "programs/qa", model=("delta=50",)) as (server, _):
        browser.open(server.address)
        browser.run(issue="why")
        browser.until("done")
        for control in browser.all("button, input, select, textarea, summary, a"):
            assert control.accessible_name.strip() or not control.is_displayed(), control.get_attribute("outerHTML")
        assert browser.one("[name=issue]").accessible_name.startswith("issue")
        assert browser.one("#program").accessible_name == "Program"
        assert browser.one("#status").get_attribute("role") == "status"
        for pane, title in zip(browser.all("section.pane"), TITLES):
            assert pane.aria_role == "region" and pane.accessible_name == title
            live = pane.find_element("css selector", ".field > .text")
            assert live.get_attribute("aria-live") == "polite"
            assert live.get_attribute("aria-busy") == "false", "a screen reader reads a text once it is whole"
            assert title in pane.find_element("css selector", ".copy").accessible_name


@check
def several(browser, tool, mock):
    """several programs can be chosen from, in the page or by its address"""
    with served(tool, mock, VIEWS, "programs/qa", model=("delta=50",)) as (server, _):
        browser.open(server.address)
        assert browser.one("#program").is_displayed() and browser.one("#title").text == "four_views"
        Select(browser.one("#program")).select_by_visible_text("qa")
        browser.wait(lambda: browser.one("#title").text == "qa" and list(browser.states()) == ["result"], "the other program")
        field = browser.one("#controls [name]").get_attribute("name")
        browser.run(**{field: "why"})
        browser.until("done")
        assert browser.text("result", "answer") == "answer to why"
        for address in ["/?program=qa", "/#qa"]:
            browser.driver.get("about:blank")
            browser.open(server.address + address)
            assert browser.one("#title").text == "qa", address
        browser.driver.get("about:blank")
        browser.open(server.address + "/#nothing")
        assert browser.one("#title").text == "four_views"


@check
def change(browser, tool, mock):
    """choosing another program ends the run of the first"""
    with served(tool, mock, VIEWS, "programs/qa", model=("gap=200", "delta=1")) as (server, behind):
        browser.open(server.address)
        browser.run(issue="a long issue")
        browser.wait(lambda: browser.text("depth", "insight"), "text")
        chosen = time.monotonic()
        Select(browser.one("#program")).select_by_visible_text("qa")
        browser.wait(lambda: len(behind.gone(chosen)) == 4, "the ledger's word of it", 3)
        assert browser.status() == ["idle", ""] and browser.states() == {"result": "waiting"}


@check
def away(browser, tool, mock):
    """a server that goes away in the middle of a run is told of"""
    with served(tool, mock, model=("gap=200", "delta=1")) as (server, _):
        browser.open(server.address)
        browser.run(issue="a long issue")
        browser.wait(lambda: browser.text("depth", "insight"), "text")
        server.process.kill()
        browser.until("error")
        assert set(browser.states().values()) == {"error"} and browser.error("depth")
        assert browser.text("depth", "insight"), "what came stays"
        browser.complaints()
