"""Random JSON schemas and values, with what Python's jsonschema says of them: schema_faults.jsonl.

    python Tests/Differential/make_schema_faults.py [SEED] > Tests/Golden/schema_faults.jsonl
"""

import json
import random
import sys

from jsonschema import ValidationError, validate

rng = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 1)


def schema(depth):
    kinds = ["string", "integer", "number", "boolean", "null", "array", "object", "any", "enum", "union"]
    kind = rng.choice(kinds if depth > 0 else kinds[:5])
    if kind == "string":
        made = {"type": "string"}
        if rng.random() < 0.3:
            made["minLength"] = rng.randint(1, 3)
        if rng.random() < 0.3:
            made["maxLength"] = rng.randint(0, 3)
        if rng.random() < 0.2:
            made["pattern"] = rng.choice(["^a", "b+$", "[0-9]"])
        return made
    if kind in ("integer", "number"):
        made = {"type": kind}
        for key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"):
            if rng.random() < 0.2:
                made[key] = rng.choice([1, 2, 5, 0.5])
        return made
    if kind == "array":
        made = {"type": "array"}
        if rng.random() < 0.8:
            made["items"] = schema(depth - 1)
        if rng.random() < 0.3:
            made["minItems"] = rng.randint(1, 2)
        if rng.random() < 0.3:
            made["maxItems"] = rng.randint(0, 2)
        if rng.random() < 0.2:
            made["uniqueItems"] = True
        return made
    if kind == "object":
        names = rng.sample(["a", "b", "long name", "ü"], rng.randint(0, 3))
        made = {"type": "object", "properties": {name: schema(depth - 1) for name in names}}
        if rng.random() < 0.6:
            made["required"] = names[: rng.randint(0, len(names))]
        if rng.random() < 0.5:
            made["additionalProperties"] = rng.choice([False, True, {"type": "integer"}])
        if rng.random() < 0.1:
            made["minProperties"] = rng.randint(1, 2)
        return made
    if kind == "enum":
        return {"type": rng.choice(["string", "integer"]), "enum": rng.sample(["a", "b", 1, 2, True, None], 3)}
    if kind == "union":
        return {rng.choice(["anyOf", "anyOf", "oneOf"]): [schema(depth - 1) for _ in range(rng.randint(2, 3))]}
    return {} if kind == "any" else {"type": kind}


def value(depth):
    kind = rng.randint(0, 7 if depth > 0 else 5)
    if kind == 0:
        return rng.choice(["", "a", "ab", "bbb", "it's", "a long text that goes on and on and on", "1"])
    if kind == 1:
        return rng.choice([0, 1, 2, 5, -3, 10 ** 12])
    if kind == 2:
        return rng.choice([0.5, 1.0, 2.5, 1e-7, -1.25])
    if kind == 3:
        return rng.choice([True, False])
    if kind == 4:
        return None
    if kind == 5:
        return rng.choice(["b", 1, 2.0])
    if kind == 6:
        return [value(depth - 1) for _ in range(rng.randint(0, 4))]
    return {name: value(depth - 1) for name in rng.sample(["a", "b", "long name", "ü", "more"], rng.randint(0, 3))}


count = 0
while count < 600:
    made, given = schema(3), value(3)
    try:
        validate(given, made)
        if rng.random() < 0.9:
            continue
        told = None
    except ValidationError as error:
        # Of several extra members that fail alike, Python's order is that of a set.
        extra = made.get("additionalProperties")
        if isinstance(extra, dict) or '"additionalProperties": {' in json.dumps(made):
            continue
        told = {"message": error.message, "report": str(error)}
    count += 1
    print(json.dumps({"id": f"schema-{count}", "schema": made, "value": given, "error": told}, ensure_ascii=False))
