import DSPyCore
import DSPySpec
import OrderedJSON
import TestSupport
import Testing

@testable import DSPyProgram

/// Programs whose examples and earlier turns are plain JSON, against what DSPy sends for values of the types themselves.
@Suite("Typed prompts")
struct TypedPromptTests {
    private static let cases = golden.filter { $0["program"] != nil }
    private static let agents = golden.filter { $0["program"] == nil }
    private static let golden =
        (try? (Golden.text(of: Golden.repository + "/Tests/Golden/typed_prompts.jsonl") ?? "").utf8
            .split(separator: 0x0A).map { try JSON(parsing: String(decoding: $0, as: UTF8.self)) }) ?? []

    /// A model's name that calls functions by itself; it is never asked.
    private static func models(_ name: String = "openai/gpt-4o-mini") -> ModelChoice {
        var settings = RunSettings(calls: .none, environment: ["OPENAI_API_KEY": "sk-test"])
        settings.lm = name
        return ModelChoice(settings)
    }

    /// The messages of the first call of a program.
    private static func messages(_ program: JSON, _ inputs: JSON) throws -> JSON {
        let program = try checked(program.text())
        var given = ValueDict()
        for port in program.inputs {
            if let value = inputs[port.name] { given[port.name] = try InputFitting.value(value, port) }
        }
        let calls = try PromptPreview(models()).calls(program, given)
        return .array(try #require(calls.first).request.messages.map(\.json))
    }

    @Test("the record is there")
    func record() { #expect(Self.cases.count == 88 && Self.agents.count == 2) }

    @Test("an example or an earlier turn is sent as Python sends it", arguments: cases)
    func typed(entry: JSON) throws {
        var program = try #require(entry["program"]?.object)
        program["adapter"] = entry["adapter"]
        let found = try Self.messages(.object(program), entry["inputs"] ?? [:])
        #expect(found == entry["messages"], "\(entry["id"]?.text() ?? ""): \(found.text())")
    }

    private static func agent(_ entry: JSON) -> JSON {
        [
            "module": "ReActV2", "signature": "question -> answer", "adapter": entry["adapter"] ?? .null,
            "tools": [
                "calc": ["description": "Adds.", "args": ["expression": "str"], "command": ["x", "{expression}"]]
            ],
        ]
    }

    @Test("an agent goes on with a conversation that was written down", arguments: agents)
    func secondRun(entry: JSON) throws {
        let found = try Self.messages(
            Self.agent(entry), ["question": "and now?", "history": entry["history"] ?? .null])
        #expect(found == entry["messages"], "\(entry["id"]?.text() ?? ""): \(found.text())")
    }

    @Test("the first request of an agent shows the tools in every format", arguments: ["chat", "json", "xml", "baml"])
    func firstRequest(adapter: String) throws {
        let program = try checked(Self.agent(["adapter": .string(adapter)]).text())
        let call = try #require(try PromptPreview(Self.models()).calls(program, ["question": "q"]).first)
        let names = call.request.options["tools"]?.array?.compactMap { $0["function"]?["name"]?.string }
        let isNative = adapter == "json" || adapter == "baml"
        #expect(names == (isNative ? ["calc", "submit"] : nil))
        let text = JSON.array(call.request.messages.map(\.json)).text()
        #expect(text.contains("whose description is <desc>Adds.</desc>") == !isNative)
        #expect(try ProgramFingerprint.parts(of: program, Self.models())["program"] != nil)
    }

    @Test("a demo whose object does not fit is told and sent as it stands")
    func unfit() throws {
        let text = #"{"signature": "image: dspy.Image -> a", "demos": [{"image": "no image", "a": "x"}]}"#
        let files = SpecFiles(
            read: { (_: String) throws(SpecFiles.Failure) -> [UInt8] in throw .missing }, resolve: { _ in nil })
        let outcome = SpecLoader(files: files).load(path: "p.json", bytes: Array(text.utf8))
        #expect(outcome.diagnostics.map(\.code) == [.demo])
        #expect(outcome.diagnostics.first?.message.contains("so it is sent as text") == true)
        let program = try #require(outcome.program)
        let call = try #require(try PromptPreview(Self.models()).calls(program, ["image": "x"]).first)
        #expect(JSON.array(call.request.messages.map(\.json)).text().contains("no image"))
    }
}
