"""Measures served programs with wrk and writes "Serving" in docs/benchmarks.md; started by serve.sh.

Every number is the median of several rounds; within a round all servers are measured one after another.
"""

import argparse
import json
import os
import re
import resource
import signal
import socket
import statistics
import subprocess
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("--tool", required=True, help="dspy-swift; - measures the FastAPI apps alone")
parser.add_argument("--python", required=True)
parser.add_argument("--mock", required=True, help="the address of the mock server, http://HOST:PORT")
parser.add_argument("--folder", required=True)
parser.add_argument("--out", required=True)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--seconds", type=float, default=4)
parser.add_argument("--only", default="", choices=["", "network", "scripted", "streams", "load"])
options = parser.parse_args()
here = os.path.dirname(os.path.abspath(__file__))
CONNECTIONS, CHUNKS = 64, 64
BODY = json.dumps({"text": "What is the capital of France?"})
ANSWER = "[[ ## reasoning ## ]]\nIt is known.\n\n[[ ## answer ## ]]\nParis\n\n[[ ## completed ## ]]"
started = []


def environment(**more):
    found = dict(os.environ, OPENAI_API_KEY="benchmark", **more)
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "DSPY_LM", "DSPY_SERVE_TOKEN"):
        found.pop(name, None)
    return found


# ---- Servers


class Server:
    """One server on a port of its own; `cpu` is what it has used so far, in seconds."""

    def __init__(self, command, port, **variables):
        self.port = port
        self.errors = open(os.path.join(options.folder, f"server-{port}.log"), "w+b")
        self.process = subprocess.Popen(
            command,
            env=environment(**variables),
            cwd=here,
            stdin=subprocess.DEVNULL,
            stdout=self.errors,
            stderr=self.errors,
        )
        started.append(self.process)
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
        self.errors.seek(0)
        sys.exit(f"{command[0]} does not listen: {self.errors.read().decode()[-2000:]}")

    @property
    def cpu(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def megabytes(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1)) / 1024


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def tool(model, address=None):
    port = free_port()
    command = [options.tool, "serve", "question -> answer", "--module", "ChainOfThought", "--port", str(port), "-q"]
    command += ["--lm", model, "--no-cache", "--async-max-workers", str(CONNECTIONS), "--queue", "1024"]
    return Server(command + (["--api-base", address] if address else []), port)


def fastapi(program, model, workers):
    port = free_port()
    command = [
        options.python,
        "-m",
        "uvicorn",
        "fastapi_app:app",
        "--port",
        str(port),
        "--log-level",
        "warning",
        "--no-access-log",
    ]
    return Server(command, port, BENCH_PROGRAM=program, BENCH_MODEL=model, BENCH_WORKERS=str(workers))


# ---- Measuring


class Round:
    """What wrk found in one run."""

    def __init__(self, server, path, seconds, connections=CONNECTIONS, pause=0.0, whole=0):
        cpu = server.cpu
        command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds:.0f}s", "--timeout", "60s"]
        command += ["-s", os.path.join(here, "serve.lua"), f"http://127.0.0.1:{server.port}{path}"]
        done = subprocess.run(
            command,
            env=environment(BENCH_TEXT=BODY, BENCH_PAUSE=str(pause)),
            capture_output=True,
            text=True,
            timeout=300,
        )
        found = re.search(r"RESULT (.*)", done.stdout)
        if not found:
            sys.exit(f"wrk failed: {done.stdout} {done.stderr}")
        requests, duration, size, failed, median, p99, worst = map(int, found.group(1).split())
        if whole:
            # Some answers are under way at the end: what came of them counts too.
            requests = size / whole
        if failed or not requests:
            sys.exit(f"{requests} requests to {path} of port {server.port}, {failed} of them failed: {done.stdout}")
        self.rate = requests / duration * 1e6
        self.median, self.p99, self.worst = median / 1000, p99 / 1000, worst / 1000
        self.cpu = (server.cpu - cpu) / requests


def ask(server, path):
    """One answer's body, read to its end."""
    with socket.create_connection(("127.0.0.1", server.port), 30) as one:
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: application/json\r\n"
        one.sendall(f"{head}Connection: close\r\nContent-Length: {len(BODY)}\r\n\r\n{BODY}".encode())
        answer = b""
        while part := one.recv(65536):
            answer += part
    if not answer.startswith(b"HTTP/1.1 200"):
        sys.exit(f"{path}: {answer[:600]!r}")
    return answer


def is_right(server, path):
    """Checks an answer once; how many pieces of text a streamed one holds."""
    answer = ask(server, path)
    if path == "/predict":
        body = json.loads(answer.partition(b"\r\n\r\n")[2])
        if body["status"] != "success" or not body["data"]["answer"].startswith("Paris"):
            sys.exit(f"wrong answer: {body}")
        return 0
    pieces = re.findall(rb'"chunk":"((?:[^"\\]|\\.)*)"', answer)
    text = b"".join(pieces)
    for word in [b"thought%d" % place for place in range(1, 31)] + [b"word%d" % place for place in range(1, 32)]:
        if word not in text:
            sys.exit(f"{word!r} is missing in the stream: {text!r}")
    if b"data: [DONE]" not in answer:
        sys.exit("the stream does not end with [DONE]")
    return len(pieces)


