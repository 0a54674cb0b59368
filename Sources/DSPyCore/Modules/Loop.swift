/// A module again and again, each round with what the one before gave, a bounded number of times.
public struct Loop: Module {
    /// What runs.
    public var body: Pipeline.Step
    /// What decides after each round, over the inputs and the outputs of the round.
    public var condition: Expression
    /// Whether the loop ends once the condition holds; else it goes on as long as it holds.
    public var isUntil: Bool
    /// The most rounds.
    public var max: Int

    /// A loop.
    public init(_ body: Pipeline.Step, condition: Expression, isUntil: Bool, max: Int) {
        self.body = body
        self.condition = condition
        self.isUntil = isUntil
        self.max = Swift.max(1, max)
    }

    /// The module, as `body`.
    public var submodules: [(name: String, module: any Module)] { [("body", body.module)] }

    /// Runs the rounds; the outputs are those of the last one.
    ///
    /// - Throws: `ModuleError` when the condition has no value; what the body throws.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        var scope = Scope(inputs)
        var last = Prediction([:])
        for _ in 0..<max {
            try Task.checkCancellation()
            last = try await body.run(in: scope, as: "body", context)
            scope.enter(last, of: body.name)
            if try condition.holds(in: scope, of: isUntil ? "until" : "while") == isUntil { return last }
        }
        let state = isUntil ? "does not hold yet" : "still holds"
        context.warn(
            "loop: ended after \(max) round\(max == 1 ? "" : "s") although \"\(condition.text)\" \(state)")
        return last
    }
}
