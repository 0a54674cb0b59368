"""Measures batches against the mock server and writes the tables of docs/benchmarks.md; started by run.sh.

Every number is the median of several rounds; within a round all clients run one after another, so that whatever else the
machine does meets all of them.
"""

import argparse
import http.server
import json
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time

parser = argparse.ArgumentParser()
parser.add_argument("--tool", required=True)
parser.add_argument("--floor", required=True)
parser.add_argument("--python", required=True)
parser.add_argument("--mock", required=True, help="the address of the mock server, http://HOST:PORT")
parser.add_argument("--wait", type=float, required=True, help="the seconds that its slow path waits")
parser.add_argument("--folder", required=True)
parser.add_argument("--out", required=True)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--full", action="store_true", help="10 million rows as well")
parser.add_argument("--only", default="", help="requests, wait, rows or streams; what else stands in the file stays")
options = parser.parse_args()
here = os.path.dirname(os.path.abspath(__file__))
body_file = os.path.join(options.folder, "body.json")
fast, slow, streamed = options.mock + "/v1", options.mock + "/wait/v1", options.mock + "/stream/v1"
SIGNATURE = "question -> answer"


# ---- Running


class Run:
    """What one process took."""

    def __init__(self, command, environment=None, cwd=None):
        environment = dict(os.environ, OPENAI_API_KEY="benchmark", BENCH_BODY=body_file, **(environment or {}))
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "DSPY_LM"):
            environment.pop(name, None)
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            start = time.perf_counter()
            process = subprocess.Popen(
                command, env=environment, cwd=cwd or options.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=errors
            )
            timer = threading.Timer(900, process.kill)
            timer.start()
            _, status, usage = os.wait4(process.pid, 0)
            self.seconds = time.perf_counter() - start
            timer.cancel()
            process.returncode = os.waitstatus_to_exitcode(status)
            self.cpu = usage.ru_utime + usage.ru_stime
            self.megabytes = usage.ru_maxrss / 1024
            output.seek(0)
            errors.seek(0)
            self.output = output.read().decode()
            if process.returncode != 0:
                sys.exit(f"{command[0]} ended with {process.returncode}: {errors.read().decode()[-2000:]}")


def write_rows(count):
    path = os.path.join(options.folder, f"rows-{count}.jsonl")
    if not os.path.exists(path):
        with open(path, "w") as file:
            for index in range(count):
                file.write('{"question": "What is the answer to question number %d?"}\n' % index)
    return path


def tool(url, items, width, cache, streams=None):
    """One batch; `streams` is how its events are read: in a file, or through a pipe."""
    out = os.path.join(options.folder, "out.jsonl")
    folder = tempfile.mkdtemp(dir=options.folder)
    command = [options.tool, "batch", SIGNATURE, write_rows(items), "-o", out, "--force", "-q", "-j", str(width)]
    command += ["-m", "openai/gpt-4o-mini", "--api-base", url] + ([] if cache else ["--no-cache"])
    if streams:
        command += ["--stream=ndjson"]
    events = os.path.join(folder, "events")
    if streams == "pipe":
        command = ["bash", "-c", 'set -o pipefail; "$@" | tail -n 1', "bash"] + command
    elif streams == "file":
        command = ["bash", "-c", 'exec "$@" >"$0"', events] + command
    run = Run(command, {"DSPY_CACHE_DIR": folder})
    if streams == "file":
        with open(events) as file:
            deltas = sum('"type":"delta"' in line for line in file)
        os.unlink(events)
        if deltas < items * 62:
            sys.exit(f"{items} rows gave only {deltas} pieces of text")
    with open(out) as file:
        count = sum('"status": "ok"' in line for line in file)
    if count != items:
        sys.exit(f"{count} rows are right, not {items}")
    return run


def floor(url, items, width):
    return Run([options.floor, url + "/chat/completions", body_file, str(items), str(width)])


def python(kind, url, items, width):
    run = Run([options.python, os.path.join(here, "python_client.py"), kind, url, str(items), str(width)])
    inner = json.loads(run.output.strip().splitlines()[-1])
    run.seconds, run.cpu = inner["seconds"], inner["cpu"]
    return run


def wrk(url, width):
    run = Run(
        ["wrk", "-t", "1", "-c", str(width), "-d", "3s", "-s", os.path.join(here, "wrk.lua"), url + "/chat/completions"]
    )
    run.rate = float(re.search(r"Requests/sec:\s+([\d.]+)", run.output).group(1))
    return run


