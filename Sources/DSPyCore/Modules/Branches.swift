/// Modules at the same time.
///
/// The first failure cancels the others and is what the caller sees, unless somebody listens for branches that fail
/// (`RunContext.branchFailed`): then the others run to their end. In a sequential run the branches go one by one.
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
        if context.branchFailed != nil {
            predictions = try await eachByItself(scope, context)
        } else if context.isSequential {
            for (place, branch) in branches.enumerated() {
                predictions[place] = try await branch.run(in: scope, as: name(place), context)
            }
        } else {
            try await withThrowingTaskGroup(of: (Int, Prediction).self) { group in
                for (place, branch) in branches.enumerated() {
                    group.addTask { (place, try await branch.run(in: scope, as: name(place), context)) }
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

    private func name(_ place: Int) -> String { branches[place].name ?? "branches[\(place)]" }

    /// Runs all branches to their ends, and tells of each that fails when it does.
    ///
    /// - Throws: `BranchFailures` when any failed.
    @inline(never)  // rare: its frame is no part of a waiting row's
    private func eachByItself(_ scope: Scope, _ context: RunContext) async throws -> [Prediction?] {
        var inner = context
        // Only the outermost branches are somebody's panes.
        inner.branchFailed = nil
        let (tell, handed) = (context.branchFailed, inner)
        let outcomes = try await withThrowingTaskGroup(of: (Int, Result<Prediction, any Error>).self) { group in
            var outcomes: [Result<Prediction, any Error>?] = Array(repeating: nil, count: branches.count)
            for (place, branch) in branches.enumerated() {
                group.addTask {
                    do {
                        return (place, .success(try await branch.run(in: scope, as: name(place), handed)))
                    } catch {
                        try Task.checkCancellation()
                        try await tell?(name(place), error)
                        return (place, .failure(error))
                    }
                }
                if context.isSequential, let (place, outcome) = try await group.next() { outcomes[place] = outcome }
            }
            for try await (place, outcome) in group { outcomes[place] = outcome }
            return outcomes
        }
        for case .failure(let error)? in outcomes { throw BranchFailures(first: error) }
        return outcomes.map { try? $0?.get() }
    }
}

/// Branches failed that were told of one by one.
package struct BranchFailures: Error {
    /// The failure of the first one, in the order of the branches.
    package let first: any Error
}
