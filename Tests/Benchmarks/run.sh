#!/bin/bash
# Measures `dspy-swift batch` against DSPy, the openai client, a plain C loop and wrk; writes docs/benchmarks.md.
#
#   Tests/Benchmarks/run.sh
#
# What the variables BENCH_… and DSPY_PYTHON do is told in docs/benchmarks.md.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$root"

install_missing() {
    local missing=()
    command -v nginx >/dev/null || missing+=(nginx)
    find /usr/lib/nginx/modules /usr/share/nginx/modules -name '*http_lua*' 2>/dev/null | grep -q . ||
        missing+=(libnginx-mod-http-lua)
    command -v wrk >/dev/null || missing+=(wrk)
    command -v gcc >/dev/null || missing+=(gcc libc6-dev)
    [ -n "$(find /usr/include /usr/local/include -path '*curl/curl.h' 2>/dev/null)" ] || missing+=(libcurl4-openssl-dev)
    command -v python3 >/dev/null || missing+=(python3 python3-venv)
    [ ${#missing[@]} -eq 0 ] && return
    local sudo=()
    [ "$(id -u)" -eq 0 ] || sudo=(sudo)
    echo "installing: ${missing[*]}" >&2
    "${sudo[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

install_missing
python=${DSPY_PYTHON:-}
if [ -z "$python" ]; then
    python=$root/.build/benchmark-venv/bin/python
    if [ ! -x "$python" ]; then
        python3 -m venv "$root/.build/benchmark-venv"
        "$python" -m pip install --quiet dspy==3.4.1 openai
    fi
fi
tool=${BENCH_TOOL:-}
if [ -z "$tool" ]; then
    swift build -c release --static-swift-stdlib --product dspy-swift >&2
    tool=$(swift build -c release --static-swift-stdlib --show-bin-path)/dspy-swift
fi

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
gcc -O2 -o "$folder/floor" "$here/floor.c" -lcurl
port=${BENCH_PORT:-$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')}
wait=${BENCH_WAIT:-0.2}
modules=$(cat /etc/nginx/modules-enabled/*ndk*.conf /etc/nginx/modules-enabled/*lua*.conf 2>/dev/null |
    sed "s|load_module modules/|load_module /usr/lib/nginx/modules/|" | tr '\n' ' ')
sed -e "s|@FOLDER@|$folder|; s|@PORT@|$port|; s|@WAIT@|$wait|; s|@MODULES@|$modules|" "$here/mock.conf.in" >"$folder/nginx.conf"
ulimit -n "$(ulimit -Hn)" || true
nginx -p "$folder" -c "$folder/nginx.conf" -e "$folder/nginx-error.log" &
server=$!
for _ in $(seq 50); do
    size=$(curl -s --noproxy '*' -X POST -d '{}' "http://127.0.0.1:$port/v1/chat/completions" | wc -c) || true
    [ "$size" -eq 565 ] && break
    sleep 0.1
done
if [ "$size" -ne 565 ]; then
    cat "$folder/nginx-error.log" >&2
    echo "the mock server does not answer with 565 bytes but $size" >&2
    exit 1
fi

arguments=(--tool "$tool" --floor "$folder/floor" --python "$python" --mock "http://127.0.0.1:$port" --wait "$wait")
arguments+=(--folder "$folder" --out "${BENCH_OUT:-$root/docs/benchmarks.md}" --rounds "${BENCH_ROUNDS:-3}")
[ -n "${BENCH_FULL:-}" ] && arguments+=(--full)
[ -n "${BENCH_ONLY:-}" ] && arguments+=(--only "$BENCH_ONLY")
python3 "$here/measure.py" "${arguments[@]}"
