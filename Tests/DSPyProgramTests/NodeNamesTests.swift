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

    @Test(
        "what people see is the node's title in place of its name; without any title on the way it is nothing",
        arguments: [
            (#"{"title": "T", "signature": "q -> a"}"#, "self", "T"),
            (#"{"title": "T", "parallel": {"x": {"title": "深さ", "signature": "q -> a"}, "y": "q -> a"}}"#, "x", "深さ"),
            (#"{"title": "T", "parallel": {"x": {"title": "X", "signature": "q -> a"}, "y": "q -> a"}}"#, "y", nil),
            (#"{"parallel": {"x": {"title": "X", "steps": ["q -> a", "a -> b"]}}}"#, "x.steps[1]", "X.steps[1]"),
            (
                #"{"parallel": {"x": {"steps": [{"name": "s", "title": "S", "signature": "q -> a"}]}}}"#, "x.s", "x.S"
            ), (#""q -> a""#, "self", nil),
        ])
    func titles(text: String, node: String, expected: String?) throws {
        let names = try Self.names(text)
        #expect(names.nodes.contains { $0.name == node })
        #expect(names.title(of: node) == expected)
    }

    @Test("a title changes no prompt and no fingerprint, not even where a prompt shows the text of a node")
    func silent() throws {
        let plain = """
            {"steps": [{"name": "s", "signature": "q -> a"},
              {"module": "Refine", "of": {"steps": [{"signature": "a -> title"},
                {"signature": "title -> b", "in": {"title": "title"}}]}, "n": 2, "reward": "len(b)"}]}
            """
        let titled = plain.replacing(#""signature": "q -> a""#, with: #""title": "One", "signature": "q -> a""#)
            .replacing(#""of": {"steps""#, with: #""of": {"title": "Two", "steps""#)
            .replacing(#"{"signature": "a -> title"}"#, with: #"{"signature": "a -> title", "title": "Three"}"#)
            .replacing(#""in": {"title": "title"}}"#, with: #""in": {"title": "title"}, "title": "Four"}"#)
        #expect(titled.ranges(of: "One").count + titled.ranges(of: "Four").count == 2)
        #expect(try Self.shownText(of: checked(titled)) == Self.shownText(of: checked(plain)))
        #expect(try Self.shownText(of: checked(plain)).contains(#""in": {"title": "title"}"#))
        #expect(ProgramGraph.text(try checked(titled)) == ProgramGraph.text(try checked(plain)))
    }

    /// The text of a node that `Refine` shows to a model.
    private static func shownText(of program: CheckedProgram) throws -> String {
        guard case .steps(let nodes) = program.root.kind, case .attempts(let attempts) = nodes[1].kind else {
            return ""
        }
        return attempts.text
    }

    @Test("a line's tag is the node, with the field where the node shows several; of a lone call it is the field")
    func tags() throws {
        let all = try Self.names(Self.steps)
        #expect(all.tag("sum", "text") == "sum.text" && all.tag("depth", "insight") == "depth.insight")
        #expect(try Self.names(Self.steps, ["text"]).tag("sum", "text") == "sum")
        #expect(try Self.names(#""q -> a, b""#).tag("self", "b") == "b")
    }
}
