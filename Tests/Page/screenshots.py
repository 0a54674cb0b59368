#!/usr/bin/env python3
"""Makes docs/images/serve-*.png: the page of four-views on a screen, on a phone and in the dark.

    Tests/Page/screenshots.py TOOL        needs selenium, chromium, chromium-driver and fonts-noto-cjk
"""

import base64
import contextlib
import json
import pathlib
import sys
import tempfile

from browser import Browser
from servers import ROOT, Serve

ISSUE = "先月から売上が落ちた。何から手をつければよいか。"
# What each branch answers, by words of its prompt; a number is a pause in seconds.
ANSWERS = {
    "Think deeper": ["売上が落ちたのはなぜか。客数が減ったから。なぜ減ったか。広告を止め、新しい顧客が商品を知る機会がなくなったから。",
                     "なぜ止めたか。効果を測っておらず、費用としか見えなかったから。根本の原因は、顧客がどこから来るのかを誰も知らないことにある。"],
    "Think wider": ["別の見方をすれば、売上の減少は顧客の選び方が変わったしるしでもある。競合のshopでは同じ商品が３割安い。",
                    "値下げで追うより、常連に「なぜ今も買うのか」を聞くほうが早い。"],
    "structure of the issue": ["売上 = 客数 × 単価 × 頻度。\n客数は横ばい、単価は微増、頻度だけが半分になった。",
                               0.5, "頻度は在庫と案内の二つに分かれ、", 30, "…"],
    "time axis": ["春に広告を止め、夏に在庫が切れ、秋に常連が離れた。", "冬には固定費が重くのしかかる。来年の春までに、常連へ戻る理由を渡せるかどうかで、その先の三年が決まる。"],
}


def script():
    rules = {}
    for words, pieces in ANSWERS.items():
        stream = ["[[ ## insight ## ]]\n"]
        for piece in pieces:
            if isinstance(piece, str):
                for place in range(0, len(piece), 4):
                    stream += [{"pause": 0.02}, piece[place:place + 4]]
            else:
                stream.append({"pause": piece})
        rules[words] = {"stream": stream}
    return json.dumps(rules, ensure_ascii=False)


def take(browser, name):
    height = browser.js("return document.documentElement.scrollHeight")
    shot = browser.cdp("Page.captureScreenshot", captureBeyondViewport=True, clip={
        "x": 0, "y": 0, "width": browser.js("return innerWidth"), "height": height, "scale": 1})
    path = ROOT / "docs/images" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(base64.b64decode(shot["data"]))
    print(path.relative_to(ROOT), path.stat().st_size)


def main(tool):
    tool = pathlib.Path(tool).resolve()
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "script.json").write_text(script())
        server = stack.enter_context(contextlib.closing(
            Serve(tool, [ROOT / "programs/four-views"], "scripted/script.json", folder=folder)))
        browser = stack.enter_context(contextlib.closing(Browser()))
        for name, width, scheme in [("desktop", 1120, "light"), ("phone", 360, "light"), ("dark", 1120, "dark")]:
            browser.driver.get("about:blank")
            browser.width(width, 640)
            browser.scheme(scheme)
            browser.open(server.address)
            browser.run(issue=ISSUE)
            browser.wait(lambda: sorted(browser.states().values()) == ["done", "done", "done", "streaming"]
                         and "案内の二つに分かれ" in browser.text("structure", "insight"), "three of four", 30)
            browser.js("document.activeElement.blur()")
            take(browser, f"serve-{name}.png")
            browser.js("document.querySelector('#stop').click()")
            browser.until("stopped")


if __name__ == "__main__":
    main(sys.argv[1])
