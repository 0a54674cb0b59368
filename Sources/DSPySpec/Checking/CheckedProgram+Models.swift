extension CheckedProgram {
    /// The modules of all calls, those inside other programs included.
    package var modules: [ModuleKind] {
        root.predictors.map(\.predictor.module) + ownTools.flatMap { $0.program?.modules ?? [] }
    }

    /// Every model that the program names: for its calls, as a stand-in, and in adapters; those of programs inside and of
    /// programs that are tools as well.
    package var models: [LMSpec] { root.models + ownTools.flatMap { $0.program?.models ?? [] } }

    /// Every embedding model that the program names.
    package var embedders: [String] { root.embedders + ownTools.flatMap { $0.program?.embedders ?? [] } }

    /// Whether some call names no model of its own, those of programs inside and of tools included.
    package var takesDefaultModel: Bool {
        root.takesDefaultModel || ownTools.contains { $0.program?.takesDefaultModel ?? false }
    }
}

extension CheckedNode {
    fileprivate var models: [LMSpec] {
        var models: [LMSpec] = []
        switch kind {
        case .predictor(let predictor):
            if let lm = predictor.lm { models.append(lm) }
            if case .twoStep(let lm)? = predictor.adapter { models.append(lm) }
        case .program(let program): models += program.models
        default: break
        }
        if case .lm(let lm)? = guards.fallback { models.append(lm) }
        return models + children.flatMap { $0.node.models }
    }

    fileprivate var embedders: [String] {
        switch kind {
        case .predictor(let predictor): (predictor.knn.map { [$0.embedder] } ?? []) + inner
        case .program(let program): program.embedders + inner
        default: inner
        }
    }

    private var inner: [String] { children.flatMap { $0.node.embedders } }

    fileprivate var takesDefaultModel: Bool {
        let itself =
            switch kind {
            case .predictor(let predictor): predictor.lm == nil
            case .program(let program): program.takesDefaultModel
            // What it says about an attempt comes from the run's model.
            case .attempts: true
            default: false
            }
        return itself || children.contains { $0.node.takesDefaultModel }
    }
}
