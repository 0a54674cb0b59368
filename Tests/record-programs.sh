#!/usr/bin/env bash
# Records the example programs on the local model anew: replies.jsonl and expected.jsonl of their folders in programs/.
# Those with agents, branches and attempts are recorded by record-scripted-programs.py, with answers that are written there.
# Usage: Tests/record-programs.sh [path of the dspy-swift binary]
set -euo pipefail
cd "$(dirname "$0")/.."
tool=${1:-.build/release/dspy-swift}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for folder in programs/{extract,four-views,qa,triage,two-stage}/; do
    : >"$scratch/replies"
    : >"$scratch/expected"
    while IFS= read -r line; do
        printf '%s' "$line" |
            "$tool" run "$folder" -i - --lm local/smollm2-135m \
                --record "$scratch/one" --format ndjson >>"$scratch/expected"
        cat "$scratch/one" >>"$scratch/replies"
    done <"$folder/inputs.jsonl"
    if grep -q '"tests"' "$folder/program.json"; then
        "$tool" run "$folder" --tests --lm local/smollm2-135m \
            --record "$scratch/one" || true
        cat "$scratch/one" >>"$scratch/replies"
    fi
    cp "$scratch/replies" "$folder/replies.jsonl"
    cp "$scratch/expected" "$folder/expected.jsonl"
    printf '%s: %s recorded\n' "$folder" "$(wc -l <"$folder/expected.jsonl")"
done
