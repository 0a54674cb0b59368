package import DSPyCore
package import DSPyProgram
import DSPySpec
import OrderedJSON

/// A program that is ready to answer requests.
///
/// A class, so that each request holds it by one reference.
package final class ServedProgram: Sendable {
    /// The first part of its routes.
    package let name: String
    /// What its bodies hold.
    let body: PredictBody
    /// What starts each run.
    let context: RunContext
    /// Its names in events.
    let labels: NodeNames
    /// Whom streams listen to, by the names that events give.
    let targets: [PredictorID: RunObserver.Target]
    /// The names of its outermost branches, where they can fail one by one.
    let branches: [String]
    /// What `/programs` says of it.
    let card: JSON
    let module: any Module
    private let ready: ReadyProgram
    private let makeTrace: (@Sendable (String) -> RunTrace)?

    /// A program.
    ///
    /// - Parameters:
    ///   - name: The first part of its routes.
    ///   - ready: The program, open until ``close()``.
    ///   - trace: Makes the trace of a module's runs, if runs are traced, by the request's id.
    ///   - warn: Takes warnings.
    /// - Throws: `ProgramError` when no model is configured; what a module throws that cannot be made.
    package init(
        name: String, _ ready: ReadyProgram, trace: ((any Module) -> @Sendable (String) -> RunTrace)? = nil,
        warn: @escaping @Sendable (String) -> Void
    ) throws {
        let checked = ready.checked
        self.name = name
        self.ready = ready
        body = PredictBody(ports: checked.inputs)
        context = try ready.context(warn: warn)
        module = try ready.module()
        labels = try NodeNames(module, checked, chosen: [])
        targets = labels.targets.mapValues { RunObserver.Target(name: $0.node, node: $0.node, fields: $0.fields) }
        branches = module is Branches ? checked.branches.map(\.name) : []
        card = try Self.card(name, checked)
        makeTrace = trace?(module)
    }

    /// Ends what its tools have started.
    package func close() async { await ready.close() }

    /// The context of one run, with its own usage.
    func context(of request: String) -> RunContext {
        var context = context
        context.usage = UsageTracker()
        context.trace = makeTrace?(request)
        return context
    }

    /// `INPUTS -> OUTPUTS`, in words for whoever starts the server.
    package var signature: String {
        let checked = ready.checked
        return checked.inputs.map(\.name).joined(separator: ", ") + " -> "
            + checked.outputs.map(\.name).joined(separator: ", ")
    }

    /// What events of a run begin with.
    var fingerprint: String {
        (try? ProgramFingerprint.parts(of: ready.checked, ready.models)["program"]?.string) ?? ""
    }

    /// The messages that a run would begin with, by module: `node`, `model`, `messages`.
    func prompts(_ inputs: ValueDict) throws -> [JSON] {
        try PromptPreview(ready.models).calls(ready.checked, inputs).map { call in
            [
                "node": .string(call.path.isEmpty ? "self" : call.path), "model": .string(call.model),
                "messages": .array(call.request.messages.map(\.json)),
            ]
        }
    }

    /// What a run has cost, as far as prices are known.
    func cost(of usage: UsageTracker) -> Double? { ready.cost(of: usage) }

    private static func card(_ name: String, _ checked: CheckedProgram) throws -> JSON {
        let schema = try ProgramSchema.schema(of: checked)
        var card: JSONObject = [
            "name": .string(name), "description": .string(checked.description ?? ""),
            "inputs": schema["inputs"] ?? [:], "outputs": schema["outputs"] ?? [:],
            "branches": .array(checked.branches.map { .string($0.name) }),
        ]
        let titles = checked.branches.compactMap { branch in branch.title.map { (branch.name, JSON.string($0)) } }
        if !titles.isEmpty { card["titles"] = .object(JSONObject(unique: titles)) }
        return .object(card)
    }
}
