extension CheckedNode {
    /// Whether some module names no model of its own.
    package var needsDefaultModel: Bool {
        let itself =
            switch kind {
            case .predictor(let predictor): predictor.lm == nil
            case .program(let program): program.root.needsDefaultModel
            default: false
            }
        return itself || children.contains { $0.node.needsDefaultModel }
    }

    /// The module calls in program order, each with its path of names.
    package var predictors: [(path: String, predictor: CheckedPredictor, bindings: [Binding])] {
        predictors(path: [])
    }

    private func predictors(path: [String]) -> [(path: String, predictor: CheckedPredictor, bindings: [Binding])] {
        let inner = children.flatMap { $0.node.predictors(path: path + [$0.name]) }
        switch kind {
        case .predictor(let predictor): return [(path.joined(separator: "."), predictor, bindings)] + inner
        case .program(let program): return program.root.predictors(path: path) + inner
        default: return inner
        }
    }
}
