package import DSPyCore

/// What stands around a node.
package struct CheckedGuards: Sendable {
    /// How many seconds an attempt may take.
    package var timeout: Double?
    /// Further attempts after a failure that may pass.
    package var retry: RetrySpec?
    /// What answers when the node fails.
    package var fallback: CheckedFallback?
}

/// What answers when a node fails.
package indirect enum CheckedFallback: Sendable {
    /// The same node with another model.
    case lm(LMSpec)
    /// Another node, whose inputs are the node's.
    case node(CheckedNode)
}

/// A branch by the value of a field.
package struct CheckedSwitch: Sendable {
    package let path: [String]
    /// The nodes by the text of their value.
    package let cases: [(label: String, node: CheckedNode)]
    /// The node of every other value.
    package let otherwise: CheckedNode?
}

/// A node for every item of a list.
package struct CheckedForEach: Sendable {
    package let list: [String]
    /// The name of an item.
    package let item: String
    package let body: CheckedNode
    /// What is kept of every item; nil for the whole prediction.
    package let kept: [String]?
    /// The output that holds the results.
    package let output: String
    /// How many items at once.
    package let concurrency: Int
    /// What becomes of an item that fails.
    package let onError: ForEach.ErrorPolicy
}

/// A node again and again.
package struct CheckedLoop: Sendable {
    package let body: CheckedNode
    /// What ends the loop before `max`; nil for nothing.
    package let condition: Expression?
    /// Whether it ends once the condition holds; else it goes on as long as it holds.
    package let isUntil: Bool
    /// The most rounds.
    package let max: Int
    /// Values of the first round.
    package let start: ValueDict
    /// What is gathered over the rounds.
    package let gather: [Loop.Gathering]
}

/// A node inside `BestOfN`, `Refine` or `Majority`.
package struct CheckedAttempts: Sendable {
    package let module: AttemptsKind
    package let body: CheckedNode
    /// How many attempts; nil for `Majority`, which counts the generations of one.
    package let count: Int?
    /// The reward that is good enough.
    package let threshold: Double?
    /// What rates an attempt, over its inputs and outputs.
    package let reward: Expression?
    /// The output that votes in `Majority`; nil for the last.
    package let field: String?
    /// The text of the node as the file has it, without titles.
    package let text: String
}

/// A call of a tool without a model; the node's inputs are the arguments.
package struct CheckedToolCall: Sendable {
    package let tool: CheckedToolUse
    /// Arguments with a fixed value.
    package let constants: ValueDict
    /// The output that holds the result; nil where the result's members are the outputs.
    package let output: String?
}

extension CheckedNode {
    /// The nodes directly inside, by the names that their modules have: `steps[0]`, `cases['low']`, `do`, `fallback`, ….
    package var children: [(name: String, node: CheckedNode)] {
        var children: [(name: String, node: CheckedNode)]
        switch kind {
        case .predictor, .tool, .program: children = []
        case .steps(let nodes): children = nodes.enumerated().map { ($1.name ?? "steps[\($0)]", $1) }
        case .branches(let nodes, _): children = nodes.enumerated().map { ($1.name ?? "branches[\($0)]", $1) }
        case .switched(let choice):
            children = choice.cases.map { ("cases['\($0.label)']", $0.node) }
            if let node = choice.otherwise { children.append(("else", node)) }
        case .conditional(_, let then, let otherwise):
            children = [("then", then)]
            if let otherwise { children.append(("else", otherwise)) }
        case .forEach(let map): children = [("do", map.body)]
        case .loop(let loop): children = [("body", loop.body)]
        case .attempts(let attempts): children = [("module", attempts.body)]
        }
        if case .node(let node)? = guards.fallback { children.append(("fallback", node)) }
        return children
    }

    /// The programs inside, in order, but not those inside them.
    package var programs: [CheckedProgram] {
        if case .program(let program) = kind { return [program] + children.flatMap { $0.node.programs } }
        return children.flatMap { $0.node.programs }
    }
}
