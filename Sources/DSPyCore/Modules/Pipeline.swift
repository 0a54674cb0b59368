/// Modules one after another: each takes its inputs from what came before.
public struct Pipeline: Module {
    /// One step.
    public struct Step: Sendable {
        /// The name under which later steps find the whole prediction.
        public var name: String?
        /// What runs.
        public var module: any Module
        /// Where each input comes from: input name and path.
        public var inputs: [(name: String, path: [String])]

        /// A step.
        public init(name: String? = nil, module: any Module, inputs: [(name: String, path: [String])]) {
            self.name = name
            self.module = module
            self.inputs = inputs
        }

        /// The step's inputs out of a scope; what is not there is left out.
        private func inputs(from scope: Scope, as step: @autoclosure () -> String, in context: RunContext) -> ValueDict
        {
            var values = ValueDict()
            for (name, path) in inputs {
                guard let value = scope.value(at: path) else { continue }
                values[name] = value
                context.trace?.note(
                    .edge(from: path.joined(separator: "."), to: "\(step()).\(name)", value: value), .now)
            }
            return values
        }

        /// Runs the module with its inputs out of a scope.
        ///
        /// - Parameter label: The step's name for the trace.
        func run(in scope: Scope, as label: @autoclosure () -> String, _ context: RunContext) async throws -> Prediction
        {
            try await module.call(inputs(from: scope, as: label(), in: context), in: context)
        }
    }

    /// The steps in order.
    public var steps: [Step]
    /// What it returns, name and path; nil for the last step's prediction.
    public var outputs: [(name: String, path: [String])]?

    /// A pipeline.
    public init(steps: [Step], outputs: [(name: String, path: [String])]? = nil) {
        self.steps = steps
        self.outputs = outputs
    }

    /// The steps, by their names or as `steps[0]`.
    public var submodules: [(name: String, module: any Module)] {
        steps.enumerated().map { ($1.name ?? "steps[\($0)]", $1.module) }
    }

    /// Runs the steps.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        var scope = Scope(inputs)
        var last = Prediction([:])
        for (place, step) in steps.enumerated() {
            last = try await step.run(in: scope, as: step.name ?? "steps[\(place)]", context)
            scope.enter(last, of: step.name)
        }
        guard let outputs else { return last }
        return Prediction(ValueDict(outputs.map { ($0.name, scope.value(at: $0.path) ?? .null) }))
    }
}