def median(values):
    return statistics.median(values)


def number(value):
    if value >= 1000:
        return f"{round(value, -int(len(str(int(value))) - 3)):,.0f}"
    return f"{value:.3g}" if value >= 1 else f"{value:.2g}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def rounds(servers, path, seconds, whole=None):
    """The rounds of each server, interleaved, after a warm-up of each; `whole` are the bytes of an answer."""
    for server in servers.values():
        is_right(server, path)
    runs = {name: [] for name in servers}
    for turn in range(-1, options.rounds):
        for name, server in servers.items():
            last = Round(server, path, seconds if turn >= 0 else 2, whole=whole[name] if whole else 0)
            if turn < 0:
                continue
            runs[name].append(last)
            print(f"  round {turn + 1}: {name}: {last.rate:,.0f}/s, p99 {last.p99:.1f} ms", file=sys.stderr)
    return runs


def stop(servers):
    for server in servers.values():
        server.process.send_signal(signal.SIGTERM)
        try:
            server.process.wait(10)
        except subprocess.TimeoutExpired:
            server.process.kill()
            server.process.wait()
        started.remove(server.process)


# ---- Tables

TOOL = "dspy-swift serve"


def measure_requests(title, mine, model, goal):
    print(title, file=sys.stderr)
    servers = {} if options.tool == "-" else {TOOL: mine()}
    servers |= {
        "FastAPI, asyncify, 4 workers": fastapi("asyncify", model, 4),
        "FastAPI, asyncify, 8 workers": fastapi("asyncify", model, 8),
        "FastAPI, acall": fastapi("acall", model, 8),
    }
    runs = rounds(servers, "/predict", options.seconds)
    rows, found = [], {}
    for name, server in servers.items():
        found[name] = median(run.rate for run in runs[name])
        p50, p99 = (median(getattr(run, key) for run in runs[name]) for key in ("median", "p99"))
        cpu = median(run.cpu * 1000 for run in runs[name])
        rows.append([name, number(found[name]), number(p50), number(p99), number(cpu), number(server.megabytes)])
    stop(servers)
    goals = []
    if TOOL in found:
        asyncify = max(rate for name, rate in found.items() if "asyncify" in name)
        goals = [
            (f"{title}: requests/s against FastAPI with asyncify", found[TOOL] / asyncify, "≥", goal, "×"),
            (f"{title}: requests/s against FastAPI with acall", found[TOOL] / found["FastAPI, acall"], "≥", goal, "×"),
        ]
    return table(["server", "requests/s", "median ms", "p99 ms", "CPU s per 1,000", "peak MB"], rows), goals


def measure_network():
    address = options.mock + "/cot/v1"
    return measure_requests("network", lambda: tool("openai/gpt-4o-mini", address), address, 15)


def measure_scripted():
    script = os.path.join(options.folder, "script.json")
    with open(script, "w") as file:
        json.dump({"question": ANSWER}, file)
    return measure_requests("scripted", lambda: tool("scripted/" + script), "scripted", 12)


def measure_streams():
    print("streams", file=sys.stderr)
    address = options.mock + "/cot-stream/v1"
    servers = {} if options.tool == "-" else {TOOL: tool("openai/gpt-4o-mini", address)}
    servers["FastAPI, dspy.streamify"] = fastapi("stream", address, 64)
    pieces = {name: is_right(server, "/predict/stream") for name, server in servers.items()}
    whole = {name: len(ask(server, "/predict/stream")) for name, server in servers.items()}
    # The app takes seconds for 64 answers side by side.
    runs = rounds(servers, "/predict/stream", max(12, options.seconds), whole)
    rows, found = [], {}
    for name, server in servers.items():
        found[name] = median(run.rate for run in runs[name]) * CHUNKS
        p99, cpu = median(run.p99 for run in runs[name]), median(run.cpu * 1e6 / CHUNKS for run in runs[name])
        rows.append(
            [
                name,
                number(found[name]),
                str(pieces[name]),
                number(whole[name]),
                number(p99),
                number(cpu),
                number(server.megabytes),
            ]
        )
    stop(servers)
    goals = []
    if TOOL in found:
        goals = [
            ("64 streams: chunks/s against dspy.streamify", found[TOOL] / found["FastAPI, dspy.streamify"], "≥", 8, "×")
        ]
    head = ["server", "chunks/s", "events with text per answer", "bytes per answer", "p99 ms of an answer"]
    return table(head + ["CPU s per million chunks", "peak MB"], rows), goals


