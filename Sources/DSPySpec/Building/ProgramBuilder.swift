package import DSPy

/// Builds the modules of a checked program.
package struct ProgramBuilder {
    /// Makes the model that a file names.
    package typealias LMFactory = (LMSpec) throws -> any LanguageModel

    private let makeLM: LMFactory

    package init(makeLM: @escaping LMFactory) { self.makeLM = makeLM }

    /// The program as one module.
    package func build(_ program: CheckedProgram) throws -> any Module {
        let module = try build(program.root)
        guard let selected = program.selected else { return module }
        let outputs = selected.map { (name: $0.name, path: $0.path) }
        // The selection sees the scope of the top steps, not only the last one's outputs.
        if var pipeline = module as? Pipeline {
            pipeline.outputs = outputs
            return pipeline
        }
        let step = Pipeline.Step(
            name: program.root.name, module: module, inputs: program.root.inputs.map { ($0.name, [$0.name]) })
        return Pipeline(steps: [step], outputs: outputs)
    }

    private func build(_ node: CheckedNode) throws -> any Module {
        switch node.kind {
        case .predictor(let predictor): return try build(predictor)
        case .steps(let nodes): return Pipeline(steps: try nodes.map(step))
        case .branches(let nodes, let areNamed): return Branches(try nodes.map(step), areNamed: areNamed)
        case .program(let program): return try build(program)
        }
    }

    private func step(_ node: CheckedNode) throws -> Pipeline.Step {
        Pipeline.Step(name: node.name, module: try build(node), inputs: node.bindings.map { ($0.name, $0.path) })
    }

    private func build(_ predictor: CheckedPredictor) throws -> any Module {
        let lm = try predictor.lm.map(makeLM)
        let adapter = try predictor.adapter.map { try Self.adapter($0, makeLM) }
        switch predictor.module {
        case "ChainOfThought":
            return ChainOfThought(
                predictor.signature, demos: predictor.demos, config: predictor.config, lm: lm, adapter: adapter)
        default:
            return Predict(
                predictor.signature, demos: predictor.demos, config: predictor.config, lm: lm, adapter: adapter)
        }
    }

    /// The adapter that a file or a flag names.
    package static func adapter(_ spec: AdapterSpec, _ makeLM: LMFactory) throws -> any Adapter {
        switch spec {
        case .chat(let fallback): ChatAdapter(useJSONAdapterFallback: fallback)
        case .json: JSONAdapter()
        case .xml(let fallback): XMLAdapter(useJSONAdapterFallback: fallback)
        case .baml: BAMLAdapter()
        case .twoStep(let lm): TwoStepAdapter(extractionModel: try makeLM(lm))
        }
    }
}
