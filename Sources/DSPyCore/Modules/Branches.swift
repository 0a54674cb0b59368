/// Modules at the same time.
///
/// The first failure cancels the others and is what the caller sees; in a sequential run the branches go one by one.
public struct Branches: Module {
    /// The branches; `name` is the output under which a named branch stands.
    public var branches: [Pipeline.Step]
    /// Whether each branch is one output of its own; else the fields of all are put together.
    public var areNamed: Bool

    /// Branches.
    public init(_ branches: [Pipeline.Step], areNamed: Bool) {
        self.branches = branches
        self.areNamed = areNamed
    }

    /// The branches, by their names or as `branches[0]`.
    public var submodules: [(name: String, module: any Module)] {
        branches.enumerated().map { ($1.name ?? "branches[\($0)]", $1.module) }
    }

    /// Runs all branches; the outputs stand in the order of the branches, whichever ends first.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        let scope = Scope(inputs)
        var predictions: [Prediction?] = Array(repeating: nil, count: branches.count)
        if context.isSequential {
            for (place, branch) in branches.enumerated() {
                predictions[place] = try await branch.run(in: scope, as: branch.name ?? "branches[\(place)]", context)
            }
        } else {
            try await withThrowingTaskGroup(of: (Int, Prediction).self) { group in
                for (place, branch) in branches.enumerated() {
                    group.addTask {
                        (place, try await branch.run(in: scope, as: branch.name ?? "branches[\(place)]", context))
                    }
                }
                for try await (place, prediction) in group { predictions[place] = prediction }
            }
        }
        var fields = ValueDict()
        for (branch, prediction) in zip(branches, predictions) {
            guard let prediction else { continue }
            if areNamed, let name = branch.name {
                fields[name] = .prediction(prediction)
            } else {
                for (key, value) in prediction.fields { fields[key] = value }
            }
        }
        return Prediction(fields)
    }
}
