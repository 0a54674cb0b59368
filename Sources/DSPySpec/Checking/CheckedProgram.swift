package import DSPyCore
package import OrderedJSON

/// A program whose names and types hold: what it takes, what it gives, and how its nodes hang together.
package struct CheckedProgram: Sendable {
    /// The program's name.
    package let name: String
    /// What it is for.
    package let description: String?
    /// DSPy's settings.
    package let settings: Settings
    /// What it takes, in the order in which its nodes ask.
    package let inputs: [Port]
    /// What it gives.
    package let outputs: [Port]
    package let root: CheckedNode
    /// The tools that the file itself describes.
    package let ownTools: [CheckedTool]
    /// Which outputs it returns, name and path; nil for the node's own.
    package let selected: [Binding]?
    /// Inputs with what to expect.
    package let tests: [ProgramSpec.Test]
    /// Tells this program from others with the same text.
    let identity = Identity()

    /// What a program is known by while it is built; copies share it.
    final class Identity: Sendable {}

    /// What it takes as a tool: a conversation of its own is nothing that a caller chooses.
    package var arguments: [Port] { inputs.filter { !$0.isNamedOnly } }

    /// The branches of a top-level `parallel` object with their titles; empty for any other program.
    package var branches: [(name: String, title: String?)] {
        switch root.kind {
        case .branches(let nodes, areNamed: true): nodes.map { ($0.name ?? "", $0.title) }
        default: []
        }
    }

    /// All tools: the file's own, then those of the programs inside, also of those that are tools.
    package var tools: [ToolSpec] {
        ownTools.map(\.spec) + ownTools.flatMap { $0.program?.tools ?? [] } + root.programs.flatMap(\.tools)
    }
}

/// A tool of a file.
package struct CheckedTool: Sendable {
    /// What the file says of it.
    package let spec: ToolSpec
    /// What it runs, if it is a program.
    package let program: CheckedProgram?
}

/// A tool that a node may call.
package struct CheckedToolUse: Sendable, Hashable {
    /// The tool's name in the file.
    package let tool: String
    /// One of the tools of an MCP server; nil for all that the name stands for.
    package let member: String?
}

/// A name and the path it is bound to.
package struct Binding: Sendable, Hashable {
    package let name: String
    /// Where the value is found in the scope.
    package let path: [String]
}

/// A checked node.
package struct CheckedNode: Sendable {
    /// What a node is.
    package indirect enum Kind: Sendable {
        /// One module call.
        case predictor(CheckedPredictor)
        /// Nodes one after another.
        case steps([CheckedNode])
        /// Nodes at the same time; named or merged.
        case branches([CheckedNode], areNamed: Bool)
        /// One of several nodes by the value of a field.
        case switched(CheckedSwitch)
        /// One of two nodes by an expression.
        case conditional(Expression, then: CheckedNode, otherwise: CheckedNode?)
        /// A node for every item of a list.
        case forEach(CheckedForEach)
        /// A node again and again.
        case loop(CheckedLoop)
        /// A node inside `BestOfN`, `Refine` or `Majority`.
        case attempts(CheckedAttempts)
        /// A tool call without a model.
        case tool(CheckedToolCall)
        /// Another program.
        case program(CheckedProgram)
    }

    /// What it is.
    package let kind: Kind
    /// The name by which others refer to it; for a named branch, the branch's name.
    package internal(set) var name: String?
    /// What people see in place of the name; no prompt and no fingerprint has it.
    package let title: String?
    /// What it takes.
    package let inputs: [Port]
    /// What it gives.
    package let outputs: [Port]
    /// Where each input comes from in the scope around it.
    package let bindings: [Binding]
    /// What stands around it.
    package var guards = CheckedGuards()
}

/// A module call with all that enclosing nodes say.
package struct CheckedPredictor: Sendable {
    package let module: ModuleKind
    /// The signature as it is written, without reasoning.
    package let signature: Signature
    /// Examples.
    package let demos: [ValueDict]
    /// LM keyword arguments.
    package let config: JSONObject
    /// Its model, if one is named here or around.
    package let lm: LMSpec?
    /// Its adapter, if one is named here or around.
    package let adapter: AdapterSpec?
    /// The tools that the module may call, in order; empty for one that calls none.
    package let tools: [CheckedToolUse]
    /// How many rounds an agent may take; nil for DSPy's default.
    package let maxIters: Int?
    /// How many attempts `MultiChainComparison` compares; nil for DSPy's default.
    package let comparisons: Int?
    /// How examples are chosen; nil for all.
    package let knn: KNNSpec?

    /// The signature as prompts show it.
    package var promptSignature: Signature {
        module == .chainOfThought ? ChainOfThought.extended(signature) : signature
    }
}
