"""Records whole runs of the real DSPy's agents: ReAct with other adapters, ReActV2, CodeAct, RLM, comparison, refinement.

Writes agents.jsonl in the form of Tests/Golden/README.md:

    python Tests/Differential/generate_agents.py > Tests/Golden/agents.jsonl
"""

import asyncio
import importlib.util
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import dspy  # noqa: E402
from dspy.predict.react_v2 import ReActV2  # noqa: E402
from dspy.primitives.code_interpreter import CodeExecutionError, FinalOutput  # noqa: E402

import reference  # noqa: E402

folder = tempfile.mkdtemp()
counter = 0
behaviours = {}


def module_of(source):
    """A module from a source file, so that `inspect.getsource` finds its functions."""
    global counter
    counter += 1
    path = os.path.join(folder, f"tools_{counter}.py")
    with open(path, "w") as file:
        file.write(source)
    spec = importlib.util.spec_from_file_location(f"tools_{counter}", path)
    module = importlib.util.module_from_spec(spec)
    module._behave = behave
    module.typing = __import__("typing")
    spec.loader.exec_module(module)
    return module


ERRORS = {"ValueError": ValueError, "RuntimeError": RuntimeError, "KeyError": KeyError}


def behave(name, arguments):
    for entry in behaviours[name]:
        if "args" in entry and entry["args"] != arguments:
            continue
        if "raise" in entry:
            raise ERRORS[entry["raise"]["class"]](entry["raise"]["message"])
        return entry["result"]
    return None


def make_tool(description, is_async):
    parameters = []
    for parameter in description["params"]:
        text = parameter["name"]
        if "type" in parameter:
            text += ": " + parameter["type"]
        if "default" in parameter:
            text += " = " + repr(parameter["default"])
        parameters.append(text)
    behaviours[description["name"]] = description["behaviour"]
    keyword = "async def" if is_async else "def"
    source = (
        f"import typing\nfrom typing import *\n{keyword} {description['name']}({', '.join(parameters)}):\n"
        f"    {description['desc']!r}\n    return _behave({description['name']!r}, dict(locals()))\n")
    tool = dspy.Tool(getattr(module_of(source), description["name"]))
    description["args"] = tool.args
    description["str"] = str(tool)
    description["litellm_function"] = tool.format_as_litellm_function_call()
    return tool


class RecordedInterpreter:
    """Gives recorded outcomes; refuses the sub-agents of RLM, as a small interpreter does."""

    def __init__(self, outcomes, sources):
        self.outcomes, self.sources, self.executed, self.tools = list(outcomes), sources, [], {}

    def start(self):
        pass

    def execute(self, code, variables=None):
        if "_dspy" in code:
            raise CodeExecutionError("no sub-agents here")
        if self.sources > 0:
            self.sources -= 1
            return None
        self.executed.append(code)
        outcome = self.outcomes.pop(0)
        if "submit" in outcome:
            return FinalOutput(outcome["submit"])
        if "error" in outcome:
            raise CodeExecutionError(outcome["error"])
        if "syntax_error" in outcome:
            raise SyntaxError(outcome["syntax_error"])
        return outcome["result"]

    def shutdown(self):
        pass


def one_word(args, pred):
    return 1.0 if len(pred.answer.split()) == 1 else 0.0


def build(case, interpreter):
    program = case["program"]
    tools = [make_tool(tool, case.get("async", False)) for tool in case.get("tools", [])]
    types = reference.named_types(program.get("types"))
    signature = reference.signature(program, types) if program["module"] not in ("refine", "best_of_n") else None
    kind = program["module"]
    iterations = {"max_iters": program["max_iters"]} if "max_iters" in program else {}
    if kind == "react":
        return dspy.ReAct(signature, tools, **iterations)
    if kind == "react_v2":
        return ReActV2(signature, tools, **iterations)
    if kind == "code_act":
        return dspy.CodeAct(signature, tools, interpreter_factory=lambda: interpreter, **iterations)
    if kind == "program_of_thought":
        return dspy.ProgramOfThought(signature, interpreter_factory=lambda: interpreter, **iterations)
    if kind == "rlm":
        return dspy.RLM(signature, tools=tools, interpreter_factory=lambda: interpreter, **iterations)
    if kind == "multi_chain_comparison":
        return dspy.MultiChainComparison(signature, M=program["M"])
    if kind == "refine":
        inner = dspy.ChainOfThought(reference.signature(program["inner"], {}))
        module = dspy.Refine(inner, N=program["N"], reward_fn=one_word, threshold=program["threshold"])
        module.module_code = "<python source of the module class>"
        return module
    raise ValueError(kind)


