"""Random programs, inputs, demos and answers for the cases that run a whole program."""

from random_completions import broken, well_formed
from random_types import NAMES, Named, parse_rendered, random_type, render, scalar, text, tool_calls, value

INSTRUCTIONS = ["Do it.", "Answer briefly.\nUse plain words.", "\n    Indented.\n      more\n\n    end\n    ", "First\n    second\n  third", "\tTabbed\n\tmore\n\t\tdeep",
                "Line\u2028separator\u2029paragraph", "a\x0bb\x0cc", "trailing  \n\n\n", "\n\n\nleading", "   ", "\n", "\r\nwindows\r\nlines", "日本語で答えて。", "{braces} and `ticks`",
                "one\n\n\ntwo", "a\n \t\nb", "  one line  ", "x\n\ty\n        z", "say \"hi\"\\n", "<b>&amp;</b>", "\u00a0nbsp first\n\u00a0nbsp second", "e\x85f\x1cg"]
DESCRIPTIONS = ["The question", "line1\nline2", "  padded  ", "", "${other}", "${answer}", "日本", "a \"quoted\" 'desc'", "tab\there", "<x> & y", "ends\n", "{x}"]


class Program:
    """A program description with the types of its fields as trees."""

    def __init__(self, rng, kinds=("predict", "predict", "chain_of_thought"), outputs_only_plain=False):
        self.rng = rng
        self.named = Named(rng).specs if rng.random() < 0.35 else {}
        names = rng.sample(NAMES, rng.choice([2, 2, 2, 3, 4, 5]))
        count = rng.randrange(1, len(names))
        self.inputs = [(name, self.type(is_output=False)) for name in names[:count]]
        self.outputs = [(name, self.type(is_output=True)) for name in names[count:]]
        self.history = None
        if rng.random() < 0.12:
            self.history = "history"
            self.inputs.insert(rng.randrange(len(self.inputs) + 1), ("history", ("dspy.History",)))
        self.json = {}
        kind = rng.choice(kinds)
        if kind != "predict" or rng.random() < 0.3:
            self.json["module"] = kind
        self.fields() if rng.random() < 0.3 else self.string()
        if rng.random() < 0.35:
            self.json["instructions"] = rng.choice(INSTRUCTIONS)
        if self.named:
            self.json["types"] = self.named
        self.shown_outputs = ([("reasoning", ("str",))] if kind == "chain_of_thought" else []) + self.outputs

    def type(self, is_output):
        rng = self.rng
        if rng.random() < 0.35:
            return ("str",)
        if rng.random() < 0.05:
            return (rng.choice(
                ["dspy.Code", "dspy.Code", "dspy.Reasoning", "dspy.ToolCalls"] if is_output else
                ["dspy.Image", "dspy.Code", "dspy.Reasoning", "dspy.Audio", "dspy.File"]),)
        if rng.random() < 0.02:
            own = ("dspy.Image",) if not is_output else (rng.choice(["dspy.Code", "dspy.Audio", "dspy.Reasoning", "dspy.File", "dspy.History"]),)
            return rng.choice([("list", own), ("Optional", own), ("dict", ("str",), own), own])
        return random_type(rng, self.named)

    def string(self):
        def side(fields):
            return ", ".join(
                name if tree == ("str",) and self.rng.random() < 0.7 else f"{name}: {render(tree)}" for name, tree in fields)

        self.json["signature"] = f"{side(self.inputs)} -> {side(self.outputs)}"

    def fields(self):
        rng = self.rng
        self.json["fields"] = []
        for kind, fields in (("input", self.inputs), ("output", self.outputs)):
            for name, tree in fields:
                field = {"name": name, "kind": kind, "type": render(tree)}
                if rng.random() < 0.5:
                    field["desc"] = rng.choice(DESCRIPTIONS)
                if rng.random() < 0.2 and not tree[0].startswith("dspy"):
                    # DSPy does not validate defaults; the Python value must be the JSON value.
                    field["default"] = rng.choice([text(rng), 1, None, True, 2.5, ["a", "b"], {"k": 1}])
                if rng.random() < 0.15:
                    field.update(rng.choice([{"ge": 0, "le": 1}, {"gt": 0.5}, {"lt": 10}]) if tree[0] in ("int", "float") else
                                 rng.choice([{"min_length": 1}, {"max_length": 10}]) if tree[0] in ("str", "list") else {})
                self.json["fields"].append(field)

    def given(self, coerced):
        rng = self.rng
        made = {}
        for name, tree in self.inputs:
            if tree[0] == "dspy.History":
                if rng.random() < 0.9:
                    made[name] = {"messages": [self.turn() for _ in range(rng.randrange(4))]}
                continue
            if rng.random() < 0.08 and not coerced:
                continue
            made[name] = self.input(tree, coerced)
        if rng.random() < 0.06:
            made[rng.choice(["extra", "prediction", "context"])] = scalar(rng, "Any")
        return made

    def input(self, tree, coerced=False):
        rng = self.rng
        if tree[0] == "dspy.Image":
            return rng.choice(["https://example.com/cat.png", "data:image/png;base64,iVBORw0KGgo=", "http://x.y/a?b=c&d=\"e\"", "gs://bucket/x.jpg"])
        if coerced or rng.random() < 0.7:
            return value(rng, tree, self.named)
        if tree == ("str",) and rng.random() < 0.6:
            return [text(rng) if rng.random() < 0.97 else 1 for _ in range(rng.randrange(4))]
        return scalar(rng, rng.choice(["Any", "str", "int", "float", "bool", "null"]))

    def turn(self):
        rng = self.rng
        made = {}
        for name, tree in rng.sample(self.inputs + self.outputs, len(self.inputs + self.outputs)):
            if tree[0].startswith("dspy") or rng.random() < 0.2:
                continue
            made[name] = None if rng.random() < 0.07 else self.input(tree)
        if rng.random() < 0.1:
            made[rng.choice(["calls", self.outputs[-1][0]])] = tool_calls(rng, well_formed=True)
        if rng.random() < 0.1:
            made["unknown"] = "x"
        return made

    def demo(self):
        rng = self.rng
        made = {}
        full = rng.random() < 0.5
        for name, tree in self.inputs + self.shown_outputs:
            if tree[0] in ("dspy.Image", "dspy.History") or (not full and rng.random() < 0.35):
                continue
            made[name] = None if rng.random() < 0.06 else self.input(tree, coerced=rng.random() < 0.6)
        if rng.random() < 0.2:
            made["augmented"] = True
        return made


