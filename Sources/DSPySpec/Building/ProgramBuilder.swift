package import DSPyCore

/// Builds the modules of a checked program.
package struct ProgramBuilder {
    /// Makes the model that a file names.
    package typealias LMFactory = (LMSpec) throws -> any LanguageModel
    /// Makes the tools of a file's entry, with all their arguments; an MCP server's entry gives several, or nil where the
    /// server is not asked.
    ///
    /// Fixed arguments (`bind`) are bound by the builder, and tools that are programs are made by it.
    package typealias ToolFactory = (ToolSpec) throws -> [Tool]?
    /// Makes the embedding model that a file names, `provider/model`.
    package typealias EmbedderFactory = (String) throws -> any Embedder

    let makeLM: LMFactory
    let makeTools: ToolFactory
    let makeInterpreter: CodeInterpreterFactory?
    let makeEmbedder: EmbedderFactory
    let readVariable: (String) -> String?

    /// A builder.
    ///
    /// - Parameters:
    ///   - makeLM: Makes the model that a file names.
    ///   - makeTools: Makes tools; asked once for each entry of each file, in the order of the files.
    ///   - makeInterpreter: Makes interpreters for `ProgramOfThought`, `CodeAct` and `RLM`; nil when there are none.
    ///   - makeEmbedder: Makes the embedding model that compares examples (`knn`).
    ///   - readVariable: The value of an environment variable that `bind` names.
    package init(
        makeLM: @escaping LMFactory,
        makeTools: @escaping ToolFactory = {
            throw ModuleError("ValueError", "nothing runs the tool `\($0.name)` here")
        },
        makeInterpreter: CodeInterpreterFactory? = nil,
        makeEmbedder: @escaping EmbedderFactory = {
            throw ModuleError("ValueError", "nothing compares examples with \($0) here")
        },
        readVariable: @escaping (String) -> String? = { _ in nil }
    ) {
        self.makeLM = makeLM
        self.makeTools = makeTools
        self.makeInterpreter = makeInterpreter
        self.makeEmbedder = makeEmbedder
        self.readVariable = readVariable
    }

    /// The tools that a program's own file describes, by its entries, with what `bind` fixes.
    package func tools(of program: CheckedProgram) throws -> [(entry: String, tools: [Tool])] {
        let shelf = try ToolShelf(program, self)
        return try program.ownTools.map { tool in
            (tool.spec.name, try shelf.tools(of: CheckedToolUse(tool: tool.spec.name, member: nil)))
        }
    }

    /// The program as one module.
    package func build(_ program: CheckedProgram) throws -> any Module { try build(program, lm: nil, ToolStore()) }

    /// - Parameter lm: A model in place of all that the program names.
    func build(_ program: CheckedProgram, lm: LMSpec?, _ store: ToolStore) throws -> any Module {
        let nodes = NodeBuilder(builder: self, store: store, tools: try store.shelf(of: program, self), lm: lm)
        guard let selected = program.selected else { return try nodes.build(program.root) }
        let outputs = selected.map { (name: $0.name, path: $0.path) }
        // The selection sees the scope of the top steps, not only the last one's outputs.
        if case .steps = program.root.kind, !program.root.hasStandIn {
            return try nodes.build(program.root, selecting: outputs)
        }
        let step = Pipeline.Step(
            name: program.root.name, module: try nodes.build(program.root),
            inputs: program.root.inputs.map { ($0.name, [$0.name]) })
        return Pipeline(steps: [step], outputs: outputs)
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
