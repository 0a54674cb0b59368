"""Records prompts of the real DSPy whose examples and earlier turns hold images, files, code and records.

A program file has plain JSON for them; Python has the types themselves. Writes typed_prompts.jsonl (Tests/Golden/README.md):

    python Tests/Differential/generate_typed_prompts.py > Tests/Golden/typed_prompts.jsonl
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import dspy  # noqa: E402
import pydantic  # noqa: E402
from dspy.adapters.baml_adapter import BAMLAdapter  # noqa: E402
from dspy.predict.react_v2 import ReActV2  # noqa: E402

import reference  # noqa: E402

ADAPTERS = {"chat": dspy.ChatAdapter, "json": dspy.JSONAdapter, "xml": dspy.XMLAdapter, "baml": BAMLAdapter}
TYPES = {
    "Point": {"kind": "object", "fields": [{"name": "x", "type": "int"}, {"name": "label", "type": "str", "default": "none"}]},
    "Size": {"kind": "enum", "members": {"SMALL": "small", "LARGE": "large"}},
}
A, B, C = "https://e.com/a.png", "data:image/png;base64,iVBORw0KGgo=", "gs://bucket/c.jpg"
PDF = {"file_data": "data:application/pdf;base64,AAAA", "filename": "d.pdf"}
WAV = {"data": "UklGRg==", "audio_format": "wav"}

CASES = [
    ("image", "image: dspy.Image -> answer", A, [A, {"url": B}, " https://e.com/white.png\n"], {"answer": "x"}),
    ("optional-image", "image: Optional[dspy.Image] -> answer", A, [C, None], {"answer": "x"}),
    ("images", "image: list[dspy.Image] -> answer", [A, B], [[{"url": A}], [A, C], []], {"answer": "x"}),
    ("image-by-name", "image: dict[str, dspy.Image] -> answer", {"k": A}, [{"k": {"url": B}}], {"answer": "x"}),
    ("file", "image: dspy.File -> answer", PDF, [PDF, {"file_id": "f1"}, "data:text/plain;base64,QQ=="], {"answer": "x"}),
    ("audio", "image: dspy.Audio -> answer", WAV, [WAV, "data:audio/x-wav;base64,QQ=="], {"answer": "x"}),
    ("code", "image: dspy.Code -> answer: dspy.Code", "print(1)", [{"code": "x = 1"}, "```python\ny\n```"],
     {"answer": {"code": "z = 2"}}),
    ("record", "image: Point -> answer: list[Point]", {"x": 1}, [{"x": "2"}, {"x": 3, "label": "l"}], {"answer": [{"x": 4}]}),
    ("enum", "image: Size -> answer: Size, when: datetime.date", "small", ["large"], {"answer": "small", "when": "2024-02-29"}),
    ("tuple", "image: tuple[dspy.Image, Point] -> answer: set[int]", [A, {"x": 1}], [[B, {"x": 2}]], {"answer": [1]}),
    ("text", "image: str -> answer: int", "t", [["one", "two"], "x"], {"answer": 4}),
]


def named_types():
    class Point(pydantic.BaseModel):
        x: int
        label: str = "none"

    return {"Point": Point, "Size": __import__("enum").Enum("Size", {"SMALL": "small", "LARGE": "large"})}


def typed(value, annotation):
    """The value a Python program would have written."""
    if value is None or annotation is str:
        return value
    if annotation is dspy.Image:
        return dspy.Image(value)
    if annotation in (dspy.File, dspy.Audio):
        return annotation(value) if isinstance(value, str) else annotation(**value)
    arguments = getattr(annotation, "__args__", ())
    if dspy.Image in arguments and isinstance(value, list) and annotation.__origin__ is list:
        return [dspy.Image(item) for item in value]
    if dspy.Image in arguments and isinstance(value, dict) and annotation.__origin__ is dict:
        return {key: dspy.Image(item) for key, item in value.items()}
    if dspy.Image in arguments and isinstance(value, list):
        return (dspy.Image(value[0]), pydantic.TypeAdapter(arguments[1]).validate_python(value[1]))
    if dspy.Image in arguments:
        return dspy.Image(value)
    return pydantic.TypeAdapter(annotation).validate_python(value)


def prompts():
    types = named_types()
    for name, text, given, shown, outputs in CASES:
        used = {key: TYPES[key] for key in TYPES if key in text}
        demos = [{"image": value, **outputs} for value in shown]
        for with_history in (False, True):
            source = text.replace(" ->", ", history: dspy.History ->") if with_history else text
            signature = dspy.Signature(source, custom_types=types)
            fields = signature.fields

            def whole(values):
                return {key: typed(value, fields[key].annotation) for key, value in values.items()}

            program = {"signature": source}
            if used:
                program["types"] = {key: spec_type(value) for key, value in used.items()}
            inputs, history = {"image": given}, None
            if with_history:
                history = {"messages": demos}
                inputs["history"] = history
            else:
                program["demos"] = demos
            for adapter, make in ADAPTERS.items():
                values = whole({"image": given})
                if with_history:
                    values["history"] = dspy.History(messages=[whole(turn) for turn in demos])
                messages = make().format(signature, [] if with_history else [whole(demo) for demo in demos], values)
                record({"id": f"{name}-{'history' if with_history else 'demos'}-{adapter}", "adapter": adapter,
                        "program": program, "inputs": inputs, "messages": messages})


def spec_type(value):
    if value["kind"] == "enum":
        return {"kind": "enum", "members": value["members"]}
    return {field["name"]: {key: field[key] for key in ("type", "default") if key in field} for field in value["fields"]}


class AgentLM(reference.ScriptedLM):
    def copy(self, **kwargs):
        return self


def agents():
    """The second run of an agent that goes on with the first one's conversation, and what was written down between them."""
    def calculator(expression: str):
        return "4"

    native = [
        {"text": json.dumps({"next_thought": "look"}), "tool_calls": [
            {"id": "id0", "type": "function", "function": {"name": "calc", "arguments": '{"expression": "2+2"}'}},
            {"id": "id1", "type": "function", "function": {"name": "nothing", "arguments": "{}"}}]},
        {"text": json.dumps({"next_thought": "end"}), "tool_calls": [
            {"id": "id2", "type": "function", "function": {"name": "submit", "arguments": '{"answer": "four"}'}}]}]
    blocks = "[[ ## next_thought ## ]]\n{}\n\n[[ ## tool_calls ## ]]\n{}\n\n[[ ## completed ## ]]"
    plain = [blocks.format("look", '{"tool_calls": [{"name": "calc", "args": {"expression": "2+2"}}]}'),
             blocks.format("end", '{"tool_calls": [{"name": "submit", "args": {"answer": "four"}}]}')]
    for adapter, responses in (("json", native), ("chat", plain)):
        lm = AgentLM(responses + responses[1:], {})
        tool = dspy.Tool(calculator, name="calc", desc="Adds.", args={"expression": {"type": "string"}})
        with dspy.context(lm=lm, adapter=ADAPTERS[adapter]()):
            agent = ReActV2("question -> answer", [tool])
            first = agent(question="2+2?")
            written = written_down(first.history)
            agent(question="and now?", history=first.history)
        record({"id": f"agent-second-run-{adapter}", "adapter": adapter, "responses": responses, "history": written,
                "messages": lm.requests[2]["messages"]})


def written_down(history):
    """The history as JSON. DSPy's own dump drops the ids of tool calls, without which results find no call."""
    turns = []
    for turn in history.messages:
        shown = {}
        for key, value in turn.items():
            if isinstance(value, dspy.ToolCalls):
                dump = value.model_dump(mode="json")
                for call, shown_call in zip(value.tool_calls, dump["tool_calls"]):
                    shown_call["id"] = call.id
                value = dump
            shown[key] = value if isinstance(value, (str, dict)) else str(value)
        turns.append(shown)
    return {"messages": turns}


def record(case):
    print(json.dumps(case, ensure_ascii=False))


prompts()
agents()
