import DSPyCore
import OrderedJSON

/// Builds the modules of a program's nodes.
struct NodeBuilder {
    let builder: ProgramBuilder
    let store: ToolStore
    let tools: ToolShelf
    /// A model in place of all that the nodes name; nil for theirs.
    let lm: LMSpec?

    /// - Parameter outputs: What the steps of the node return, if it is not the last one's outputs.
    func build(_ node: CheckedNode, selecting outputs: [(name: String, path: [String])]? = nil) throws -> any Module {
        let module = try attempt(node, outputs)
        guard let fallback = node.guards.fallback else { return module }
        let other: Pipeline.Step
        switch fallback {
        case .node(let node): other = try step(node)
        case .lm(let lm):
            let stand = NodeBuilder(builder: builder, store: store, tools: tools, lm: lm)
            other = Pipeline.Step(
                module: try stand.attempt(node, outputs), inputs: node.inputs.map { ($0.name, [$0.name]) })
        }
        return Fallback(module, other: other)
    }

    /// The module with its own limits, without what stands in for it.
    private func attempt(_ node: CheckedNode, _ outputs: [(name: String, path: [String])]?) throws -> any Module {
        var module = try bare(node)
        if let outputs, var pipeline = module as? Pipeline {
            pipeline.outputs = outputs
            module = pipeline
        }
        if let seconds = node.guards.timeout { module = TimeLimit(module, seconds: seconds) }
        if let retry = node.guards.retry { module = Retry(module, attempts: retry.attempts, wait: retry.wait) }
        return module
    }

    private func bare(_ node: CheckedNode) throws -> any Module {
        switch node.kind {
        case .predictor(let predictor): return try build(predictor)
        case .steps(let nodes): return Pipeline(steps: try nodes.map(step))
        case .branches(let nodes, let areNamed): return Branches(try nodes.map(step), areNamed: areNamed)
        case .switched(let choice):
            return Switch(
                path: choice.path, cases: try choice.cases.map { ($0.label, try step($0.node)) },
                otherwise: try choice.otherwise.map(step))
        case .conditional(let condition, let then, let otherwise):
            return Conditional(if: condition, then: try step(then), else: try otherwise.map(step))
        case .forEach(let map):
            return ForEach(
                map.list, as: map.item, do: try step(map.body), keeping: map.kept, output: map.output,
                concurrency: map.concurrency, onError: map.onError)
        case .loop(let loop):
            return Loop(
                try step(loop.body), condition: loop.condition, isUntil: loop.isUntil, max: loop.max, start: loop.start,
                gather: loop.gather)
        case .attempts(let attempts): return try build(attempts, node)
        case .tool(let call):
            return ToolStep(try tool(call), constants: call.constants, output: call.output)
        case .program(let program): return try builder.build(program, lm: lm, store)
        }
    }

    private func step(_ node: CheckedNode) throws -> Pipeline.Step {
        Pipeline.Step(name: node.name, module: try build(node), inputs: try inputs(of: node))
    }

    /// Where inputs come from.
    ///
    /// What a server's tool takes is known by now: the arguments that it must have and that nothing names come from the
    /// scope, as those of other tools do.
    private func inputs(of node: CheckedNode) throws -> [(name: String, path: [String])] {
        let named = zip(node.inputs, node.bindings).filter { !$0.0.isImplied }.map { ($1.name, $1.path) }
        guard case .tool(let call) = node.kind, call.tool.member != nil else { return named }
        let own = try tool(call).arguments.filter { argument in
            !argument.isOptional && call.constants[argument.name] == nil
                && !named.contains { $0.0.hasSameBytes(as: argument.name) }
        }
        return named + own.map { ($0.name, [$0.name]) }
    }

    private func tool(_ call: CheckedToolCall) throws -> Tool {
        if let tool = try tools.tools(of: call.tool).first { return tool }
        // Nobody asked the server: what is built is looked at and does not run.
        return Tool(name: call.tool.member ?? call.tool.tool, purpose: nil, body: .sync { _ in .null })
    }

    private func build(_ predictor: CheckedPredictor) throws -> any Module {
        let lm = try (lm ?? predictor.lm).map(builder.makeLM)
        let adapter = try predictor.adapter.map { try ProgramBuilder.adapter($0, builder.makeLM) }
        let factory = ModuleFactory(
            predictor: predictor, lm: lm, adapter: adapter, tools: try predictor.tools.flatMap(tools.tools),
            makeInterpreter: builder.makeInterpreter)
        guard let knn = predictor.knn else { return try factory.module(demos: predictor.demos) }
        return KNNFewShot(
            try factory.module(demos: []), k: knn.k, trainset: predictor.demos,
            inputNames: predictor.signature.inputs.map(\.name), embedder: try builder.makeEmbedder(knn.embedder))
    }

    private func build(_ attempts: CheckedAttempts, _ node: CheckedNode) throws -> any Module {
        var inner = try step(attempts.body)
        let isSame =
            inner.inputs.allSatisfy { [$0.name] == $0.path } && inner.inputs.map(\.name) == node.inputs.map(\.name)
        if !isSame {
            // The attempts get what the reward reads as well; the node inside only what it takes.
            inner.name = ""
            inner.module = Pipeline(steps: [inner])
        }
        return ModuleFactory.module(attempts, around: inner.module)
    }
}

extension CheckedNode {
    /// Whether another node may answer in its place.
    var hasStandIn: Bool { if case .node? = guards.fallback { true } else { false } }
}