def capture_body():
    """The body that the tool sends, which all other clients send too."""
    bodies = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            bodies.append(self.rfile.read(int(self.headers["content-length"])))
            answer = {"choices": [{"message": {"content": "[[ ## answer ## ]]\nyes\n\n[[ ## completed ## ]]"}}]}
            data = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    tool(f"http://127.0.0.1:{server.server_port}/v1", 1, 1, False)
    server.shutdown()
    with open(body_file, "wb") as file:
        file.write(bodies[0])


# ---- Tables


def median(values):
    return statistics.median(values)


def number(value):
    if value >= 1000:
        return f"{round(value, -int(len(str(int(value))) - 3)):,.0f}"
    return f"{value:.3g}" if value >= 1 else f"{value:.2g}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def rounds(clients):
    """The runs of each client; its round count may be lower, for the slow ones."""
    runs = {name: [] for name, _ in clients}
    for turn in range(options.rounds):
        for name, start in clients:
            runs[name].append(start())
            print(f"  round {turn + 1}: {name}: {runs[name][-1].seconds:.2f} s", file=sys.stderr)
    return runs


def measure_requests():
    sizes = {64: {}, 512: {}}
    for width in sizes:
        print(f"{width} in flight, answered at once", file=sys.stderr)
        fixed = [
            ("wrk", None, lambda: wrk(fast, width)),
            ("C, libcurl multi", 20000, lambda: floor(fast, 20000, width)),
            ("dspy-swift batch --no-cache", 20000, lambda: tool(fast, 20000, width, False)),
            ("dspy-swift batch, cache on", 20000, lambda: tool(fast, 20000, width, True)),
            ("DSPy acall", 1000, lambda: python("dspy-acall", fast, 1000, width)),
            ("DSPy Parallel", 1000, lambda: python("dspy-parallel", fast, 1000, width)),
            ("openai", 1000, lambda: python("openai", fast, 1000, width)),
        ]
        runs = rounds([(name, start) for name, _, start in fixed])
        for name, items, _ in fixed:
            sizes[width][name] = {
                "rate": median(run.rate if items is None else items / run.seconds for run in runs[name]),
                "cpu": None if items is None else median(run.cpu / items * 1000 for run in runs[name]),
                "memory": median(run.megabytes for run in runs[name]),
            }
    rows = []
    for name in sizes[64]:
        row = [name]
        for width in sizes:
            one = sizes[width][name]
            row += [number(one["rate"]), "–" if one["cpu"] is None else number(one["cpu"]), number(one["memory"])]
        rows.append(row)
    head = ["client"]
    for width in sizes:
        head += [f"{width} in flight: items/s", "CPU s per 1,000", "peak MB"]
    goals = []
    for width, found in sizes.items():
        mine, cached = found["dspy-swift batch --no-cache"], found["dspy-swift batch, cache on"]
        dspy, c = found["DSPy acall"], found["C, libcurl multi"]
        goals += [
            (f"{width} in flight: items/s against DSPy's acall", mine["rate"] / dspy["rate"], "≥", 30, "×"),
            (f"{width} in flight: DSPy's CPU seconds against this tool's", dspy["cpu"] / mine["cpu"], "≥", 30, "×"),
            (f"{width} in flight: part of the plain C loop's items/s", mine["rate"] / c["rate"], "≥", 0.5, ""),
            (f"{width} in flight: slower with the cache on", 1 - cached["rate"] / mine["rate"], "≤", 0.3, ""),
        ]
    text = f"""## Requests that are answered at once

Items/s, CPU seconds of the client per 1,000 items, peak memory of the client.

{table(head, rows)}
"""
    return text, goals


