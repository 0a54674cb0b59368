"""What is fuzzed: each target makes the files and the command lines of one run of the tool."""

import json
import pathlib

import damage
import server

ROOT = pathlib.Path(__file__).resolve().parents[2]
QA = "question -> answer"
PROGRAMS = [json.loads(path.read_text()) for path in sorted(ROOT.glob("programs/*/program.json"))]


def rows(count):
    return "".join(json.dumps({"id": f"r{n}", "question": f"q{n}", "n": n}) + "\n" for n in range(count))


class Target:
    """One target; `commands` gives the command lines of a run, whose files stand in its folder."""

    def __init__(self, tool):
        self.tool = tool

    def write(self, folder, name, data):
        (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
        return name


class Heads(Target):
    """Heads and bodies of answers that are not streamed."""

    streams = False

    def __init__(self, tool):
        super().__init__(tool)
        self.server = server.HostileServer()

    def commands(self, random, folder, name):
        self.server.begin(name, self.streams)
        call = ["--lm", "openai/m", "--api-base", self.server.address, "--timeout", "1",
                "--retries", str(random.choice([0, 1, 3])), "--no-cache"]
        if random.random() < 0.3:
            call += ["--set", f"lm.n={random.choice([1, 2, 3])}"]
        if random.random() < 0.3:
            call += ["--trace", "trace.jsonl", "--record", "record.jsonl"]
        if self.streams:
            call.append("--stream=ndjson")
        if random.random() < 0.2:
            return [["run", QA, "question=q", *call]]
        self.write(folder, "in.jsonl", rows(60))
        pace = ["--deadline", "0.5", "--grace", "0", "--retry-wait", random.choice(["0", "0.01", "1e18"])]
        if random.random() < 0.3:
            pace += ["--rate-limit", "rpm=100000,tpm=1000000000"]
        if random.random() < 0.3:
            pace += ["--budget-tokens", str(random.choice([1, 10**6, 2**63 - 1]))]
        return [["batch", QA, "in.jsonl", "-j", str(random.choice([1, 4, 16])), *pace, *call]]


class SSE(Heads):
    """Bodies of streamed answers."""

    streams = True


class Programs(Target):
    """Program files, and what is made of them."""

    def commands(self, random, folder, name):
        names = []
        for number in range(12):
            program = random.choice(PROGRAMS)
            text = damage.text_of(damage.tree(random, program)).encode("utf-8", "surrogatepass")
            if random.random() < 0.3:
                text = damage.damaged(random, text)
            elif random.random() < 0.3:
                text = damage.digits_replaced(random, text)
            names.append(self.write(folder, f"p{number}.json", text))
        one, other = random.choice(names), random.choice(names)
        echo = ["--lm", "scripted/echo", "--no-cache", "--sync"]
        given = [f"{key}={random.choice(damage.TEXTS)}".replace("\0", "") for key in ("question", "text", "issue", "ticket")]
        return [["check", *names], ["check", "--format", "json", *names], ["show", one], ["show", "--schema", other],
                ["show", "--graph", one], ["fmt", "--check", *names],
                ["run", one, *random.sample(given, 2), *echo], ["run", other, "--dry-run", *echo]]


class Rows(Target):
    """Files of rows, in every format."""

    def commands(self, random, folder, name):
        form = random.choice(["jsonl", "json", "csv", "tsv", "lines"])
        if form == "json":
            good = json.dumps([{"id": n, "question": f"q{n}"} for n in range(20)])
        elif form in ("csv", "tsv"):
            mark = "," if form == "csv" else "\t"
            good = "id{0}question\r\n".format(mark) + "".join(f'{n}{mark}"q ""{n}"""\r\n' for n in range(20))
        else:
            good = rows(20)
        data = good.encode()
        if form in ("jsonl", "json") and random.random() < 0.5:
            trees = [damage.tree(random, {"id": "x", "question": "q", "custom_id": 3}) for _ in range(20)]
            data = (damage.text_of(trees) if form == "json" else "\n".join(map(damage.text_of, trees))).encode(
                "utf-8", "surrogatepass")
        if form in ("csv", "tsv"):
            data = random.choice([data, data.replace(b"\r\n", b"\r"), b"sep=%s\r\n" % mark.encode() + data,
                                  data.replace(mark.encode(), b";"), data.replace(b"question", b" question "), b",,\n" + data])
        if random.random() < 0.2:
            data = data.decode("utf-8", "replace").encode(random.choice(["utf-16", "utf-16-le", "utf-16-be"]))
        if random.random() < 0.7:
            data = damage.damaged(random, data, 12)
        self.write(folder, "in", data)
        batch = ["batch", QA, "in", "--input-format", form, "--lm", "scripted/echo", "-o", "out", "-q",
                 "--max-line", random.choice(["16", "100", "1000000"]),
                 "--on-bad-line", random.choice(["error", "skip", "abort"]),
                 "--on-duplicate-id", random.choice(["error", "keep"])]
        extra = random.choice([[], ["--merge"], ["--order", "input"], ["--output-format", "csv"], ["--shard", "2/3"],
                               ["--limit", "7"], ["--skip", "9223372036854775807"], ["--sample", "5", "--seed", "3"]])
        return [[*batch, *extra], [*batch, *extra, "--resume"], [*batch, *extra, "--resume", "--retry-failed"],
                [*batch[:4], *batch[4:5], form, "--check"]]


class Journals(Target):
    """Outputs of batches that are gone on with, and their manifests."""

    def __init__(self, tool):
        super().__init__(tool)
        self.good = None

    def commands(self, random, folder, name):
        self.write(folder, "in.jsonl", rows(20))
        batch = ["batch", "question, n: int -> answer", "in.jsonl", "--lm", "scripted/echo", "-o", "out.jsonl", "-q"]
        if self.good is None:
            self.tool.run(batch, folder)
            self.good = ((folder / "out.jsonl").read_bytes(), (folder / "out.jsonl.run.json").read_bytes())
            (folder / "out.jsonl").unlink()
            (folder / "out.jsonl.run.json").unlink()
        journal, manifest = self.good
        kind = random.randrange(4)
        if kind == 0:
            journal = damage.damaged(random, journal, 12)
        elif kind == 1:
            journal = damage.digits_replaced(random, journal, 8)
        elif kind == 2:
            lines = [json.loads(line) for line in journal.splitlines()]
            journal = "".join(damage.text_of(damage.tree(random, line)) + "\n" for line in lines).encode(
                "utf-8", "surrogatepass")
        if random.random() < 0.4:
            manifest = damage.text_of(damage.tree(random, json.loads(manifest))).encode("utf-8", "surrogatepass")
        self.write(folder, "out.jsonl", journal)
        self.write(folder, "out.jsonl.run.json", manifest)
        extra = random.choice([[], ["--retry-failed"], ["--order", "input"], ["--retry-failed", "--order", "input"],
                               ["--force"], ["--skip", "3"], ["--limit", "5"]])
        return [[*batch, "--resume", *extra], [*batch, "--resume", *extra]]


class Recordings(Target):
    """Recordings that are replayed, scripts, and configuration files."""

    def __init__(self, tool):
        super().__init__(tool)
        self.good = None

    def commands(self, random, folder, name):
        if self.good is None:
            self.tool.run(["run", QA, "question=q", "--lm", "scripted/echo", "--record", "good.jsonl"], folder)
            self.good = (folder / "good.jsonl").read_bytes()
        line = json.loads(self.good.splitlines()[0])
        recording = "\n".join(damage.text_of(damage.tree(random, line)) for _ in range(6)).encode("utf-8", "surrogatepass")
        if random.random() < 0.5:
            recording = damage.damaged(random, self.good * 3, 10)
        script = ["[[ ## answer ## ]]\na", {"error": "rate_limited", "retry_after": 1}, {"content": "x"},
                  {"stream": ["a", {"pause": 0.01}, {"error": "transport"}]}]
        settings = {"lm": "scripted/echo", "timeout": 5, "retries": 1, "cache": False, "adapter": "chat",
                    "prices": {"m": {"input": 1, "output": 2, "cached": 0.5}}}
        self.write(folder, "r.jsonl", recording)
        self.write(folder, "s.json", damage.text_of(damage.tree(random, script)))
        if random.random() < 0.3:
            self.write(folder, "dspy-swift.json", damage.text_of(damage.tree(random, settings)))
        self.write(folder, "in.jsonl", rows(5))
        return [["run", QA, "question=q", "--replay", "r.jsonl"],
                ["batch", QA, "in.jsonl", "--replay", "r.jsonl", "--retries", "0"],
                ["run", QA, "question=q", "--lm", "scripted/s.json", "--retries", "0", "--stream=ndjson"],
                ["models"], ["doctor"]]


class Options(Target):
    """Numbers in flags and in the options of models."""

    def commands(self, random, folder, name):
        def odd():
            return random.choice([damage.number(random), random.choice(damage.TEXTS)]).replace("\0", "")
        keys = ["timeout", "n", "temperature", "max_tokens", "num_retries", "rollout_id", "top_p", "stop", "seed",
                "logprobs", "headers", "response_format", "tools", "cache", "stream"]
        sets = [word for _ in range(2) for word in ("--set", f"lm.{random.choice(keys)}={odd()}")]
        self.write(folder, "in.jsonl", rows(4))
        flags = ["timeout", "retries", "retry-wait", "deadline", "grace", "max-errors", "limit", "skip", "sample", "seed",
                 "shard", "concurrency", "rate-limit", "budget-usd", "budget-tokens", "max-line"]
        chosen = [f"--{flag}={odd()}" for flag in random.sample(flags, 2)]
        program = {"signature": QA, "config": {random.choice(keys): damage.value(random)},
                   "lm": {"model": "scripted/echo", random.choice(keys): damage.value(random)},
                   random.choice(["timeout", "retry", "n", "threshold"]): damage.value(random)}
        self.write(folder, "p.json", damage.text_of(program))
        dead = ["--lm", "openai/m", "--api-base", "http://127.0.0.1:9/v1", "--retries", "0"]
        return [["run", QA, "question=q", *dead, *sets], ["run", "p.json", "question=q"],
                ["batch", QA, "in.jsonl", "--lm", "scripted/echo", "-q", *chosen],
                ["batch", QA, "in.jsonl", *dead, "-q", *sets, *chosen], ["check", "p.json"]]


TARGETS = {"heads": Heads, "sse": SSE, "programs": Programs, "rows": Rows, "journals": Journals,
           "recordings": Recordings, "options": Options}
