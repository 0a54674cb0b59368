#!/usr/bin/env bash
# Builds this package, which sees of dspy-swift only the product DSPy, in release, and checks what its programs print.
#
#   run.sh ADDRESS [--local]    ADDRESS of a mock model server; --local asks the small model of this machine too
set -euo pipefail
cd "$(dirname "$0")"

fail() { printf '%s\n' "$*"; exit 1; }

export OPENAI_BASE_URL=$1 DSPY_LM=openai/mock
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# What library.md shows is what is built here.
python3 - <<'PYTHON'
import pathlib, re, sys
files = [path.read_text() for path in [pathlib.Path("Package.swift"), *pathlib.Path("Sources").rglob("*.swift")]]
blocks = re.findall(r"```swift\n(.*?)```", pathlib.Path("../../docs/library.md").read_text(), re.S)
unknown = [block for block in blocks if not any(block in text for text in files)]
if unknown or not blocks:
    sys.exit("docs/library.md shows what stands in no file of Tests/LibraryExample:\n" + "\n".join(unknown))
PYTHON

swift build -c release --scratch-path .build
# Each program with a cache of its own: an answer from a cache uses no tokens.
run() { DSPY_CACHE_DIR=$(mktemp -d -p "$folder") .build/release/LibraryExample "$1"; }

# The token counts of two-stages are what Python's DSPy 3.4.1 counts with the same server.
for expected in Expected/*.txt; do
    name=$(basename "$expected" .txt)
    printf '%s\n' "$name"
    diff "$expected" <(run "$name") || fail "$name printed something else"
done

printf 'react\n'
diff <(printf 'It is sunny in Tokyo.\nIt is sunny in Tokyo.\n') <(DSPY_LM=scripted/weather.json run react)

printf 'two-waits: '
waited=$(run two-waits)
printf '%s\n' "$waited"
[[ "$waited" =~ ^waited\ for\ \[1,\ 2\]\ s\ in\ 2\.[0-4] ]] || fail 'waits of 1 s and 2 s do not take 2 s'

# Four answers that come one after the other would change hands three times.
printf 'four-views: '
run four-views >"$folder/views"
changes=$(grep -oE '^(depth|breadth|structure|time):' "$folder/views" | uniq | wc -l)
printf 'the four answers take turns %s times\n' "$changes"
((changes > 8)) || fail 'the four answers came one after the other'
diff <(tail -n 1 "$folder/views" | tr -d '\n' | tr '}' '\n' | grep -c 'answer to 売上が落ちた') <(echo 4)

[ "${2:-}" = --local ] || exit 0
printf 'local: '
DSPY_LM=local/smollm2-135m run async-predict | tail -n 1 | grep .