def measure_wait():
    # Ten waves of 64; of 512 four, and ten without Python, which would take minutes for them.
    plans = [(64, 640, True), (512, 2048, True), (512, 5120, False)]
    found = {}
    for place, (width, items, has_python) in enumerate(plans):
        print(f"{width} in flight, {items} items answered after {options.wait} s", file=sys.stderr)
        clients = [
            ("C, libcurl multi", lambda: floor(slow, items, width)),
            ("dspy-swift batch --no-cache", lambda: tool(slow, items, width, False)),
            ("dspy-swift batch, cache on", lambda: tool(slow, items, width, True)),
        ]
        if has_python:
            clients += [
                ("DSPy acall", lambda: python("dspy-acall", slow, items, width)),
                ("DSPy Parallel", lambda: python("dspy-parallel", slow, items, width)),
                ("openai", lambda: python("openai", slow, items, width)),
            ]
        runs = rounds(clients)
        ideal = options.wait * items / width
        for name in runs:
            seconds = median(run.seconds for run in runs[name])
            found.setdefault(name, {})[place] = (seconds, items / seconds, seconds / ideal - 1)
    head = ["client"]
    for width, items, _ in plans:
        head += [f"{items} items, {width} in flight: seconds", "items/s", "over the ideal"]
    rows = [["the ideal"]]
    for width, items, _ in plans:
        rows[0] += [f"{options.wait * items / width:.2f}", number(width / options.wait), "–"]
    for name, values in found.items():
        row = [name]
        for place in range(len(plans)):
            if place in values:
                seconds, rate, over = values[place]
                row += [f"{seconds:.2f}", number(rate), f"{over:.0%}"]
            else:
                row += ["–", "–", "–"]
        rows.append(row)
    goals = [
        (
            f"{width} in flight, {round(options.wait * 1000)} ms, {items} items: over the ideal time",
            found["dspy-swift batch --no-cache"][place][2], "≤", 0.15, "",
        )
        for place, (width, items, _) in enumerate(plans)
    ]
    text = f"""## Requests that are answered after {round(options.wait * 1000)} ms

The ideal is latency × items / in flight. This tool's and C's seconds hold the start of the process and its connections;
Python's do not hold the imports and a first round of requests.

{table(head, rows)}
"""
    return text, goals


def measure_rows():
    counts = [1000, 100_000, 1_000_000] + ([10_000_000] if options.full else [])
    found, rows = {}, []
    for count in counts:
        path = write_rows(count)
        out = os.path.join(options.folder, "out.jsonl")
        command = [options.tool, "batch", SIGNATURE, path, "-o", out, "--force", "-q", "-j", "64", "-m", "scripted/echo"]
        runs = [Run(command) for _ in range(options.rounds if count <= 100_000 else 1)]
        print(f"{count} rows: {runs[-1].seconds:.2f} s", file=sys.stderr)
        found[count] = (median(count / run.seconds for run in runs), median(run.megabytes for run in runs))
        cpu = median(run.cpu / count * 1000 for run in runs)
        rows.append([f"{count:,}", number(found[count][0]), number(cpu), number(found[count][1])])
        os.unlink(out)
        if count > 1_000_000:
            os.unlink(path)
    base, goals = found[100_000], []
    for count in counts[2:]:
        goals += [
            (f"{count:,} rows: MB above the peak at 100,000", found[count][1] - base[1], "≤", 100, ""),
            (f"{count:,} rows: part of the items/s at 100,000", found[count][0] / base[0], "≥", 0.8, ""),
        ]
    text = f"""## More rows

`--lm scripted/echo` answers inside the process: what is left is reading, prompting, parsing and writing.

{table(["rows", "items/s", "CPU s per 1,000", "peak MB"], rows)}
"""
    return text, goals


def measure_streams():
    width, chunks = 64, 64
    print(f"{width} streams of {chunks} chunks", file=sys.stderr)
    fixed = [
        ("C, libcurl multi", 6400, lambda: floor(streamed, 6400, width)),
        ("dspy-swift batch --stream=ndjson, to a file", 3200, lambda: tool(streamed, 3200, width, False, "file")),
        ("dspy-swift batch --stream=ndjson, through a pipe", 3200, lambda: tool(streamed, 3200, width, False, "pipe")),
        ("dspy.streamify", 320, lambda: python("dspy-streamify", streamed, 320, width)),
        ("openai", 320, lambda: python("openai-stream", streamed, 320, width)),
    ]
    runs = rounds([(name, start) for name, _, start in fixed])
    found, rows = {}, []
    for name, items, _ in fixed:
        count = items * chunks
        rate = median(count / run.seconds for run in runs[name])
        cpu = median(run.cpu / count * 1_000_000 for run in runs[name])
        found[name] = (rate, cpu)
        rows.append([name, number(rate), number(cpu), number(median(run.megabytes for run in runs[name]))])
    mine, theirs = found["dspy-swift batch --stream=ndjson, to a file"], found["dspy.streamify"]
    goals = [
        ("64 streams: chunks/s against dspy.streamify", mine[0] / theirs[0], "≥", 30, "×"),
        ("64 streams: streamify's CPU seconds against this tool's", theirs[1] / mine[1], "≥", 20, "×"),
    ]
    text = f"""## Streams

{width} streams at once of {chunks} chunks each, every chunk sent by itself and at once. This tool turns each chunk into an event with its
field's text; `tail` reads the pipe. The C loop only counts bytes.

{table(["client", "chunks/s", "CPU s per million chunks", "peak MB"], rows)}
"""
    return text, goals