def normal(value):
    """Strings with the frames of tracebacks replaced by a mark."""
    if isinstance(value, str):
        # A traceback may stand in the text, or inside a JSON string of it.
        for line_end in ("\n", "\\n"):
            kept, in_frames = [], False
            for line in value.split(line_end):
                if in_frames and line.startswith("  "):
                    continue
                in_frames = line.endswith("Traceback (most recent call last):")
                kept.append(line)
                if in_frames:
                    kept.append("  <frames>")
            value = line_end.join(kept)
        return value
    if isinstance(value, dict):
        return {key: normal(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [normal(inner) for inner in value]
    return value


def plain(value):
    if isinstance(value, dspy.Prediction):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if hasattr(value, "model_dump"):
        return plain(value.model_dump())
    return value


class ScriptedLM(reference.ScriptedLM):
    def __init__(self, responses, flags):
        super().__init__(responses, flags)
        self.kwargs = {"temperature": None}

    def copy(self, **kwargs):
        other = ScriptedLM(self.responses, self.flags)
        other.requests = self.requests
        other.kwargs = {**self.kwargs, **kwargs}
        return other

    def __call__(self, prompt=None, *, messages=None, **kwargs):
        messages = messages or [{"role": "user", "content": prompt}]
        place = len(self.requests)
        result = super().__call__(messages=messages, **{**self.kwargs, **kwargs})
        if self.responses[place] == {"raise": "context_window"}:
            raise dspy.ContextWindowExceededError(message="too long")
        return result

    async def acall(self, prompt=None, *, messages=None, **kwargs):
        return self(prompt, messages=messages, **kwargs)


def record(case):
    lm = ScriptedLM(case["responses"], case.get("lm", {}))
    adapters = {"chat": dspy.ChatAdapter, "json": dspy.JSONAdapter, "xml": dspy.XMLAdapter}
    adapter = adapters[case.setdefault("adapter", "chat")](**case.get("adapter_options", {}))
    sources = len(case.get("tools", [])) if case["program"]["module"] == "code_act" else 0
    interpreter = RecordedInterpreter(case.get("interpreter_outcomes", []), sources)
    case.setdefault("async", False)
    with dspy.context(lm=lm, adapter=adapter):
        try:
            program = build(case, interpreter)
            inputs = dict(case["inputs"])
            if "history" in inputs:
                inputs["history"] = dspy.History(**inputs["history"])
            if "completions" in case:
                inputs["completions"] = case["completions"]
            result = asyncio.run(program.acall(**inputs)) if case["async"] else program(**inputs)
            case["prediction"] = normal(plain(result))
        except Exception as error:
            case["error"] = {"class": type(error).__name__, "message": str(error)[:300]}
    case["requests"] = normal(lm.requests)
    if "interpreter_outcomes" in case:
        case["executed_code"] = interpreter.executed
    print(json.dumps(case, ensure_ascii=False, default=str))


SEARCH = {"name": "search", "desc": "Search the web.\nReturns text.", "params": [{"name": "query", "type": "str"}], "behaviour": [
    {"args": {"query": "boom"}, "raise": {"class": "RuntimeError", "message": "no backend\n"}},
    {"args": {"query": "list"}, "result": ["one", "two\nlines"]}, {"args": {"query": "dict"}, "result": {"k": [1, 2.5, None]}},
    {"result": "Paris is the capital."}]}
SUM = {"name": "add_all", "desc": "Adds numbers.", "params": [
    {"name": "numbers", "type": "list[int]"}, {"name": "scale", "type": "Optional[float]", "default": None},
    {"name": "mode", "type": "Literal['fast', 'slow']", "default": "fast"}], "behaviour": [{"result": 42}]}


def tool_turn(adapter, thought, name, args):
    if adapter == "json":
        return json.dumps({"next_thought": thought, "next_tool_name": name, "next_tool_args": args})
    if adapter == "xml":
        return (f"<next_thought>{thought}</next_thought><next_tool_name>{name}</next_tool_name>"
                f"<next_tool_args>{json.dumps(args)}</next_tool_args>")
    return (f"[[ ## next_thought ## ]]\n{thought}\n\n[[ ## next_tool_name ## ]]\n{name}\n\n"
            f"[[ ## next_tool_args ## ]]\n{json.dumps(args)}\n\n[[ ## completed ## ]]")


def answer(adapter, **fields):
    if adapter == "json":
        return json.dumps(fields)
    if adapter == "xml":
        return "".join(f"<{key}>{value}</{key}>" for key, value in fields.items())
    blocks = [f"[[ ## {key} ## ]]\n{value if isinstance(value, str) else json.dumps(value)}" for key, value in fields.items()]
    return "\n\n".join(blocks + ["[[ ## completed ## ]]"])


def copy_of(*tools):
    return json.loads(json.dumps(tools))


def react_cases():
    for adapter in ("chat", "json", "xml"):
        yield {"id": f"react-{adapter}-two-tools", "adapter": adapter, "program": {
            "module": "react", "signature": "question, context: list[str] -> answer: str, score: float",
            "instructions": "Answer the question.\nBe brief."}, "tools": copy_of(SEARCH, SUM),
            "inputs": {"question": "capital?", "context": ["a", "b"]}, "responses": [
                tool_turn(adapter, "look", "search", {"query": "capital"}), tool_turn(adapter, "add", "add_all", {"numbers": [1, 2]}),
                tool_turn(adapter, "end", "finish", {}), answer(adapter, reasoning="seen", answer="Paris", score=0.5)]}
        yield {"id": f"react-{adapter}-odd-results", "adapter": adapter, "program": {"module": "react", "signature": "q -> a"},
               "tools": copy_of(SEARCH), "inputs": {"q": "x"}, "responses": [
                   tool_turn(adapter, "l", "search", {"query": "list"}), tool_turn(adapter, "d", "search", {"query": "dict"}),
                   tool_turn(adapter, "b", "search", {"query": "boom"}), tool_turn(adapter, "end", "finish", {}),
                   answer(adapter, reasoning="r", a="b")]}
    bad = [{"numbers": ["1"]}, {"numbers": "1"}, {"numbers": [1, None, 2]}, {"numbers": [1], "mode": "lazy"}, {"numbers": [1], "scale": "2"},
           {"numbers": []}, {"numbers": [1], "bogus": True}, {}, {"mode": "slow"},
           {"numbers": [{"deep": {"deeper": ["a long text that needs more than one line", "and another one that is long"]}}]},
           {"numbers": [1.0, 2.5]}]
    for place, args in enumerate(bad):
        yield {"id": f"react-args-{place}", "program": {"module": "react", "signature": "q -> a", "max_iters": 1},
               "tools": copy_of(SUM), "inputs": {"q": "x"},
               "responses": [tool_turn("chat", "t", "add_all", args), answer("chat", reasoning="r", a="b")]}
    yield {"id": "react-context-truncation", "program": {"module": "react", "signature": "q -> a"}, "tools": copy_of(SEARCH),
           "inputs": {"q": "x"}, "responses": [
               tool_turn("chat", "1", "search", {"query": "a"}), tool_turn("chat", "2", "search", {"query": "b"}),
               {"raise": "context_window"}, tool_turn("chat", "3", "search", {"query": "c"}), tool_turn("chat", "4", "finish", {}),
               {"raise": "context_window"}, answer("chat", reasoning="r", a="b")]}
    yield {"id": "react-no-tools", "program": {"module": "react", "signature": "q -> a"}, "tools": [], "inputs": {"q": "x"},
           "responses": [tool_turn("chat", "1", "finish", {}), answer("chat", reasoning="r", a="b")]}


def calls(*pairs):
    return {"tool_calls": [{"name": name, "args": args} for name, args in pairs]}


def react_v2_cases():
    def turn(thought, *pairs):
        return answer("chat", next_thought=thought, tool_calls=calls(*pairs))

    def native(thought, *pairs):
        return {"text": json.dumps({"next_thought": thought}) if thought else None, "tool_calls": [
            {"id": f"id{place}", "type": "function", "function": {"name": name, "arguments": json.dumps(args)}}
            for place, (name, args) in enumerate(pairs)]}

    base = {"module": "react_v2", "signature": "question -> answer: str, score: float"}
    final = ("submit", {"answer": "Paris", "score": 1})
    for is_async in (False, True):
        suffix = "-async" if is_async else ""
        yield {"id": f"v2-chat{suffix}", "program": dict(base), "tools": copy_of(SEARCH, SUM), "inputs": {"question": "q"},
               "async": is_async, "responses": [
                   turn("look", ("search", {"query": "x"}), ("add_all", {"numbers": [1]})), turn("end", final)]}
        yield {"id": f"v2-json-native{suffix}", "adapter": "json", "program": dict(base), "tools": copy_of(SEARCH, SUM),
               "inputs": {"question": "q"}, "async": is_async, "responses": [
                   native("look", ("search", {"query": "x"}), ("add_all", {"numbers": [1]})), native("end", final)]}
    yield {"id": "v2-chat-errors", "program": dict(base), "tools": copy_of(SEARCH, SUM), "inputs": {"question": "q"}, "responses": [
        turn("a", ("nothing", {}), ("search", {"query": "boom"})), turn("b", ("add_all", {"numbers": "x"}), ("search", {})),
        turn("c", ("submit", {"answer": "Paris"})), turn("d", ("submit", {"answer": "Paris", "score": "high"})),
        turn("e", ("submit", {"answer": "Paris", "score": 2.5, "more": 1}))]}
    yield {"id": "v2-chat-odd-results", "program": dict(base), "tools": copy_of(SEARCH), "inputs": {"question": "q"}, "responses": [
        turn("a", ("search", {"query": "list"}), ("search", {"query": "dict"})), turn("e", final)]}
    yield {"id": "v2-native-odd-results", "adapter": "json", "program": dict(base), "tools": copy_of(SEARCH),
           "inputs": {"question": "q"}, "responses": [
               native("a", ("search", {"query": "list"}), ("search", {"query": "dict"}), ("search", {"query": "boom"})),
               native(None, final)]}
    yield {"id": "v2-empty-then-forced", "program": dict(base), "tools": copy_of(SEARCH), "inputs": {"question": "q"}, "responses": [
        turn("nothing to do"), turn("forced", final)]}
    yield {"id": "v2-max-iters-forced", "program": {**base, "max_iters": 1}, "tools": copy_of(SEARCH), "inputs": {"question": "q"},
           "responses": [turn("look", ("search", {"query": "x"})), turn("forced", final)]}
    yield {"id": "v2-forced-without-submit", "program": {**base, "max_iters": 1}, "tools": copy_of(SEARCH),
           "inputs": {"question": "q"}, "responses": [turn("look", ("search", {"query": "x"})), turn("no", ("search", {"query": "x"}))]}
    yield {"id": "v2-unreadable-then-forced", "program": dict(base), "tools": copy_of(SEARCH), "inputs": {"question": "q"}, "responses": [
        "bad", "bad", turn("forced", final)]}
    yield {"id": "v2-history", "program": {"module": "react_v2", "signature": "question -> answer"}, "tools": copy_of(SEARCH),
           "inputs": {"question": "q", "history": {"messages": [{"question": "before", "answer": "that"}]}}, "responses": [
               turn("end", ("submit", {"answer": "x"}))]}


def code_cases():
    def code(text, finished=False):
        return answer("chat", generated_code=text, finished=str(finished))

    yield {"id": "code-act", "program": {"module": "code_act", "signature": "n: int -> factorial: int"},
           "tools": copy_of(SEARCH, SUM), "inputs": {"n": 5}, "interpreter_outcomes": [
               {"result": "120\n"}, {"error": "NameError: name 'y' is not defined"}, {"result": None}], "responses": [
               code("```python\nx = 120\nprint(x)\n```"), code("a = 1; b = 2"), code("```python\ny\n```"), code("z = 3\nz", True),
               answer("chat", reasoning="r", factorial=120)]}
    yield {"id": "code-act-max-iters", "program": {"module": "code_act", "signature": "q -> a", "max_iters": 2},
           "tools": copy_of(SEARCH), "inputs": {"q": "x"}, "interpreter_outcomes": [{"result": {"ä": [1]}}, {"result": True}],
           "responses": [code("x = 1\nx"), code("print(2)\n---\nrest"), answer("chat", reasoning="r", a="b")]}
    yield {"id": "pot-syntax-error", "program": {"module": "program_of_thought", "signature": "q, n: int -> a: float, b: list[str]"},
           "inputs": {"q": "x", "n": 2}, "interpreter_outcomes": [{"syntax_error": "invalid syntax"}, {"result": [1, "ü"]}], "responses": [
               answer("chat", reasoning="r", generated_code="```python\nx =\n```"),
               answer("chat", reasoning="r", generated_code="```python\nx = [1]\nx\n```\n\n\nmore"),
               answer("chat", reasoning="r", a=1.5, b=["c"])]}

    def step(text, reasoning="think"):
        return answer("chat", reasoning=reasoning, code=text)

    long_text = "word " * 600
    yield {"id": "rlm-basic", "program": {"module": "rlm", "signature": "context, query -> answer"},
           "inputs": {"context": long_text, "query": "what?"}, "interpreter_outcomes": [
               {"result": "3000\n"}, {"result": ""}, {"error": "NameError: name 'y' is not defined"}, {"result": ["a", "b"]},
               {"submit": {"answer": "word"}}], "responses": [
               step("```python\nprint(len(context))\n```"), step("```\nx = 1\n```"), step("y"), step("```js\nlet x\n```"),
               step("text\n```python\n['a','b']\n```\nmore"), step("SUBMIT('word')", "done")]}
    yield {"id": "rlm-typed", "program": {"module": "rlm", "fields": [
        {"name": "rows", "kind": "input", "type": "list[dict[str, int]]", "desc": "The table", "min_length": 1},
        {"name": "limit", "kind": "input", "type": "int"}, {"name": "total", "kind": "output", "type": "int"},
        {"name": "kind", "kind": "output", "type": "Literal['small', 'big']"}, {"name": "tags", "kind": "output", "type": "list[str]"}],
        "instructions": "Sum the rows."}, "tools": copy_of(SEARCH, SUM),
        "inputs": {"rows": [{"a": 1}, {"ä": 2}], "limit": 3}, "interpreter_outcomes": [
            {"submit": {"total": "3", "kind": "small"}}, {"result": {"a": 1}}, {"submit": 5},
            {"result": "y" * 12000}, {"submit": {"total": 3.0, "kind": "big", "tags": ["t"]}}],
        "responses": [step("a"), step("b"), step("c"), step("d", ""), step("e")]}
    yield {"id": "rlm-extract", "program": {"module": "rlm", "signature": "q -> a: int, b", "max_iters": 2}, "inputs": {"q": "x"},
           "interpreter_outcomes": [{"result": "1"}, {"syntax_error": "invalid syntax (<unknown>, line 1)"}],
           "responses": [step("print(1)"), step("x ="), answer("chat", a=1, b="c")]}


def other_cases():
    attempts = [{"reasoning": "r1\nmore", "a": 1.5, "b": "x"}, {"rationale": " r2 ", "a": 2, "b": "y\nz"}]
    for adapter in ("chat", "json", "xml"):
        yield {"id": f"mcc-{adapter}", "adapter": adapter, "program": {
            "module": "multi_chain_comparison", "signature": "q: str -> a: float, b", "M": 2, "instructions": "Do it."},
            "inputs": {"q": "x"}, "completions": attempts, "responses": [answer(adapter, rationale="r", a=1, b="z")]}
        yield {"id": f"refine-{adapter}", "adapter": adapter, "program": {
            "module": "refine", "inner": {"module": "chain_of_thought", "signature": "question, n: int -> answer, list: list[float]"},
            "N": 2, "threshold": 1.0, "reward": "one_word"}, "inputs": {"question": "ü", "n": 3}, "responses": [
                answer(adapter, reasoning="r", answer="two words", list=[1.0, 2e-7]),
                answer(adapter, discussion="d", advice={"predict": "One word."}) if adapter != "xml"
                else "<discussion>d</discussion><advice>{\"predict\": \"One word.\"}</advice>",
                answer(adapter, reasoning="r", answer="three more words", list=[])]}


for make in (react_cases, react_v2_cases, code_cases, other_cases):
    for case in make():
        record(case)
