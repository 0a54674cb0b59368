"""One measurement of a Python client: python_client.py KIND URL ITEMS IN-FLIGHT.

KIND is dspy-acall, dspy-parallel, dspy-streamify, openai or openai-stream. Prints one JSON object with seconds and CPU seconds
of the requests alone: imports and a first round of requests are not counted.
"""

import asyncio
import json
import os
import resource
import sys
import time

kind, url, items, width = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
os.environ.setdefault("OPENAI_API_KEY", "benchmark")
warm_up = min(width, items, 64)


def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def report(start):
    seconds, cpu = time.perf_counter() - start[0], used() - start[1]
    print(json.dumps({"seconds": seconds, "cpu": cpu}))


def question(index):
    return f"What is the answer to question number {index}?"


async def gathered(ask, count):
    gate = asyncio.Semaphore(width)

    async def one(index):
        async with gate:
            return await ask(index)

    answers = await asyncio.gather(*(one(index) for index in range(count)))
    assert len(answers) == count and all(answers)


async def measured(ask):
    await gathered(ask, warm_up)
    start = (time.perf_counter(), used())
    await gathered(ask, items)
    report(start)


def run_dspy():
    import dspy

    lm = dspy.LM("openai/gpt-4o-mini", api_base=url, api_key="benchmark", cache=False)
    dspy.configure(lm=lm, async_max_workers=width)
    dspy.configure_cache(enable_disk_cache=False, enable_memory_cache=False)
    predict = dspy.Predict("question -> answer")
    if kind == "dspy-streamify":

        async def ask(index):
            # A listener hears one call only.
            listener = dspy.streaming.StreamListener(signature_field_name="answer")
            streamed = dspy.streamify(predict, stream_listeners=[listener])
            chunks = 0
            async for item in streamed(question=question(index)):
                chunks += isinstance(item, dspy.streaming.StreamResponse)
            return chunks > 50

        asyncio.run(measured(ask))
        return
    if kind == "dspy-acall":

        async def ask(index):
            return (await predict.acall(question=question(index))).answer

        asyncio.run(measured(ask))
        return
    parallel = dspy.Parallel(num_threads=width, disable_progress_bar=True)

    def run(count):
        pairs = [(predict, dspy.Example(question=question(index)).with_inputs("question")) for index in range(count)]
        answers = parallel(pairs)
        assert len(answers) == count and all(answer.answer for answer in answers)

    run(warm_up)
    start = (time.perf_counter(), used())
    run(items)
    report(start)


async def run_openai():
    import openai

    with open(os.environ["BENCH_BODY"], encoding="utf-8") as file:
        body = json.load(file)
    async with openai.AsyncOpenAI(base_url=url, api_key="benchmark", timeout=600) as client:

        async def ask(index):
            answer = await client.chat.completions.create(**body)
            return answer.choices[0].message.content

        async def ask_stream(index):
            chunks = 0
            async for chunk in await client.chat.completions.create(
                **body, stream=True, stream_options={"include_usage": True}
            ):
                chunks += bool(chunk.choices and chunk.choices[0].delta.content)
            return chunks > 50

        await measured(ask_stream if kind == "openai-stream" else ask)


if kind.startswith("dspy"):
    run_dspy()
else:
    asyncio.run(run_openai())
