"""The FastAPI app of DSPy's deployment guide, for uvicorn: `uvicorn fastapi_app:app`.

BENCH_PROGRAM is asyncify (the guide's form), acall or stream; BENCH_MODEL the address of a model, or scripted for one that
answers inside the process; BENCH_WORKERS is async_max_workers. Caches are off.
"""

import os
import types

import dspy
import orjson
from fastapi import FastAPI, HTTPException
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

os.environ.setdefault("OPENAI_API_KEY", "benchmark")
kind, model = os.environ["BENCH_PROGRAM"], os.environ["BENCH_MODEL"]
TEXT = "[[ ## reasoning ## ]]\nIt is known.\n\n[[ ## answer ## ]]\nParis\n\n[[ ## completed ## ]]"


class Scripted(dspy.BaseLM):
    """The least that a model can be: one answer, made beforehand."""

    def __init__(self):
        super().__init__("scripted", "chat", 0.0, 1000, False)
        message = types.SimpleNamespace(content=TEXT, tool_calls=None, reasoning_content=None)
        choice = types.SimpleNamespace(message=message, finish_reason="stop", index=0)
        self.answer = types.SimpleNamespace(choices=[choice], usage={}, model="scripted")

    def forward(self, prompt=None, messages=None, **kwargs):
        return self.answer

    async def aforward(self, prompt=None, messages=None, **kwargs):
        return self.answer


if model == "scripted":
    lm = Scripted()
else:
    lm = dspy.LM("openai/gpt-4o-mini", api_base=model, api_key="benchmark", cache=False)
dspy.configure(lm=lm, async_max_workers=int(os.environ.get("BENCH_WORKERS", "8")))
dspy.configure_cache(enable_disk_cache=False, enable_memory_cache=False)
program = dspy.ChainOfThought("question -> answer")
app = FastAPI(title="DSPy Program API")


class Question(BaseModel):
    text: str


if kind == "asyncify":
    ask = dspy.asyncify(program)
else:
    ask = program.acall


@app.post("/predict")
async def predict(question: Question):
    try:
        result = await ask(question=question.text)
        return {"status": "success", "data": result.toDict()}
    except Exception as error:
        raise HTTPException(status_code=500, detail=str(error))


@app.post("/predict/stream")
async def stream(question: Question):
    async def events():
        # A listener hears one call only.
        listeners = [dspy.streaming.StreamListener(signature_field_name=name) for name in ("reasoning", "answer")]
        async for value in dspy.streamify(program, stream_listeners=listeners)(question=question.text):
            if isinstance(value, dspy.Prediction):
                yield f"data: {orjson.dumps({'prediction': value.toDict()}).decode()}\n\n"
            elif isinstance(value, dspy.streaming.StreamResponse):
                yield f"data: {orjson.dumps({'chunk': value.chunk}).decode()}\n\n"
        yield "data: [DONE]\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")
