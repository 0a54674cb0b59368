"""Asks the real DSPy: builds a program from its description and records what it sends, reads and raises.

The descriptions and records are those of Tests/Golden/README.md.
"""

import copy
import enum
import importlib
import json
import logging
import math
import signal
import typing
import warnings

warnings.filterwarnings("ignore")

import dspy  # noqa: E402
import pydantic  # noqa: E402
from dspy.adapters.baml_adapter import BAMLAdapter  # noqa: E402
from dspy.adapters.two_step_adapter import TwoStepAdapter  # noqa: E402
from dspy.adapters.types.base_type import Type as DspyType  # noqa: E402
from dspy.adapters.utils import get_annotation_name  # noqa: E402

logging.disable(logging.CRITICAL)

MODULES = {name: importlib.import_module(name) for name in ("dspy", "datetime", "decimal", "uuid", "pathlib", "collections")}
CONSTRAINTS = ("ge", "le", "gt", "lt", "min_length", "max_length", "multiple_of")


class Unusable(Exception):
    """The case cannot be recorded: DSPy hangs on it, or its description makes no program."""


class Exhausted(Exception):
    """The scripted model has no answer left."""


class ScriptedLM(dspy.BaseLM):
    def __init__(self, responses, flags):
        super().__init__("test-model")
        self.responses, self.flags, self.requests = responses, flags, []

    supports_function_calling = property(lambda self: self.flags.get("function_calling", True))
    supports_response_schema = property(lambda self: self.flags.get("response_schema", True))
    supported_params = property(lambda self: set(self.flags.get("params", ["response_format"])))

    def __call__(self, prompt=None, *, messages=None, **kwargs):
        place = len(self.requests)
        self.requests.append({"messages": copy.deepcopy(messages), "kwargs": shown_kwargs(kwargs)})
        if place >= len(self.responses):
            raise Exhausted()
        return [self.responses[place]]


def shown_kwargs(kwargs):
    shown = {}
    for key, value in kwargs.items():
        if isinstance(value, type):
            value = {"type": "json_schema", "json_schema": {"name": value.__name__, "schema": value.model_json_schema()}}
        if value is not None:
            shown[key] = copy.deepcopy(value)
    return shown


def named_types(description):
    types = {}
    for name, spec in (description or {}).items():
        if spec["kind"] == "enum":
            types[name] = enum.Enum(name, list(spec["members"].items()), module="types_of_case")
            continue
        fields = {}
        for field in spec["fields"]:
            options = {key: value for key, value in field.items() if key in CONSTRAINTS}
            if "desc" in field:
                options["description"] = field["desc"]
            default = field["default"] if "default" in field else ...
            fields[field["name"]] = (annotation(field.get("type", "str"), types), pydantic.Field(default, **options))
        types[name] = pydantic.create_model(name, __doc__=spec.get("doc"), __module__="types_of_case", **fields)
    return types


def annotation(text, types):
    return eval(text, {**vars(typing), **MODULES, "NoneType": type(None), **types})


def signature(program, types):
    instructions = program.get("instructions") or None
    if "signature" in program:
        return dspy.Signature(program["signature"], instructions, custom_types=types) if types else dspy.Signature(
            program["signature"], instructions)
    fields = {}
    for field in program["fields"]:
        options = {key: value for key, value in field.items() if key in CONSTRAINTS or key in ("desc", "default")}
        make = dspy.InputField if field["kind"] == "input" else dspy.OutputField
        fields[field["name"]] = (annotation(field.get("type", "str"), types), make(**options))
    return dspy.Signature(fields, instructions)


class Chain(dspy.Module):
    def __init__(self, stages):
        super().__init__()
        self.stages = stages
        self.modules = [
            (dspy.ChainOfThought if stage["module"] == "chain_of_thought" else dspy.Predict)(stage["signature"])
            for stage in stages]

    def forward(self, **inputs):
        predictions, last = {}, None
        for stage, module in zip(self.stages, self.modules):
            last = module(**{name: self.fill(template, inputs, predictions) for name, template in stage["inputs"].items()})
            predictions[stage["name"]] = last
        return last

    def fill(self, template, inputs, predictions):
        if isinstance(template, list):
            return [self.fill(item, inputs, predictions) for item in template]
        path = template[1:].split(".")
        if path[0] == "input":
            return inputs[path[1]]
        return predictions[path[0]] if len(path) == 1 else predictions[path[0]][path[1]]


def module(program, types):
    kind = program.get("module", "predict")
    if kind == "chain":
        return Chain(program["stages"])
    made = {"predict": dspy.Predict, "chain_of_thought": dspy.ChainOfThought}[kind](
        signature(program, types), **program.get("config", {}))
    (made.predict if kind == "chain_of_thought" else made).demos = copy.deepcopy(program.get("demos", []))
    return made


def adapter(case, extraction):
    options = case.get("adapter_options", {})
    kind = case.get("adapter", "chat")
    if kind == "two_step":
        return TwoStepAdapter(extraction, **options)
    return {"chat": dspy.ChatAdapter, "json": dspy.JSONAdapter, "xml": dspy.XMLAdapter, "baml": BAMLAdapter}[kind](**options)


