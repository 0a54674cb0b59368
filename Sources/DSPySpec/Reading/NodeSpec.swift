package import DSPyCore
package import OrderedJSON

/// One node of a program as the file says it, before its names and types are checked.
package struct NodeSpec: Sendable {
    /// What a node is.
    package indirect enum Kind: Sendable {
        /// One module call.
        case signature(SignatureSpec)
        /// Nodes one after another.
        case steps([NodeSpec])
        /// Nodes at the same time whose outputs are merged.
        case merged([NodeSpec])
        /// Nodes at the same time whose outputs are kept by name.
        case branches([Branch])
        /// One of several nodes by the value of a field.
        case switched(SwitchSpec)
        /// One of two nodes by an expression.
        case conditional(ConditionSpec)
        /// A node for every item of a list.
        case forEach(ForEachSpec)
        /// A node again and again.
        case loop(LoopSpec)
        /// A node inside `BestOfN`, `Refine` or `Majority`.
        case attempts(AttemptsSpec)
        /// A tool call without a model.
        case tool(ToolCallSpec)
        /// Another program file, read.
        case program(ProgramSpec)
        /// Nothing that could be read; the fault is already told.
        case invalid
    }

    /// A named branch.
    package struct Branch: Sendable {
        let name: String
        let node: NodeSpec
    }

    /// Where an input of the node comes from.
    package struct Rename: Sendable {
        let input: String
        let inputRange: Range<TextPosition>
        let path: [String]
        let pathRange: Range<TextPosition>
    }

    var kind: Kind
    var name: String?
    var nameRange: Range<TextPosition>?
    /// What people see in place of the name.
    var title: String?
    var renames: [Rename] = []
    /// The module of the signatures here and inside; that of a node with `of` stands in its kind.
    var module: ModuleKind?
    /// Further attempts after a failure that may pass.
    var retry: RetrySpec?
    /// How many seconds an attempt may take.
    var timeout: Double?
    /// What answers when the node fails.
    var fallback: FallbackSpec?
    var lm: LMSpec?
    var adapter: AdapterSpec?
    var config: JSONObject = [:]
    /// The whole node.
    var range: Range<TextPosition>
    let source: SpecSource
}

/// A signature node.
package struct SignatureSpec: Sendable {
    /// The fields with descriptions, defaults, constraints and instructions.
    var signature: Signature
    /// Where each field's name stands in the signature string, in Unicode scalars.
    let places: [String: Range<Int>]
    let demos: [ValueDict]
    let generations: Int?
    /// The tools that the module may call; nil for all.
    let use: [ToolUseSpec]?
    let maxIters: Int?
    /// How many attempts `MultiChainComparison` compares.
    let comparisons: Int?
    let knn: KNNSpec?
    /// Where the keys stand that not every module takes.
    let keyRanges: [String: Range<TextPosition>]
    /// The signature string.
    let text: PositionedJSON
}

extension NodeSpec {
    /// The node with what is said of its signature elsewhere.
    func with(_ details: SignatureDetails) -> NodeSpec {
        var copy = self
        copy.module = details.module ?? module
        guard case .signature(var spec) = kind, let instructions = details.instructions else { return copy }
        spec.signature = Signature(fields: spec.signature.fields, instructions: instructions)
        copy.kind = .signature(spec)
        return copy
    }
}

/// A model as a file names it.
package struct LMSpec: Sendable, Hashable {
    /// `provider/model`.
    package var model: String
    /// Its keyword arguments.
    package var options: JSONObject

    package init(model: String, options: JSONObject = [:]) {
        self.model = model
        self.options = options
    }
}

/// An adapter as a file names it.
package indirect enum AdapterSpec: Sendable, Hashable {
    /// `chat`.
    case chat(useJSONAdapterFallback: Bool)
    /// `json`.
    case json
    /// `xml`.
    case xml(useJSONAdapterFallback: Bool)
    /// `baml`.
    case baml
    /// `two_step`, with the model that extracts.
    case twoStep(LMSpec)
}

/// A whole file: its header and its node.
package struct ProgramSpec: Sendable {
    /// The name, or the file's.
    package let name: String
    /// What it is for.
    package let description: String?
    /// DSPy's settings.
    package let settings: Settings
    package let root: NodeSpec
    /// The file's own tools.
    package let tools: [ToolDeclaration]
    /// What it returns: name and path; nil for the node's own outputs.
    package let outputs: [Output]?
    /// Inputs with what to expect.
    package let tests: [Test]

    /// One output of the program.
    package struct Output: Sendable {
        let name: String
        let path: [String]
        let range: Range<TextPosition>
    }

    /// One test.
    package struct Test: Sendable {
        package let inputs: JSONObject
        /// The expression that must hold of the outputs.
        package let expect: String
        /// Where the inputs stand.
        let range: Range<TextPosition>
        /// Where the name of each input stands.
        let inputRanges: [(name: String, range: Range<TextPosition>)]
        /// The expression, read.
        let expression: ExpressionSpec
    }
}
