#!/bin/bash
# Checks `dspy-swift serve` from outside: attacks, leaving clients, the laws of streams, and a short soak.
#
#   Tests/Serve/run.sh DSPY_SWIFT MOCK_MODEL_SERVER [PART...]        a part is http_attacks, leaving, ending, stream_laws,
#                                                                  doc_examples or soak
#
# Whole soak (minutes): Tests/Serve/soak.py --tool … --mock …
set -uo pipefail
[ $# -ge 2 ] || { sed -n 's/^# \{0,1\}//p' "$0" | sed 1d >&2; exit 64; }
export DSPY_SWIFT=$1 MOCK_MODEL_SERVER=$2
shift 2
[ $# -gt 0 ] || set -- http_attacks leaving ending stream_laws doc_examples soak
here=$(cd "$(dirname "$0")" && pwd)
export PYTHONDONTWRITEBYTECODE=1
ulimit -n "$(ulimit -Hn)" 2>/dev/null || true
failed=()
for part in "$@"; do
    start=$SECONDS
    quick=()
    [ "$part" = soak ] && quick=(--quick)
    # Of the checks that hold only their number is told.
    python3 "$here/$part.py" "${quick[@]}" | grep -v '^ok '
    [ "${PIPESTATUS[0]}" -eq 0 ] || failed+=("$part")
    printf '%s: %s s\n' "$part" "$((SECONDS - start))"
done
[ ${#failed[@]} -eq 0 ] || { echo "failed: ${failed[*]}"; exit 1; }
