import DSPyCore
import DSPySpec
import Synchronization
import TestModels

/// Things that a built program may reach: every tool echoes its arguments, every text has one vector.
enum TestBuilder {
    /// A builder whose models are recording ones.
    static var recording: ProgramBuilder { builder { RuleModel.ofFields($0.model, defaults: $0.options) } }

    /// A builder with a model of one's own.
    static func builder(_ makeLM: @escaping (LMSpec) throws -> any LanguageModel) -> ProgramBuilder {
        ProgramBuilder(
            makeLM: makeLM, makeTools: { tools($0) }, makeInterpreter: { _, _, _ in NoInterpreter() },
            makeEmbedder: { _ in FlatEmbedder() }, readVariable: { "the \($0)" })
    }

    /// The tools of an entry; a server has the two that the examples of the format speak of.
    static func tools(_ spec: ToolSpec) -> [Tool] {
        if case .mcp(let server) = spec.kind {
            return (server.allowed ?? ["read_file", "list"]).map { echo($0, [], extra: "arguments") }
        }
        let arguments = (spec.arguments ?? []).map {
            Tool.Argument($0.name, $0.type, defaultValue: $0.defaultValue, description: $0.description)
        }
        return [echo(spec.name, arguments, extra: spec.arguments == nil ? "arguments" : nil)]
    }

    private static func echo(_ name: String, _ arguments: [Tool.Argument], extra: String?) -> Tool {
        Tool(
            name: name, purpose: nil, arguments: arguments, extraArguments: extra,
            body: .sync { .string("\(name)\(Value.dict($0).pythonRepr)") })
    }
}

/// An interpreter that is never asked.
private struct NoInterpreter: CodeInterpreter {
    func execute(_ code: String, variables: ValueDict) async throws -> CodeOutcome { .output(.null) }
    func shutdown() async {}
}

/// An embedder to which all texts are the same.
private struct FlatEmbedder: Embedder {
    func embed(_ texts: [String]) async throws -> [[Float]] { texts.map { _ in [1] } }
}
