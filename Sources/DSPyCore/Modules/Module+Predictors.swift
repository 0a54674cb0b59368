/// A predictor inside a program, by name.
public struct NamedPredictor: Sendable {
    /// DSPy's name: `self`, `predict`, `predict1.predict`, `steps[0]`.
    public var name: String
    /// The name of the module that the reader of a program knows: as `name`, but without the inside of a `ChainOfThought`.
    public var node: String
    /// The predictor.
    public var predict: Predict
    /// What the module around gives it at the first call beside the module's inputs.
    package var ownInputs: ValueDict = [:]
}

extension Module {
    /// DSPy's `named_predictors()`: all predictors inside, each once, in the order of the program.
    ///
    /// - Source: dspy/primitives/module.py (3.4.1), `named_parameters`.
    public func namedPredictors() -> [NamedPredictor] {
        var found: [NamedPredictor] = []
        var seen: Set<PredictorID> = []
        func visit(_ module: any Module, name: [String], node: [String], given: ValueDict = [:]) {
            if let predict = module as? Predict {
                guard seen.insert(predict.id).inserted else { return }
                found.append(
                    NamedPredictor(
                        name: Self.path(name), node: Self.path(node), predict: predict, ownInputs: given))
                return
            }
            for (part, inner) in module.submodules {
                // What only guards another module is no part of its path.
                guard !part.isEmpty else {
                    visit(inner, name: name, node: node)
                    continue
                }
                visit(
                    inner, name: name + [part], node: module is ChainOfThought ? node : node + [part],
                    given: module.ownInputs)
            }
        }
        visit(self, name: [], node: [])
        return found
    }

    private static func path(_ parts: [String]) -> String {
        parts.isEmpty ? "self" : parts.joined(separator: ".")
    }

    /// The modules among the stored properties, also inside arrays and dictionaries.
    public var submodules: [(name: String, module: any Module)] {
        Mirror(reflecting: self).children.flatMap { child -> [(name: String, module: any Module)] in
            guard let name = child.label else { return [] }
            if let module = child.value as? any Module { return [(name, module)] }
            if let modules = child.value as? [any Module] {
                return modules.enumerated().map { ("\(name)[\($0.offset)]", $0.element) }
            }
            if let modules = child.value as? [String: any Module] {
                return modules.sorted { $0.key < $1.key }.map { ("\(name)['\($0.key)']", $0.value) }
            }
            return []
        }
    }

    /// Runs the module as a part of a program: `forward`, with listeners told when it starts and ends.
    public func call(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        // Mostly nobody listens, and then nothing is kept for those who do.
        if context.trace == nil, context.observer == nil { return try await forward(inputs, in: context) }
        return try await traced(inputs, in: context)
    }

    @inline(never)
    private func traced(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        guard let trace = context.trace else { return try await observed(inputs, in: context) }
        let (kind, predictor) = ("\(type(of: self))", (self as? Predict)?.id)
        return try await trace.timed({ .module(kind: kind, predictor: predictor, inputs: inputs, outcome: $0) }) {
            try await observed(inputs, in: context)
        }
    }

    private func observed(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        guard let observer = context.observer else { return try await forward(inputs, in: context) }
        let kind = "\(type(of: self))"
        try await observer.emit(.moduleStart(kind: kind, inputs: inputs))
        do {
            let prediction = try await forward(inputs, in: context)
            try await observer.emit(.moduleEnd(kind: kind, outputs: prediction))
            return prediction
        } catch {
            try await observer.emit(.moduleEnd(kind: kind, outputs: nil))
            throw error
        }
    }
}
