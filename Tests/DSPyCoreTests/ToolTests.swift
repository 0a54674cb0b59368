import OrderedJSON
import Testing

@testable import DSPyCore

@Suite struct ToolTests {
    private let echo = Tool(
        name: "echo", purpose: "Echoes.",
        arguments: [
            Tool.Argument("text", .string), Tool.Argument("count", .integer, defaultValue: 2),
            Tool.Argument("secret", .string, description: "A key."),
        ], body: .sync { .dict($0) })

    @Test("a bound argument is neither shown nor taken from the model, and reaches the tool")
    func binding() async throws {
        let tool = try echo.binding(["secret": "s3"])
        #expect(!tool.description.pythonString.contains("secret"))
        #expect(try await tool.acall(["text": "hi"]) == .dict(["text": "hi", "count": 2, "secret": "s3"]))
        let error = await #expect(throws: ToolError.self) { try await tool.acall(["text": "hi", "secret": "mine"]) }
        #expect(error?.message == "Arg secret is not in the tool's args.")
    }

    @Test("only arguments that the tool has, of their types, can be bound")
    func badBinding() {
        #expect(throws: ToolError.self) { try echo.binding(["nothing": 1]) }
        #expect(throws: ToolError.self) { try echo.binding(["count": "many"]) }
    }

    @Test("missing arguments are told in Python's words")
    func missing() {
        func words(_ given: ValueDict) -> String? {
            #expect(throws: ToolError.self) { try echo.bound(given) }?.message
        }
        #expect(words([:]) == "echo() missing 2 required positional arguments: 'text' and 'secret'")
        #expect(words(["text": "x"]) == "echo() missing 1 required positional argument: 'secret'")
    }

    @Test("a record argument is shown in full and arrives as a record")
    func records() async throws {
        let person = FieldType.record(
            RecordType(name: "Person", doc: nil, fields: [.init(name: "name", type: .string)]))
        let tool = Tool(
            name: "greet", purpose: nil, arguments: [Tool.Argument("people", .list(person))], body: .sync { .dict($0) })
        #expect(tool.description.pythonString.contains("'properties': {'name': {'title': 'Name', 'type': 'string'}}"))
        #expect(!tool.description.pythonString.contains("$ref"))
        let given = try await tool.acall(["people": [.dict(["name": "Ann"])]])
        #expect(given.dict?["people"] == [.record(Record(type: "Person", fields: ["name": "Ann"]))])
    }

    @Test("what a model is told of a failure holds the class and the words, and no path of this machine")
    func report() {
        let error = ToolError("RuntimeError", "no backend \n")
        #expect(ToolError.report(of: error) == "\nTraceback (most recent call last):\nRuntimeError: no backend")
        let denied = ToolError.denied("needs --allow run:rg")
        #expect(denied.reason == .denied)
        #expect(ToolError.report(of: denied).hasSuffix("PermissionError: needs --allow run:rg"))
    }
}