def arguments(case, types):
    """The inputs as the program's caller in Python would hold them."""
    program = case["program"]
    inputs = copy.deepcopy(case["inputs"])
    if program.get("module") == "chain":
        return inputs
    fields = signature(program, types).input_fields
    for name, value in inputs.items():
        if name not in fields:
            continue
        wanted = fields[name].annotation
        if wanted == list[dspy.Tool]:
            inputs[name] = [
                dspy.Tool(lambda **kwargs: None, name=tool["name"], desc=tool["desc"], args=tool["args"])
                for tool in case["tools"]]
        elif wanted is dspy.Image:
            inputs[name] = dspy.Image(value)
        elif wanted is dspy.History:
            inputs[name] = dspy.History(**value)
        elif case.get("coerce_inputs"):
            inputs[name] = pydantic.TypeAdapter(wanted).validate_python(value)
    return inputs


def plain(value):
    """A value of a prediction as JSON shows it."""
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value).replace("inf", "inf")
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, dspy.Image):
        return value.url
    if isinstance(value, (dspy.File, dspy.Audio)):
        return {key: getattr(value, key) for key in type(value).model_fields}
    if isinstance(value, dspy.Reasoning):
        return value.content
    if isinstance(value, DspyType):
        return pydantic.TypeAdapter(type(value)).dump_python(value, mode="json")
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=lambda item: compact(item).encode())
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {json_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, pydantic.BaseModel):
        return {key: plain(getattr(value, key)) for key in type(value).model_fields}
    return pydantic.TypeAdapter(type(value)).dump_python(value, mode="json")


def json_key(key):
    return str(key.value if isinstance(key, enum.Enum) else key)


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def error(exception):
    return {"class": type(exception).__name__, "message": str(exception)[:200]}


class deadline:
    """Raises Unusable when the body takes longer than some seconds."""

    def __init__(self, seconds=3):
        self.seconds = seconds

    def __enter__(self):
        signal.signal(signal.SIGALRM, self.ring)
        signal.alarm(self.seconds)

    def __exit__(self, *exception):
        signal.alarm(0)

    @staticmethod
    def ring(*ignored):
        raise Unusable("too slow")


def record_run(case):
    """Fills in requests, and prediction or error."""
    try:
        types = named_types(case["program"].get("types"))
        made = module(case["program"], types)
        inputs = arguments(case, types)
    except Exception as exception:
        raise Unusable(str(exception)) from exception
    lm = ScriptedLM(case["responses"], case.get("lm", {}))
    extraction = ScriptedLM(case["extraction_responses"], {}) if "extraction_responses" in case else None
    try:
        with dspy.context(lm=lm, adapter=adapter(case, extraction)), deadline():
            prediction = made(**inputs)
        case["prediction"] = {key: plain(value) for key, value in prediction.items()}
    except (Unusable, RecursionError) as exception:
        raise Unusable() from exception
    except Exception as exception:
        # Crashes: text that is no Unicode, and a list where a dict of members is asked for it.
        if isinstance(exception, UnicodeEncodeError) or "unhashable" in str(exception):
            raise Unusable() from exception
        case["error"] = error(exception)
    case["requests"] = lm.requests
    if extraction is not None:
        case["extraction_requests"] = extraction.requests
    return case


def record_parse(case):
    """Fills in ok, and values with their Python types or the error."""
    program = case["program"]
    try:
        wanted = signature(program, named_types(program.get("types")))
        if program.get("module") == "chain_of_thought":
            wanted = dspy.ChainOfThought(wanted).predict.signature
    except Exception as exception:
        raise Unusable(str(exception)) from exception
    try:
        with deadline():
            values = adapter(case, None).parse(wanted, case["completion"])
    except dspy.utils.exceptions.AdapterParseError as exception:
        return {**case, "ok": False, "error": error(exception)}
    except Exception as exception:
        raise Unusable(f"{type(exception).__name__}: {exception}") from exception
    return {
        **case, "ok": True, "values": {key: plain(value) for key, value in values.items()},
        "python_types": {key: type(value).__name__ for key, value in values.items()}}


def record_signature(case):
    """Fills in ok, and the fields with the instructions or the error."""
    try:
        with deadline():
            made = dspy.Signature(case["signature"])
            fields = []
            for name, field in made.fields.items():
                extra = field.json_schema_extra
                fields.append({
                    "name": name, "kind": extra["__dspy_field_type"], "type": get_annotation_name(field.annotation),
                    "python_type": repr(field.annotation), "prefix": extra["prefix"], "desc": extra["desc"],
                    "type_undefined": bool(extra.get("IS_TYPE_UNDEFINED", False))})
            return {
                **case, "ok": True, "fields": fields, "instructions": made.instructions, "signature_property": made.signature}
    except (Unusable, RecursionError, MemoryError) as exception:
        raise Unusable() from exception
    except Exception as exception:
        return {**case, "ok": False, "error": error(exception)}
