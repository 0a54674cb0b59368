import Platform
import Basics
package import DSPyCore
package import DSPySpec

/// What the streamed calls and fields of a program are called.
package struct NodeNames: Sendable {
    /// A field that no call has.
    package struct UnknownField: Error, Sendable {
        /// As it was asked for.
        package let name: String
        /// Those that there are.
        package let known: [String]
    }

    /// The calls in the order of the program, each with the fields that are shown.
    package let nodes: [(name: String, fields: [String])]
    /// Which predictors are listened to, and for which fields.
    package let targets: [PredictorID: RunObserver.Target]
    private let kinds: [String: String]
    private let titles: [String: String]

    /// The calls of a program.
    ///
    /// - Parameter chosen: The fields to show, `answer` or `depth.insight`; all when empty.
    /// - Throws: `UnknownField` for a name that no call has.
    package init(_ module: any Module, _ program: CheckedProgram, chosen: [String]) throws {
        var nodes: [(name: String, fields: [String])] = []
        var targets: [PredictorID: RunObserver.Target] = [:]
        var known: [String] = []
        for predictor in module.namedPredictors() {
            let fields = predictor.predict.signature.outputs.map(\.name)
            known += fields + (predictor.node == "self" ? [] : fields.map { "\(predictor.node).\($0)" })
            let shown = fields.filter { field in
                chosen.isEmpty || chosen.contains(field) || chosen.contains("\(predictor.node).\(field)")
            }
            targets[predictor.predict.id] = RunObserver.Target(
                name: predictor.name, node: predictor.node, fields: chosen.isEmpty ? nil : Set(shown))
            if !shown.isEmpty { nodes.append((predictor.node, shown)) }
        }
        if let unknown = chosen.first(where: { !known.contains($0) }) {
            throw UnknownField(name: unknown, known: known)
        }
        self.nodes = nodes
        self.targets = targets
        kinds = Dictionary(program.root.predictors.map { ($0.path, Self.snakeCase($0.predictor.module.rawValue)) }) {
            first, _ in
            first
        }
        titles = program.root.titles
    }

    /// How many fields are shown.
    package var fieldCount: Int { nodes.reduce(0) { $0 + $1.fields.count } }

    /// The kind of module behind a node's name, as program files write it.
    package func kind(of node: String) -> String { kinds[node == "self" ? "" : node] ?? "predict" }

    /// What people see in place of a node's name; nil where no node on the way has a title.
    package func title(of node: String) -> String? { titles[node == "self" ? "" : node] }

    /// `ChainOfThought` as `chain_of_thought`.
    private static func snakeCase(_ name: String) -> String {
        name.enumerated().map { $1.isUppercase && $0 > 0 ? "_" + $1.lowercased() : $1.lowercased() }.joined()
    }

    /// What stands before a line of a field: the node, with the field where the node shows several.
    package func tag(_ node: String, _ field: String) -> String {
        let fields = nodes.first { $0.name == node }?.fields.count ?? 1
        if node == "self" { return field }
        return fields > 1 ? "\(node).\(field)" : node
    }
}
