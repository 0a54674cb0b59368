/// A module again and again, each round with what the ones before gave, a bounded number of times.
public struct Loop: Module {
    /// A list that grows by what each round gives.
    public struct Gathering: Sendable, Hashable {
        /// The name under which rounds, and whoever comes after the loop, find the list.
        public var name: String
        /// What a round adds: a path in its outputs; the items of a list, else the value itself.
        public var path: [String]
        /// Whether a value that is there already is left out.
        public var isUnique: Bool

        /// A list.
        public init(_ name: String, from path: [String], isUnique: Bool = false) {
            self.name = name
            self.path = path
            self.isUnique = isUnique
        }

        /// What the list is before the first round: empty, or the value that it starts with.
        static func beginning(_ value: Value?) -> [Value] {
            switch value {
            case nil, .null?: []
            case .list(let items)?, .tuple(let items)?, .set(let items)?, .frozenSet(let items)?: items
            case let value?: [value]
            }
        }
    }

    /// What runs.
    public var body: Pipeline.Step
    /// What decides after each round, over the inputs and the outputs of the round; nil for a loop that does all its rounds.
    public var condition: Expression?
    /// Whether the loop ends once the condition holds; else it goes on as long as it holds.
    public var isUntil: Bool
    /// The most rounds.
    public var max: Int
    /// Values of the first round, which rounds may replace; they hide inputs of the same names.
    public var start: ValueDict
    /// What is gathered over the rounds.
    public var gather: [Gathering]

    /// A loop.
    public init(
        _ body: Pipeline.Step, condition: Expression? = nil, isUntil: Bool = true, max: Int, start: ValueDict = [:],
        gather: [Gathering] = []
    ) {
        self.body = body
        self.condition = condition
        self.isUntil = isUntil
        self.max = Swift.max(1, max)
        self.start = start
        self.gather = gather
    }

    /// The module, as `body`.
    public var submodules: [(name: String, module: any Module)] { [("body", body.module)] }

    /// Runs the rounds; the outputs are those of the last one, and the gathered lists.
    ///
    /// - Throws: `ModuleError` when the condition has no value; what the body throws.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        var gathered = Prediction([:])
        for list in gather { gathered.fields[list.name] = .list(Gathering.beginning(start[list.name])) }
        var scope = Scope(inputs)
        scope.enter(Prediction(start), of: nil)
        scope.enter(gathered, of: nil)
        var last = Prediction([:])
        for _ in 0..<max {
            try Task.checkCancellation()
            last = try await body.run(in: scope, as: "body", context)
            scope.enter(last, of: body.name)
            add(last, to: &gathered)
            scope.enter(gathered, of: nil)
            if let condition, try condition.holds(in: scope, of: isUntil ? "until" : "while") == isUntil {
                return whole(last, gathered)
            }
        }
        if let condition {
            let state = isUntil ? "does not hold yet" : "still holds"
            context.warn(
                "loop: ended after \(max) round\(max == 1 ? "" : "s") although \"\(condition.text)\" \(state)")
        }
        return whole(last, gathered)
    }

    private func add(_ round: Prediction, to gathered: inout Prediction) {
        var given = Scope(round.fields)
        given.enter(round, of: body.name)
        for list in gather {
            guard case .list(var items)? = gathered.fields[list.name], let value = given.value(at: list.path) else {
                continue
            }
            for item in Gathering.beginning(value) where !list.isUnique || !items.contains(item) { items.append(item) }
            gathered.fields[list.name] = .list(items)
        }
    }

    private func whole(_ last: Prediction, _ gathered: Prediction) -> Prediction {
        var whole = last
        for (key, value) in gathered.fields { whole.fields[key] = value }
        return whole
    }
}
