#!/bin/sh
# Compares dspy-swift with the real DSPy on random cases.
#
#   Tests/Differential/run.sh [--seed N] [--prompts N] [--completions N] [--signatures N]
#
# DSPY_PYTHON names a Python that has dspy 3.4.1; without it, a virtual environment is made under .build.
# SWIFT_TEST_FLAGS are handed to `swift test`; DSPY_DIFFERENCES is how many differences of a file are shown.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

if [ -z "${DSPY_PYTHON:-}" ]; then
    environment="$root/.build/differential-venv"
    if [ ! -x "$environment/bin/python" ]; then
        python3 -m venv "$environment"
        "$environment/bin/python" -m pip install --quiet dspy==3.4.1
    fi
    DSPY_PYTHON="$environment/bin/python"
fi

cases=$(mktemp -d)
trap 'rm -rf "$cases"' EXIT
PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0 "$DSPY_PYTHON" "$here/generate_cases.py" --out "$cases" "$@"
cd "$root"
# shellcheck disable=SC2086
DSPY_GOLDEN="$cases" swift test ${SWIFT_TEST_FLAGS:-} --filter Conformance
