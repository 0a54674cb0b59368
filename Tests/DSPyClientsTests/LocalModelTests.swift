import DSPyCore
import OrderedJSON
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@testable import DSPyClients

@Suite("The local model")
struct LocalModelTests {
    private func failure(_ environment: [String: String]) async throws -> LMError {
        let model = try LocalModel("smollm2-135m", environment: environment)
        return try await #require(throws: LMError.self) {
            try await model.complete(LMRequest(messages: [LMMessage(role: "user", text: "hello")]))
        }
    }

    @Test("nothing is set up before the first request")
    func lazy() throws {
        let folder = try TemporaryFolder()
        _ = try LocalModel("smollm2-135m", environment: ["XDG_CACHE_HOME": folder.path + "/cache"])
        #expect(access(folder.path + "/cache", F_OK) != 0)
    }

    @Test("another name, or no home folder, is said before anything starts")
    func names() {
        #expect(throws: LMError.self) { try LocalModel("llama-70b", environment: ["HOME": "/tmp"]) }
        #expect(throws: LMError.self) { try LocalModel("smollm2-135m", environment: [:]) }
    }

    @Test("free strings in a schema get a pattern, others stay")
    func patterns() throws {
        let schema = try JSON(
            parsing:
                #"{"properties":{"a":{"type":"string"},"b":{"type":"string","enum":["x"]},"c":{"type":"integer"}}}"#)
        let format: JSON = ["type": "json_schema", "json_schema": ["name": "N", "schema": schema]]
        let request = LocalSchema.adapted(LMRequest(messages: [], options: ["response_format": format]))
        let properties = request.options["response_format"]?["json_schema"]?["schema"]?["properties"]
        #expect(properties?["a"]?["pattern"] == #"^[^"\\{}`\n]{1,400}$"#)
        #expect(properties?["b"] == schema["properties"]?["b"])
        #expect(properties?["c"] == schema["properties"]?["c"])
        #expect(LocalSchema.adapted(LMRequest(messages: [])) == LMRequest(messages: []))
    }

    @Test("any JSON object becomes one of the fields that the prompt names, and of the arguments that its tools take")
    func describedObject() {
        let system = #"""
            Your output fields are:
            1. `thought` (str): 
            2. `tool` (Literal['calc', 'finish']): 
            3. `count` (int): 
            4. `args` (dict[str, Any]):
            All interactions will be structured in the following way, with the appropriate values filled in.

            {
              "thought": "{thought}",
              "tool": "{tool}        # note: the value you produce must exactly match (no extra characters) one of: calc; finish",
              "count": "{count}        # note: the value you produce must be a single int value",
              "args": "{args}        # note: the value you produce must adhere to the JSON schema: {\"type\": \"object\", \"additionalProperties\": true}"
            }
            (1) calc, whose description is <desc>Computes.</desc>. It takes arguments {'x': {'type': 'string'}, 'n': {'type': 'integer', 'default': 1}}.
            (2) finish, whose description is <desc>Ends.</desc>. It takes arguments {}.
            """#
        let request = LMRequest(
            messages: [LMMessage(role: "system", text: system)], options: ["response_format": ["type": "json_object"]])
        let schema = LocalSchema.adapted(request).options["response_format"]?["json_schema"]?["schema"]
        let properties = schema?["properties"]
        #expect(properties?.object?.keys == ["thought", "tool", "count", "args"])
        #expect(properties?["tool"] == ["enum": ["calc", "finish"]])
        #expect(properties?["count"] == ["type": "integer"])
        let calls = properties?["args"]?["anyOf"]?.array ?? []
        #expect(calls.map { $0["required"] } == [["x"], []])
        #expect(calls.first?["properties"]?.object?.keys == ["x", "n"])
        let bare = LMRequest(
            messages: [LMMessage(role: "user", text: "hi")], options: ["response_format": ["type": "json_object"]])
        #expect(LocalSchema.adapted(bare) == bare)
    }

    @Test("a machine without python3 is told which package to install")
    func noPython() async throws {
        let folder = try TemporaryFolder()
        let error = try await failure(["XDG_CACHE_HOME": folder.path, "PATH": folder.path])
        #expect(error.code == .notConfigured)
        #expect(error.message.contains("apt-get install python3 python3-venv"))
    }

    @Test("the last error line of a failed set-up is shown, with the place of the whole log")
    func failedSetup() async throws {
        let folder = try TemporaryFolder()
        try folder.write("#!/bin/sh\necho 'ERROR: no such module venv'\necho bye\nexit 3\n", to: "python3", mode: 0o700)
        let error = try await failure(["XDG_CACHE_HOME": folder.path + "/cache", "PATH": folder.path])
        #expect(error.code == .notConfigured)
        #expect(error.message.contains("ERROR: no such module venv"))
        #expect(error.message.contains("/cache/dspy-swift/local/setup.log"))
    }

    @Test("a set-up that is cancelled ends its process")
    func cancelledSetup() async throws {
        let folder = try TemporaryFolder()
        try folder.write("#!/bin/sh\nexec /bin/sleep 60\n", to: "python3", mode: 0o700)
        let path = folder.path
        let steps = Mutex(0)
        let model = try LocalModel("smollm2-135m", environment: ["XDG_CACHE_HOME": path, "PATH": path]) { _ in
            steps.withLock { $0 += 1 }
        }
        let task = Task { try await model.complete(LMRequest(messages: [])) }
        while steps.withLock({ $0 }) == 0 { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test(
        "it answers for real: text, strict JSON, four at a time, one server for all",
        .enabled(if: getenv("DSPY_LOCAL_TESTS") != nil), .timeLimit(.minutes(10)))
    func real() async throws {
        let folder = try TemporaryFolder()
        var environment = ["XDG_CACHE_HOME": folder.path]
        for name in ["PATH", "HOME", "PIP_INDEX_URL", "PIP_FIND_LINKS", "PIP_CONFIG_FILE", "PIP_NO_INDEX", "LANG"] {
            if let value = getenv(name) { environment[name] = String(cString: value) }
        }
        let steps = Mutex<[String]>([])
        let model = try LocalModel("smollm2-135m", environment: environment, idleSeconds: 60) { step in
            steps.withLock { $0.append(step) }
        }
        let question = LMRequest(
            messages: [
                LMMessage(
                    role: "system",
                    text: "Your input fields are:\n1. `question` (str):\nYour output fields are:\n1. `answer` (str):"),
                LMMessage(
                    role: "user",
                    text:
                        "[[ ## question ## ]]\nWhat is the capital of France?\n\nRespond with the corresponding output "
                        + "fields, starting with the field `[[ ## answer ## ]]`."),
            ], options: ["max_tokens": 60])
        let answer = try await model.complete(question)
        #expect(answer.outputs[0].text?.isEmpty == false)
        #expect((answer.usage["completion_tokens"]?.int ?? 0) > 0)

        var told = ""
        var pieces = 0
        let streamed = try await model.stream(question) { event in
            if case .text(let text) = event {
                told += text
                pieces += 1
            }
        }
        #expect(streamed.outputs[0].text == told)
        #expect(pieces > 1)
        #expect((streamed.usage["completion_tokens"]?.int ?? 0) > 0)

        var structured = question
        structured.options["response_format"] = [
            "type": "json_schema",
            "json_schema": [
                "name": "Answer",
                "schema": [
                    "type": "object", "properties": ["answer": ["type": "string"], "n": ["type": "integer"]],
                    "required": ["answer", "n"],
                ],
            ],
        ]
        let request = structured
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<4 { group.addTask { try await model.complete(request).outputs[0].text ?? "" } }
            return try await group.reduce(into: [String]()) { $0.append($1) }
        }
        for text in texts {
            let value = try JSON(parsing: text)
            #expect(value["answer"]?.string != nil)
            #expect(value["n"]?.int != nil)
        }

        let other = try LocalModel("smollm2-135m", environment: environment) { _ in Issue.record("set up twice") }
        #expect(try await other.complete(question).outputs[0].text?.isEmpty == false)
        let lines = steps.withLock { $0 }
        let status = try LocalServerStatus(environment: environment)
        let address = try #require(status.address)
        #expect(lines.count == 4 && lines.last?.contains(address) == true, "\(lines)")
        #expect(status.isInstalled && status.idleSeconds == 60 && status.process != nil)
        #expect(await status.stop())
        #expect(try LocalServerStatus(environment: environment).address == nil)
    }
}
