#!/usr/bin/env python3
"""Looks at the page of `serve` in a headless Chromium, as a person would.

    Tests/Page/check.py TOOL MOCK-MODEL-SERVER [--only WORDS]    TOOL may be `-`: only what a written stream can show

`Tests/Page/run.sh` installs what it needs and starts it.
"""

import argparse
import sys
import time
import traceback

import page_alone
import page_served
from browser import Browser


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool")
    parser.add_argument("mock", nargs="?")
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    checks = [(check, ()) for check in page_alone.checks]
    if arguments.tool != "-":
        checks += [(check, (arguments.tool, arguments.mock)) for check in page_served.checks]
    browser = Browser()
    failed = 0
    try:
        for check, given in checks:
            name = check.__doc__.strip()
            if arguments.only not in name:
                continue
            start = time.monotonic()
            try:
                check(browser, *given)
                complaints = browser.complaints()
                assert not complaints, complaints
                print(f"ok      {name} ({time.monotonic() - start:.1f} s)", flush=True)
            except Exception:
                failed += 1
                print(f"failed  {name}\n{traceback.format_exc(limit=-3)}", flush=True)
                browser.complaints()
            finally:
                browser.width(None)
                browser.scheme("light")
                browser.driver.get("about:blank")
    finally:
        browser.close()
    print(f"{failed} failed" if failed else "the page is as it should be")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
