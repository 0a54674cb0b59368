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

    /// What people see in place of the paths of module calls, where nodes on the way have titles; the call of a program of one call has the path
    /// "".
    package var titles: [String: String] {
        var titles: [String: String] = [:]
        title(path: [], shown: title.map { [$0] } ?? [], isTitled: title != nil, into: &titles)
        return titles
    }

    private func title(path: [String], shown: [String], isTitled: Bool, into titles: inout [String: String]) {
        switch kind {
        case .predictor: if isTitled { titles[path.joined(separator: ".")] = shown.joined(separator: ".") }
        case .program(let program): program.root.title(path: path, shown: shown, isTitled: isTitled, into: &titles)
        default: break
        }
        // A title of the whole program says nothing of one of its calls.
        let above = path.isEmpty ? [] : shown
        for (name, node) in children {
            node.title(
                path: path + [name], shown: above + [node.title ?? name],
                isTitled: !path.isEmpty && isTitled || node.title != nil, into: &titles)
        }
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