def coercible(tree):
    """Whether values of the type print the same in every run: a set of strings does not."""
    return tree[0] not in ("set", "frozenset") and all(coercible(part) for part in tree[1:] if isinstance(part, tuple))


def has_sets(program):
    types = [tree for _, tree in program.inputs]
    for spec in program.named.values():
        types += [parse_rendered(field["type"], program.named) for field in spec.get("fields", [])]
    return not all(coercible(tree) for tree in types)


def random_run(rng, adapter):
    program = Program(rng)
    case = {"program": program.json, "adapter": adapter}
    if rng.random() < 0.35:
        program.json["demos"] = [program.demo() for _ in range(rng.choice([1, 1, 2, 3]))]
    if rng.random() < 0.1:
        program.json["config"] = rng.choice([{"temperature": 0.3, "max_tokens": 77}, {"stop": ["\n\n"]}, {"temperature": None}, {"rollout_id": 4, "temperature": 1.0}, {"seed": 1}])
    coerced = rng.random() < 0.3 and not has_sets(program)
    if coerced:
        case["coerce_inputs"] = True
    case["inputs"] = program.given(coerced)
    if rng.random() < 0.12:
        case["lm"] = rng.choice([{"response_schema": False}, {"params": []}, {"function_calling": False}])
    if rng.random() < 0.05 and adapter in ("chat", "xml"):
        case["adapter_options"] = {"use_json_adapter_fallback": False}
    first = {"baml": "json", "two_step": "chat"}.get(adapter, adapter)
    answers = []
    for form in (first, "json"):
        answer = well_formed(rng, form, program.shown_outputs, program.named)
        answers.append(broken(rng, answer) if rng.random() < 0.25 else answer)
    if adapter == "two_step":
        case["responses"] = [rng.choice(["The answer is 3.", text(rng), answers[0]]) or "x"]
        case["extraction_responses"] = answers
    else:
        case["responses"] = answers
    return case


