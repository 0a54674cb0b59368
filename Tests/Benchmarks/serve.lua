-- One body for all requests, pauses between them if BENCH_PAUSE says so (milliseconds, on average), and one line of results.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = os.getenv("BENCH_TEXT")

local pause = tonumber(os.getenv("BENCH_PAUSE") or "0")
if pause > 0 then
    -- Any length up to twice the average, so that the connections do not keep step.
    function delay() return math.random(0, math.floor(2 * pause + 0.5)) end
end

function done(summary, latency)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    print(("RESULT %d %d %d %d %d %d %d"):format(
        summary.requests, summary.duration, summary.bytes, failed,
        latency:percentile(50), latency:percentile(99), latency.max))
end
