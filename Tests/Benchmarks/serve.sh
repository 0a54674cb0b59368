#!/bin/bash
# Measures `dspy-swift serve` against the FastAPI app of DSPy's deployment guide; writes "Serving" in docs/benchmarks.md.
#
#   Tests/Benchmarks/serve.sh
#
# DSPY_PYTHON is a Python with dspy 3.4.1, fastapi and uvicorn; without it a virtual environment is made under .build.
# BENCH_TOOL, BENCH_ROUNDS, BENCH_OUT as in run.sh; BENCH_SECONDS (4) is how long wrk runs each time; BENCH_ONLY is network,
# scripted, streams or load.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$root"

for command in wrk nginx python3; do
    command -v "$command" >/dev/null || { echo "serve.sh needs $command; run.sh installs it" >&2; exit 1; }
done
python=${DSPY_PYTHON:-}
if [ -z "$python" ]; then
    python=$root/.build/benchmark-venv/bin/python
    [ -x "$python" ] || python3 -m venv "$root/.build/benchmark-venv"
    "$python" -c 'import dspy, fastapi, uvicorn' 2>/dev/null ||
        "$python" -m pip install --quiet dspy==3.4.1 openai fastapi uvicorn
fi
tool=${BENCH_TOOL:-}
if [ -z "$tool" ]; then
    swift build -c release --static-swift-stdlib --product dspy-swift >&2
    tool=$(swift build -c release --static-swift-stdlib --show-bin-path)/dspy-swift
fi
case $tool in - | /*) ;; *) tool=$PWD/$tool ;; esac

folder=$(mktemp -d)
server=
cleanup() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$folder"
}
trap cleanup EXIT
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
modules=$(cat /etc/nginx/modules-enabled/*ndk*.conf /etc/nginx/modules-enabled/*lua*.conf 2>/dev/null |
    sed "s|load_module modules/|load_module /usr/lib/nginx/modules/|" | tr '\n' ' ')
sed -e "s|@FOLDER@|$folder|; s|@PORT@|$port|; s|@WAIT@|0.2|; s|@MODULES@|$modules|" "$here/mock.conf.in" >"$folder/nginx.conf"
ulimit -n "$(ulimit -Hn)" || true
nginx -p "$folder" -c "$folder/nginx.conf" -e "$folder/nginx-error.log" &
server=$!
for _ in $(seq 50); do
    size=$(curl -s --noproxy '*' -X POST -d '{}' "http://127.0.0.1:$port/cot/v1/chat/completions" | wc -c) || true
    [ "$size" -eq 565 ] && break
    sleep 0.1
done
if [ "$size" -ne 565 ]; then
    cat "$folder/nginx-error.log" >&2
    echo "the mock server does not answer with 565 bytes but $size" >&2
    exit 1
fi

python3 "$here/serve.py" --tool "$tool" --python "$python" --mock "http://127.0.0.1:$port" --folder "$folder" \
    --out "${BENCH_OUT:-$root/docs/benchmarks.md}" --rounds "${BENCH_ROUNDS:-3}" --seconds "${BENCH_SECONDS:-4}" \
    --only "${BENCH_ONLY:-}"