def random_tools_run(rng):
    """Native function calling."""
    tools = [
        {"name": name, "desc": rng.choice(["Get the weather.", "Two\nlines", "it's \"x\""]), "args": rng.choice([
            {"city": {"type": "string"}, "days": {"type": "integer", "default": 1}}, {}, {"q": {"type": "array", "items": {"type": "string"}}},
            {"größe": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}, "x": {"type": "number", "description": "it's"}}])}
        for name in rng.sample(["get_weather", "search", "calc"], rng.choice([1, 2]))]
    calls = [
        {"id": f"call_{n}", "type": "function", "function": {
            "name": rng.choice(tools)["name"], "arguments": rng.choice(['{"city": "Paris"}', "{'city': 'Rome',}", "{}", '{"q": ["a", 1, null], "x": 1.0}'])}}
        for n in range(rng.randrange(3))]
    answer = rng.choice([("chat", "[[ ## answer ## ]]\nx\n\n[[ ## completed ## ]]"), ("json", '{"answer": "x"}'), ("chat", None), ("chat", "plain")])[1]
    reply = {"text": answer}
    if calls:
        reply["tool_calls"] = calls
    with_calls = '{"answer": "y", "calls": {"tool_calls": [{"name": "search", "args": {"q": 1}}]}}'
    return {
        "program": {"module": "predict", "signature": rng.choice([
            "question, tools: list[dspy.Tool] -> answer, calls: dspy.ToolCalls", "tools: list[dspy.Tool], question -> calls: dspy.ToolCalls",
            "question, tools: list[dspy.Tool] -> answer"])},
        "adapter": rng.choice(["chat", "json"]),
        "adapter_options": rng.choice([{}, {"use_native_function_calling": True}, {"use_native_function_calling": True, "parallel_tool_calls": rng.choice([True, False])},
                                       {"use_native_function_calling": False}]),
        "lm": rng.choice([{}, {}, {"function_calling": False}, {"params": []}]), "tools": tools,
        "inputs": {"question": text(rng) or "q", "tools": "(the tools above)"},
        "responses": [reply, {"text": rng.choice([with_calls, '{"answer": "z"}', with_calls + " x"])}]}


def random_module(rng):
    if rng.random() < 0.5:
        case = random_run(rng, rng.choice(["chat", "json"]))
        case["program"].setdefault("module", "predict")
        return case
    count = rng.choice([2, 2, 3])
    adapter = rng.choice(["chat", "json", "xml"])
    stages, responses = [], []
    for n in range(count):
        # A set in a prediction prints in the order of Python's hashes.
        tree = random_type(rng)
        while not coercible(tree):
            tree = random_type(rng)
        kind = rng.choice(["predict", "chain_of_thought"])
        inputs = {"question": "$input.question"}
        if n:
            inputs["previous"] = rng.choice([f"$stage{n - 1}", f"$stage{n - 1}.out{n - 1}", [f"$stage{n - 1}.out{n - 1}", "$input.question"]])
        names = ", ".join(inputs)
        stages.append({"name": f"stage{n}", "module": kind, "signature": f"{names} -> out{n}: {render(tree)}, note", "inputs": inputs})
        shown = ([("reasoning", ("str",))] if kind == "chain_of_thought" else []) + [(f"out{n}", tree), ("note", ("str",))]
        responses.append(well_formed(rng, adapter, shown, {}))
    return {"program": {"module": "chain", "stages": stages}, "adapter": adapter, "inputs": {"question": text(rng)}, "responses": responses}


