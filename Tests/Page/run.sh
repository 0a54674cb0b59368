#!/usr/bin/env bash
# Looks at the page of `serve` in a headless Chromium: Tests/Page/run.sh TOOL MOCK-MODEL-SERVER [--only WORDS]
# The binaries may also be named by $DSPY_SWIFT and $MOCK_MODEL_SERVER. Needs chromium and chromium-driver.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if (($# == 0)) || [[ $1 == --* ]]; then
    set -- "${DSPY_SWIFT:?names the tool}" "${MOCK_MODEL_SERVER:?names the model server}" "$@"
fi
command -v chromium chromedriver >/dev/null || {
    echo 'chromium and its driver are missing: apt-get install chromium chromium-driver'
    exit 1
}
venv=${PAGE_VENV:-$here/.venv}
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -c 'import selenium' 2>/dev/null || "$venv/bin/pip" install --quiet 'selenium>=4.20,<5'
exec "$venv/bin/python" "$here/check.py" "$@"
