import HTTPServer
import OrderedJSON
import TestSupport
import Testing

@testable import DSPyServer

@Suite("Routes, without a socket", .timeLimit(.minutes(2)))
struct RouteTests {
    private static let qa = #"{"name": "qa", "signature": "question -> answer"}"#
    private static let views = #"""
        {"parallel": {
            "good": {"title": "良い", "signature": "q -> insight"},
            "bad": {"signature": "q -> insight", "instructions": "FAILS"}}}
        """#
    private static let script = #"{"FAILS": {"error": "server_error"}, "q": "[[ ## insight ## ]]\nfine"}"#

    @Test("the first program stands at the root, all under their names; the rest is 404, 405 or a refusal")
    func table() async throws {
        let rig = try await ServedRig([("qa", Self.qa), ("b.c", Self.qa)])
        let cases: [(String, String, Int)] = [
            ("POST", "/predict", 200), ("POST", "/qa/predict", 200), ("POST", "/b.c/predict", 200),
            ("POST", "/b%2Ec/predict", 200), ("POST", "/x/predict", 404), ("POST", "/predict/", 404),
            ("POST", "//predict", 404), ("POST", "/qa//predict", 404), ("POST", "/qa/qa/predict", 404),
            ("POST", "/b.c/programs", 404), ("POST", "/qa", 404), ("POST", "/Predict", 404), ("GET", "/predict", 405),
            ("POST", "/livez", 405), ("OPTIONS", "/predict", 405), ("DELETE", "/programs", 405),
            ("GET", "/livez", 200), ("HEAD", "/livez", 200), ("GET", "/qa/health", 200), ("GET", "/", 200),
            ("GET", "/assets/app.js", 200), ("GET", "/assets/..%2Fapp.js", 404), ("GET", "/%ff", 404),
        ]
        for (method, path, status) in cases {
            let got = await rig.ask(method, path, method == "POST" ? #"{"text":"hi"}"# : nil)
            #expect(got.status == status, "\(method) \(path): \(got)")
            if status == 404 { #expect(got.body == #"{"detail":"Not Found"}"#) }
            if status == 405 { #expect(got["Allow"] != nil && got.body == #"{"detail":"Method Not Allowed"}"#) }
        }
        #expect(await rig.ask("GET", "/predict")["Allow"] == "POST")
        #expect(await rig.ask("POST", "/livez", "x")["Allow"] == "GET, HEAD")
        let bare = try await ServedRig([("qa", Self.qa)]) { $0.hasPage = false }
        #expect(await bare.ask("GET", "/").status == 404)
    }

    @Test("refusals come in their order, whatever else is wrong")
    func order() async throws {
        let rig = try await ServedRig([("qa", Self.qa)], token: "0123456789abcdef") { $0.bodyLimit = 20 }
        let (good, long) = ([("authorization", "Bearer 0123456789abcdef")], String(repeating: "x", count: 30))
        func status(_ path: String, _ body: String, _ fields: [(String, String)]) async -> Int {
            await rig.ask("POST", path, body, fields).status
        }
        let other = [("origin", "https://evil.example")]
        #expect(await status("/nowhere", long, other + good) == 403)
        #expect(await status("/nowhere", long, []) == 401)
        #expect(await status("/nowhere", long, good) == 404)
        #expect(await status("/livez", long, good) == 405)
        #expect(await status("/predict", long, good + [("content-type", "text/plain")]) == 413)
        #expect(await status("/predict", "x", good + [("content-type", "text/plain")]) == 415)
        #expect(await status("/predict", "x", good) == 422)
        rig.server.drain()
        #expect(await status("/predict", "x", good + [("content-type", "text/plain")]) == 415)
        let drained = await rig.ask("POST", "/predict", "x", good)
        #expect(drained.status == 503 && drained.json?["code"] == "shutting_down")
        #expect(await rig.ask("GET", "/readyz").status == 503)
        #expect(await rig.ask("GET", "/livez", nil, other).status == 200)
        #expect(await rig.ask("GET", "/livez", nil, [("host", "x")]).status == 200)
    }

    @Test("other sites ask only where they are listed, and a preflight needs no token")
    func cors() async throws {
        let rig = try await ServedRig(
            [("qa", Self.qa)], token: "0123456789abcdef", origins: ["https://app.example"])
        let origin = ("origin", "https://app.example")
        let flight = await rig.ask("OPTIONS", "/predict", nil, [origin, ("access-control-request-method", "POST")])
        #expect(flight.status == 204 && flight["Access-Control-Allow-Origin"] == "https://app.example")
        #expect(flight["Vary"] == "Origin" && flight["Access-Control-Max-Age"] == "600")
        let asked = await rig.ask(
            "POST", "/predict", #"{"text":"a"}"#, [origin, ("authorization", "Bearer 0123456789abcdef")])
        #expect(asked.status == 200 && asked["Access-Control-Allow-Origin"] == "https://app.example")
        #expect(!asked.fields.contains { $0.name == "Access-Control-Allow-Credentials" })
        #expect(await rig.ask("OPTIONS", "/predict", nil, [("origin", "https://b.example")]).status == 403)
    }

    @Test("a stream ends with its prediction and [DONE], and its fields are those of /predict")
    func stream() async throws {
        let rig = try await ServedRig(
            [("qa", #"{"module": "ChainOfThought", "signature": "question -> answer"}"#)],
            script: #"{"question": "[[ ## reasoning ## ]]\nbecause é\n\n[[ ## answer ## ]]\nyes"}"#)
        let got = await rig.predict(#"{"text":"hi"}"#, "/predict/stream")
        #expect(got.status == 200 && got["Content-Type"] == "text/event-stream; charset=utf-8")
        #expect(got["Cache-Control"] == "no-cache" && got["X-Accel-Buffering"] == "no")
        #expect(got.events.last == "[DONE]")
        let items = got.events.compactMap { try? JSON(parsing: $0) }
        var texts: [String: String] = [:]
        for item in items {
            guard let chunk = item["response"], let field = chunk["signature_field_name"]?.string else { continue }
            texts[field, default: ""] += chunk["chunk"]?.string ?? ""
        }
        #expect(texts == ["reasoning": "because é", "answer": "yes"])
        #expect(items.last == ["prediction": ["reasoning": "because é", "answer": "yes"]])
        #expect(await rig.predict(#"{"text":"hi"}"#).json?["data"] == items.last?["prediction"])
        let lines = await rig.ask(
            "POST", "/predict/stream", #"{"text":"hi"}"#, [("accept", "text/html, application/x-ndjson;q=0.9")])
        #expect(lines["Content-Type"] == "application/x-ndjson")
        #expect(lines.lines.first?["type"] == "start" && lines.lines.last?["type"] == "result")
        let raw = await rig.predict(#"{"text":"hi"}"#, "/predict/stream?raw=true")
        #expect(raw.events.first?.contains(#""object":"chat.completion.chunk""#) == true)
        #expect(!raw.body.contains(#""response""#))
    }

    @Test("what fails before the first event has its status, whatever the form")
    func early() async throws {
        let rig = try await ServedRig([("qa", Self.qa)], script: #"{"question": {"error": "auth"}}"#)
        for (path, fields) in [
            ("/predict", []), ("/predict/stream", []), ("/predict/stream?raw=true", []),
            ("/predict/stream", [("accept", "application/x-ndjson")]),
        ] {
            let got = await rig.ask("POST", path, #"{"text":"hi"}"#, fields)
            #expect(got.status == 502, "\(path) \(got)")
            #expect(got.json?["code"] == "auth" && got["Content-Type"] == "application/json")
        }
        #expect(rig.notes.withLock { $0.count } == 4)
    }

    @Test("a branch that fails says so at once, the others run to their end, and there is no prediction")
    func branches() async throws {
        let rig = try await ServedRig([("views", Self.views)], script: Self.script)
        let got = await rig.predict(#"{"q":"hi"}"#, "/predict/stream")
        #expect(got.status == 200 && got.events.last == "[DONE]")
        let items = got.events.compactMap { try? JSON(parsing: $0) }
        let errors = items.compactMap { $0["error"] }
        #expect(errors.count == 1)
        #expect(errors.first?["predict_name"] == "bad" && errors.first?["code"] == "server_error")
        #expect(
            items.contains { $0["response"]?["predict_name"] == "good" && $0["response"]?["is_last_chunk"] == true })
        #expect(!items.contains { $0["prediction"] != nil })
        #expect(await rig.predict(#"{"q":"hi"}"#).status == 502)
        let lines = await rig.ask("POST", "/predict/stream", #"{"q":"hi"}"#, [("accept", "application/x-ndjson")])
        #expect(lines.lines.last?["type"] == "error" && lines.lines.last?["code"] == "server_error")
        let card = await rig.ask("GET", "/programs").json?["programs"]?.array?.first
        #expect(card?["branches"] == ["good", "bad"] && card?["titles"] == ["good": "良い"])
    }

    @Test("rows come as lines as they end, wrong ones alone, and an array that is none is 422")
    func batch() async throws {
        let rig = try await ServedRig([("qa", Self.qa)])
        let got = await rig.predict(#"[{"text":"a","id":"x"},{"q":1},{"question":"b"}]"#, "/predict/batch")
        #expect(got.status == 200 && got["Content-Type"] == "application/x-ndjson")
        let lines = got.lines.sorted { ($0["index"]?.int ?? 0) < ($1["index"]?.int ?? 0) }
        #expect(lines.map { $0["status"] } == ["success", "error", "success"])
        #expect(lines.map { $0["id"] } == ["x", nil, nil])
        #expect(lines[1]["error"]?["code"] == "missing_input")
        #expect(await rig.predict("[]", "/predict/batch").body.isEmpty)
        #expect(await rig.predict("{}", "/predict/batch").status == 422)
        let many = "[" + (0..<100).map { #"{"text":"\#($0)"}"# }.joined(separator: ",") + "]"
        let all = await rig.predict(many, "/predict/batch").lines
        #expect(Set(all.compactMap { $0["index"]?.int }) == Set(0..<100))
        #expect(all.allSatisfy { $0["data"]?["answer"]?.string == $0["index"]?.int.map { "\($0)" } })
    }

    @Test("inputs that no prompt can be made of are told as faults of the body, and tools' failures in words of ours")
    func words() async throws {
        let rig = try await ServedRig([("qa", Self.qa)])
        let got = await rig.predict(#"{"text":[1]}"#)
        #expect(got.status == 422 && got.json?["detail"]?.array?.first?["type"] == "value_error", "\(got)")
        let agent = try await ServedRig(
            [
                (
                    "agent",
                    #"{"module": "ReAct", "signature": "question -> answer", "max_iters": 1, "tools": {"get": {"description": "Gets.", "http": "GET http://127.0.0.1:9/secret-path"}}}"#
                )
            ],
            script: """
                {"`[[ ## next_tool_name ## ]]`": "[[ ## next_thought ## ]]\\nt\\n\\n[[ ## next_tool_name ## ]]\\nget\\n\\n[[ ## next_tool_args ## ]]\\n{}"}
                {"`[[ ## answer ## ]]`": "[[ ## reasoning ## ]]\\nr\\n\\n[[ ## answer ## ]]\\ndone"}
                """)
        let lines = await agent.ask("POST", "/predict/stream", #"{"text":"a"}"#, [("accept", "application/x-ndjson")])
        let result = lines.lines.first { $0["type"] == "tool_result" }
        #expect(result?["ok"] == false && result?["text"]?.string?.contains("127.0.0.1") == false, "\(lines.body)")
    }

    @Test("a full queue refuses at once, on every route that runs programs, and its places come back")
    func queue() async throws {
        let rig = try await ServedRig(
            [("qa", Self.qa)],
            script:
                #"{"long": {"stream": ["[[ ## answer ## ]]\nso far so good", {"pause": 60}]}, "question": "[[ ## answer ## ]]\nx"}"#
        ) {
            $0.workers = 1
            $0.queue = 0
        }
        let (stop, gate) = (StopSwitch(), Gate())
        let running = Task {
            await rig.ask("POST", "/predict/stream", #"{"text":"long"}"#, stop: stop) { gate.open() }
        }
        try await gate.pass()
        for path in ["/predict", "/predict/stream"] {
            let refused = await rig.predict(#"{"text":"a"}"#, path)
            #expect(refused.status == 429 && refused["Retry-After"] == "1" && refused.json?["code"] == "overloaded")
        }
        #expect(await rig.predict(#"[{"text":"a"}]"#, "/predict/batch").status == 429)
        stop.stop(.deadline)
        #expect(await running.value.status == 200)
        #expect(await rig.predict(#"{"text":"a"}"#).status == 200)
    }

    @Test("a batch that is ended before its first line has the status of that end")
    func endedBatch() async throws {
        let rig = try await ServedRig([("qa", Self.qa)])
        let stop = StopSwitch()
        stop.stop(.deadline)
        let refused = await rig.ask("POST", "/predict/batch", #"[{"text":"a"},{"text":"b"}]"#, stop: stop)
        #expect(refused.status == 504 && refused.json?["code"] == "deadline", "\(refused)")
    }

    @Test("numbers that no float holds are never written back")
    func infinite() async throws {
        let rig = try await ServedRig([("qa", Self.qa)])
        for body in [#"{"zz":1e400}"#, #"{"zz":[{"a":-1e400}]}"#, "1e400", "[1e400]"] {
            let got = await rig.predict(body)
            #expect(got.status == 422 && got.json != nil && !got.body.contains("Infinity"), "\(got.body)")
        }
        let line = await rig.predict(#"[{"id":1e400,"text":"a"}]"#, "/predict/batch")
        #expect(line.lines.first?["status"] == "success" && !line.body.contains("Infinity"))
        let typed = try await ServedRig(
            [("t", #"{"signature": "question -> x: float"}"#)], script: #"{"question": "[[ ## x ## ]]\n1e999"}"#)
        let plain = await typed.predict(#"{"text":"a"}"#).json?["data"]
        let events = await typed.predict(#"{"text":"a"}"#, "/predict/stream").events
        let told = try events.dropLast().last.map { try JSON(parsing: $0) }
        #expect(plain != nil && told?["prediction"] == plain)
        let accepts = MediaType.accepts("text/html, application/x-ndjson;q=0", "application/x-ndjson")
        #expect(!accepts && MediaType.accepts("application/x-ndjson; q=0.5", "application/x-ndjson"))
    }

    @Test("a run that is ended from outside says why, before its first event by its status, later in the stream")
    func ended() async throws {
        let rig = try await ServedRig(
            [("qa", Self.qa)],
            script:
                #"{"early": {"stream": [{"pause": 60}]}, "late": {"stream": ["[[ ## answer ## ]]\nso far so good", {"pause": 60}]}}"#
        )
        for (text, reason, code) in [
            ("early", StopSwitch.Reason.deadline, "deadline"), ("late", .deadline, "deadline"),
            ("late", .shuttingDown, "shutting_down"),
        ] {
            let stop = StopSwitch()
            let gate = Gate()
            let asked = Task {
                await rig.ask("POST", "/predict/stream", "{\"text\":\"\(text)\"}", stop: stop) { gate.open() }
            }
            if text == "late" { try await gate.pass() } else { try await Task.sleep(for: .milliseconds(50)) }
            stop.stop(reason)
            let got = await asked.value
            if text == "early" {
                #expect(got.status == 504 && got.json?["code"] == .string(code))
            } else {
                #expect(got.status == 200 && got.events.last == "[DONE]")
                let error = try got.events.dropLast().last.map { try JSON(parsing: $0) }
                #expect(error?["error"]?["code"] == .string(code), "\(got.body)")
            }
        }
    }

    @Test("no answer holds a key, a path of this machine or the model's address, whoever quotes them")
    func secrets() async throws {
        let model = try LoopbackServer { _, number in
            let body = #"{"error":{"message":"key sk-very-secret of /etc/passwd at http://127.0.0.1 is wrong"}}"#
            return .init(status: [400, 401, 403, 404, 429, 500, 503][number % 7], body)
        }
        defer { model.stop() }
        let rig = try await ServedRig([("qa", Self.qa)], lm: "openai/m", apiBase: model.address + "/v1")
        let gone = try await ServedRig([("qa", Self.qa)], lm: "openai/m", apiBase: "http://127.0.0.1:9/v1")
        for number in 0..<28 {
            let server = number % 4 == 3 ? gone : rig
            let path = ["/predict", "/predict/stream", "/predict/batch"][number % 3]
            let got = await server.predict(number % 3 == 2 ? #"[{"text":"a"}]"# : #"{"text":"a"}"#, path)
            for secret in ["sk-very", "passwd", "127.0.0.1", "http://", "/v1"] {
                #expect(!got.body.contains(secret), "\(path): \(got.body)")
            }
        }
        #expect(rig.notes.withLock { $0.contains { $0.contains("request r1: ") } })
    }
}
