import DSPyCore
import DSPySpec
import TestModels
import Testing

@testable import DSPyProgram

@Suite("What streamed calls and fields are called")
struct NodeNamesTests {
    private static let steps = """
        {"steps": [{"name": "depth", "module": "ChainOfThought", "signature": "q -> insight"},
          {"name": "sum", "signature": "insight -> title, text"}]}
        """

    private static func module(_ text: String) throws -> (CheckedProgram, any Module) {
        let program = try checked(text)
        return (program, try ProgramBuilder { RuleModel.ofFields($0.model) }.build(program))
    }

    private static func names(_ text: String, _ chosen: [String] = []) throws -> NodeNames {
        let (program, module) = try module(text)
        return try NodeNames(module, program, chosen: chosen)
    }

    @Test(
        "the fields that are chosen are shown, by their names or with their nodes'; all when none is",
        arguments: [
            ([], ["depth: reasoning, insight", "sum: title, text"]), (["text"], ["sum: text"]),
            (["depth.insight", "title"], ["depth: insight", "sum: title"]), (["sum.text", "text"], ["sum: text"]),
        ])
    func chosen(chosen: [String], expected: [String]) throws {
        let names = try Self.names(Self.steps, chosen)
        #expect(names.nodes.map { "\($0.name): \($0.fields.joined(separator: ", "))" } == expected)
        #expect(names.fieldCount == expected.joined().count { $0 == "," } + expected.count)
        // All predictors are known, so that what they do is told; fields that are not chosen are not listened to.
        #expect(names.targets.count == 2 && names.targets.values.allSatisfy { ($0.fields == nil) == chosen.isEmpty })
    }

    @Test(
        "a field that no call has is an error that knows those that there are", arguments: ["nothing", "sum.insight"])
    func unknown(name: String) throws {
        let error = #expect(throws: NodeNames.UnknownField.self) { try Self.names(Self.steps, ["text", name]) }
        #expect(error?.name == name)
        #expect(
            error?.known == [
                "reasoning", "insight", "depth.reasoning", "depth.insight", "title", "text", "sum.title", "sum.text",
            ])
    }

    @Test("a kind is a module's name as program files write it, in small letters")
    func kinds() throws {
        let names = try Self.names(Self.steps)
        #expect(names.kind(of: "depth") == "chain_of_thought" && names.kind(of: "sum") == "predict")
        let alone = #"{"module": "ChainOfThought", "signature": "q -> a"}"#
        #expect(try Self.names(alone).kind(of: "self") == "chain_of_thought")
    }

    @Test("a line's tag is the node, with the field where the node shows several; of a lone call it is the field")
    func tags() throws {
        let all = try Self.names(Self.steps)
        #expect(all.tag("sum", "text") == "sum.text" && all.tag("depth", "insight") == "depth.insight")
        #expect(try Self.names(Self.steps, ["text"]).tag("sum", "text") == "sum")
        #expect(try Self.names(#""q -> a, b""#).tag("self", "b") == "b")
    }
}