def earlier(title):
    """What an earlier run wrote under a title, without the title."""
    if not os.path.exists(options.out):
        return ""
    with open(options.out) as file:
        found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", file.read(), re.M | re.S)
    return found.group(1) if found else ""


def machine():
    """The machine's description, one line each."""
    facts = dict(line.split(":", 1) for line in Run(["lscpu"]).output.splitlines() if ":" in line)
    with open("/proc/meminfo") as file:
        memory = int(re.search(r"MemTotal:\s+(\d+)", file.read()).group(1)) / 1024 / 1024
    with open("/etc/os-release") as file:
        system = re.search(r'PRETTY_NAME="(.*)"', file.read()).group(1)

    def version(command, pattern):
        done = subprocess.run(command, capture_output=True, text=True)
        found = re.search(pattern, done.stdout + done.stderr)
        return found.group(1) if found else "?"

    packages = "import dspy, openai; print(dspy.__version__, openai.__version__)"
    dspy, openai = Run([options.python, "-c", packages]).output.split()[-2:]
    curl = version(["curl-config", "--version"], r"libcurl ([\d.]+)")
    kernel = ".".join(platform.release().split(".")[:2])
    return [
        f"- {facts.get('Model name', '?').strip()}, {os.cpu_count()} cores, {memory:.1f} GB; {system}, Linux {kernel}",
        f"- Swift {version(['swift', '--version'], r'Swift version ([0-9.]+)')}, "
        f"{Run([options.tool, '--version']).output.strip()}, release build with the standard library inside",
        f"- libcurl {curl}, nginx {version(['nginx', '-v'], r'nginx/([0-9.]+)')}, "
        f"Python {version([options.python, '--version'], r'Python ([0-9.]+)')}, dspy {dspy}, openai {openai}",
        f"- load average at the start: {os.getloadavg()[0]:.1f}",
    ]


def main():
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(16384, limit[1]), limit[1]))
    facts = machine()
    capture_body()
    parts = {"requests": measure_requests, "wait": measure_wait, "rows": measure_rows, "streams": measure_streams}
    titles = {
        "requests": "Requests that are answered at once",
        "wait": f"Requests that are answered after {round(options.wait * 1000)} ms",
        "rows": "More rows",
        "streams": "Streams",
    }
    texts, goals = [], []
    for name, measure in parts.items():
        if options.only in ("", name):
            text, found = measure()
            texts.append(text)
            goals += found
        elif earlier(titles[name]):
            texts.append(f"## {titles[name]}\n{earlier(titles[name]).rstrip()}\n")
    judged = []
    for what, value, sign, goal, unit in goals:
        reached = value >= goal if sign == "≥" else value <= goal
        judged.append([what, f"{value:.3g}{unit}", f"{sign} {goal}{unit}", "yes" if reached else "**no**"])
    rest = ""
    if options.only:
        old, _, rest = earlier("Goals").strip().partition("\n\n")
        lines = [line.strip("| ").split(" | ") for line in old.splitlines()[2:]]
        judged = [line for line in lines if line[0] not in {row[0] for row in judged}] + judged
    with open(os.path.join(here, "notes.md")) as file:
        notes = file.read()
    serving = earlier("Serving")  # serve.sh's
    with open(options.out, "w") as file:
        file.write(notes.replace("@MACHINE@", "\n".join(facts)).replace("@ROUNDS@", str(options.rounds)))
        file.write("\n" + "\n".join(texts))
        if serving:
            file.write(f"\n## Serving\n{serving.rstrip()}\n")
        file.write("\n## Goals\n\n" + table(["goal", "measured", "wanted", "reached"], judged) + "\n")
        if rest:
            file.write("\n" + rest + "\n")


main()
