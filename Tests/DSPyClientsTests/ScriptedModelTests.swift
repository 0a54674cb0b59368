import DSPyCore
import OrderedJSON
import TestSupport
import Testing

@testable import DSPyClients

@Suite("Scripted models")
struct ScriptedModelTests {
    private func ask(_ model: ScriptedModel, _ text: String, _ options: JSONObject = [:]) async throws -> [String?] {
        let request = LMRequest(messages: [LMMessage(role: "user", text: text)], options: options)
        return try await model.complete(request).outputs.map(\.text)
    }

    @Test("answers come in order, several for n, and an empty script says so")
    func order() async throws {
        let model = ScriptedModel(["a", "b", "c"])
        #expect(try await ask(model, "1") == ["a"])
        #expect(try await ask(model, "2", ["n": 2]) == ["b", "c"])
        let error = await #expect(throws: LMError.self) { try await ask(model, "3") }
        #expect(error?.code == .unanswered)
        #expect(error?.message == "the script has 3 replies in order and this is request 4: \"3\"")
        #expect(model.requests.count == 3)
    }

    @Test(
        "a script is JSON Lines, an array or an object",
        arguments: [
            "\"x\"\n{\"capital\": \"Paris\"}\n\n{\"text\": \"y\"}\n", "[\"x\", {\"capital\": \"Paris\"}, \"y\"]",
            "// comment\n[\"x\", {\"capital\": \"Paris\"}, {\"text\": \"y\", \"finish_reason\": \"stop\"},]",
        ])
    func forms(text: String) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "script.jsonl")
        let model = try ScriptedModel(named: path, model: "scripted/" + path)
        #expect(try await ask(model, "the capital?") == ["Paris"])
        #expect(try await ask(model, "1") == ["x"])
        #expect(try await ask(model, "the capital?") == ["Paris"])
        #expect(try await ask(model, "2") == ["y"])
    }

    @Test("a script can fail, and broken scripts are named with their line")
    func failures() async throws {
        let script = try Script(
            parsing: Array("{\"error\": \"rate_limited\", \"message\": \"slow\"}\n".utf8), name: "s")
        let error = await #expect(throws: LMError.self) { try await ask(ScriptedModel(script), "x") }
        #expect(error?.description == "scripted/test: rate_limited: slow")
        let broken = #expect(throws: LMError.self) { try Script(parsing: Array("\"a\"\n{b\n".utf8), name: "s.jsonl") }
        #expect(broken?.message.hasPrefix("s.jsonl:2: ") == true)
        #expect(throws: LMError.self) { try Script(parsing: Array("{\"error\": \"nonsense\"}".utf8), name: "s") }
        #expect(throws: LMError.self) { try ScriptedModel(named: "/nowhere", model: "m") }
    }

    private static let chat = """
        Your input fields are:
        1. `question` (str):
        Your output fields are:
        1. `answer` (str): a (short) one
        2. `n` (int):
        3. `kind` (Literal['x', 'y']):
        4. `ok` (bool):
        5. `tags` (list[str]):
        All interactions will be structured in the following way, with the appropriate values filled in.

        [[ ## n ## ]]
        {n}        # note: the value you produce must be a single int value

        [[ ## kind ## ]]
        {kind}        # note: the value you produce must exactly match (no extra characters) one of: x; y

        [[ ## ok ## ]]
        {ok}        # note: the value you produce must be True or False

        [[ ## tags ## ]]
        {tags}        # note: the value you produce must adhere to the JSON schema: {"type": "array", "items": {"type": "string"}}

        [[ ## completed ## ]]
        """

    private func echo(_ system: String, _ user: String, _ options: JSONObject = [:]) -> String {
        let messages = [LMMessage(role: "system", text: system), LMMessage(role: "user", text: user)]
        return EchoAnswer(to: LMRequest(messages: messages, options: options)).text
    }

    @Test("echo fills the chat format with values that fit")
    func echoChat() {
        let user = "[[ ## question ## ]]\nWhat?\n\nRespond with the corresponding output fields, starting with …"
        #expect(
            echo(Self.chat, user)
                == "[[ ## answer ## ]]\nWhat?\n\n[[ ## n ## ]]\n1\n\n[[ ## kind ## ]]\nx\n\n[[ ## ok ## ]]\nTrue\n\n"
                + "[[ ## tags ## ]]\n[\"What?\"]\n\n[[ ## completed ## ]]")
    }

    @Test("echo fills the XML and the JSON format")
    func echoOthers() {
        let system = "Your output fields are:\n1. `n` (int):\n2. `a` (str):\nAll interactions will be structured in\n"
        let note = "{n}        # note: the value you produce must be a single int value"
        #expect(
            echo(
                system + "<n>\n\(note)\n</n>",
                "<q>\nhow?\n</q>\n\nRespond with the corresponding output fields wrapped in XML tags `<n>`.")
                == "<n>\n1\n</n>\n\n<a>\nhow?\n</a>")
        let user = "[[ ## q ## ]]\nhow?\n\nRespond with a JSON object in the following order of fields: `n`."
        #expect(echo(system + "{\n  \"n\": \"\(note)\"\n}", user) == #"{"n": 1, "a": "how?"}"#)
        let schema =
            #"{\n  "n": "{n}        # note: the value you produce must adhere to the JSON schema: {\"type\": \"boolean\"}",\n"#
        #expect(
            echo(system + schema.split(separator: #"\n"#).joined(separator: "\n"), user) == #"{"n": true, "a": "how?"}"#
        )
    }

    @Test("echo follows a response format, recursive types and limits included")
    func echoSchema() throws {
        let schema = try JSON(
            parsing: """
                {"$defs": {"T": {"type": "object", "properties": {"kids": {"type": "array", "items": {"$ref": "#/$defs/T"}},
                "v": {"type": "integer", "minimum": 3}}, "required": ["kids", "v"]}}, "type": "object",
                "properties": {"t": {"$ref": "#/$defs/T"}, "e": {"enum": ["b", "c"]}, "s": {"type": "string", "maxLength": 2},
                "m": {"anyOf": [{"type": "number", "exclusiveMinimum": 4}, {"type": "null"}]}}}
                """)
        let options: JSONObject = ["response_format": ["type": "json_schema", "json_schema": ["schema": schema]]]
        let value = try JSON(parsing: echo("", "hello", options))
        #expect(value["e"] == "b" && value["s"] == "he" && value["m"] == 4.5)
        #expect(value["t"]?["kids"]?.array?.first?["v"] == 3)
    }

    @Test(
        "echo answers every recorded prompt in its adapter's format",
        arguments: ["chat_prompts.jsonl", "json_prompts.jsonl", "xml_prompts.jsonl", "react.jsonl"])
    func echoGolden(file: String) throws {
        let lines = WireCase.golden(file)
        #expect(lines.count > 20)
        for line in lines {
            for asked in line["requests"]?.array ?? [] {
                let messages = (asked["messages"]?.array ?? []).map(WireCase.message)
                let options = asked["kwargs"]?.object ?? [:]
                let names = PromptField.outputs(of: messages.first?.allText ?? "").map(\.name)
                let text = EchoAnswer(to: LMRequest(messages: messages, options: options)).text
                let user = messages.last?.allText ?? ""
                #expect(!names.isEmpty, "\(line["id"]?.string ?? "")")
                if options["response_format"]?["json_schema"] != nil || user.contains("Respond with a JSON object") {
                    #expect(
                        try JSON(parsing: text).object?.keys.sorted() == names.sorted(), "\(line["id"]?.string ?? "")")
                } else if user.contains("XML tags") {
                    for name in names { #expect(text.contains("<\(name)>\n")) }
                } else {
                    for name in names { #expect(text.contains("[[ ## \(name) ## ]]\n")) }
                    #expect(text.hasSuffix("[[ ## completed ## ]]"))
                }
            }
        }
    }

    @Test("echo of a plain question repeats it, and an agent finishes at once")
    func echoRest() {
        #expect(echo("", "hello\nthere") == "hello there")
        let system =
            "Your output fields are:\n1. `next_tool_name` (Literal['search', 'finish']):\nAll interactions will be structured\n"
            + "{next_tool_name}        # note: the value you produce must exactly match (no extra characters) one of: search; finish"
        #expect(echo(system, "[[ ## q ## ]]\nx").contains("[[ ## next_tool_name ## ]]\nfinish"))
    }

    @Test("a script called - is a file of that name, never standard input")
    func dash() {
        let error = #expect(throws: LMError.self) { try LMFactory(environment: [:]).make("scripted/-") }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("no such file") == true)
    }
}