def measure_load():
    """Latency at four fifths of what the server can do: 256 connections that pause, by so much that the rate comes out."""
    if options.tool == "-":
        return "", []
    print("load", file=sys.stderr)
    connections = 256
    server = tool("openai/gpt-4o-mini", options.mock + "/cot/v1")
    is_right(server, "/predict")
    Round(server, "/predict", 1)
    found = []
    for turn in range(options.rounds):
        most = Round(server, "/predict", options.seconds).rate
        wanted = 0.8 * most
        cycle = connections / wanted * 1000
        pause = max(cycle - 2, 1)
        for _ in range(4):
            run = Round(server, "/predict", 2, connections, pause)
            if abs(run.rate / wanted - 1) < 0.03:
                break
            pause = (
                max(pause + cycle * (1 - wanted / run.rate), 0.5)
                if run.rate > wanted
                else max(pause - cycle * (wanted / run.rate - 1), 0.5)
            )
        run = Round(server, "/predict", options.seconds, connections, pause)
        found.append((most, run))
        share = run.rate / most
        print(
            f"  round {turn + 1}: {run.rate:,.0f}/s = {share:.0%}: {run.median:.2f} ms, p99 {run.p99:.2f} ms",
            file=sys.stderr,
        )
    stop({TOOL: server})
    share = median(run.rate / most for most, run in found)
    p50, p99, worst = (median(getattr(run, key) for _, run in found) for key in ("median", "p99", "worst"))
    ratio = median(run.p99 / run.median for _, run in found)
    row = [number(median(run.rate for _, run in found)), f"{share:.0%}", number(p50), number(p99), number(worst)]
    text = table(["requests/s", "of the most", "median ms", "p99 ms", "slowest ms"], [row])
    return text, [("80 % load: p99 against the median", ratio, "≤", 5, "×")]


PARTS = {
    "network": (measure_network, "A model over the network"),
    "scripted": (measure_scripted, "A model inside the process"),
    "streams": (measure_streams, "64 streams at once"),
    "load": (measure_load, "At four fifths of the most"),
}
NOTES = {
    "network": "The model is the nginx beside, at 0 ms.",
    "scripted": "`--lm scripted/FILE` here, for FastAPI a `dspy.BaseLM` whose answer is made beforehand: what the server and DSPy cost.",
    "streams": "64 chunks in each answer of the model, sent one by one and at once: two fields of 30 and 31 words, and the markers. The\n"
    "FastAPI app listens to both. `chunks/s` counts what the model sent.",
    "load": "256 connections that pause at random, so that four fifths of the requests/s of 64 busy connections come out. wrk measures\n"
    "each request from the moment it is sent.",
}


def section(text, title, level):
    """What stands under a title, without it."""
    found = re.search(rf"^{level} {re.escape(title)}\n(.*?)(?=^#{{1,{len(level)}}} |\Z)", text, re.M | re.S)
    return found.group(1) if found else ""


def write(results):
    text = ""
    if os.path.exists(options.out):
        with open(options.out) as file:
            text = file.read()
    old = section(text, "Serving", "##")
    versions = subprocess.run(
        [
            options.python,
            "-c",
            "import dspy, fastapi, uvicorn; print(dspy.__version__, fastapi.__version__, uvicorn.__version__)",
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=options.folder,
    ).stdout.split()
    new = f"""
Written by `Tests/Benchmarks/serve.sh`: `dspy-swift serve 'question -> answer' --module ChainOfThought` beside the FastAPI app of
DSPy's deployment guide (Tests/Benchmarks/fastapi_app.py), with `dspy.asyncify` as in the guide and with `await program.acall`.
One uvicorn worker, caches off in all; `wrk` with {CONNECTIONS} connections that stay open, the same body for all. Client, servers and model
share the machine. Medians of {options.rounds} interleaved rounds of {options.seconds:g} s. dspy {versions[0]}, fastapi {versions[1]}, uvicorn {versions[2]}.
"""
    for name, (_, title) in PARTS.items():
        body = results[name][0] if name in results else section(old, title, "###").partition("|")[2]
        if name not in results and body:
            body = "|" + body
        if body:
            new += f"\n### {title}\n\n{NOTES[name]}\n\n{body.strip()}\n"
    judged = [
        line.strip("| ").split(" | ") for line in section(old, "Goals of serving", "###").strip().splitlines()[2:]
    ]
    for _, goals in results.values():
        for what, value, sign, goal, unit in goals:
            reached = value >= goal if sign == "≥" else value <= goal
            judged = [line for line in judged if line[0] != what]
            judged.append([what, f"{value:.3g}{unit}", f"{sign} {goal}{unit}", "yes" if reached else "**no**"])
    if judged:
        new += "\n### Goals of serving\n\n" + table(["goal", "measured", "wanted", "reached"], judged) + "\n"
    if "## Serving\n" in text:
        text = text.replace(
            "## Serving\n" + old,
            f"## Serving\n{new}\n" if text.partition("## Serving\n")[2] != old else f"## Serving\n{new}",
        )
    else:
        before, title, goals = text.partition("## Goals\n")
        text = f"{before}## Serving\n{new}\n{title}{goals}" if title else f"{text.rstrip()}\n\n## Serving\n{new}"
    with open(options.out, "w") as file:
        file.write(text)
    print("\n".join(f"{line[0]}: {line[1]} ({line[2]}) {line[3]}" for line in judged), file=sys.stderr)


def main():
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(16384, limit[1]), limit[1]))
    try:
        write({name: part() for name, (part, _) in PARTS.items() if options.only in ("", name)})
    finally:
        for process in started:
            process.kill()
            process.wait()


main()
