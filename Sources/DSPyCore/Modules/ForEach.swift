/// A module for every item of a list: a bounded number at a time, results in the order of the items.
public struct ForEach: Module {
    /// What becomes of an item whose run fails.
    public enum ErrorPolicy: String, Sendable, Hashable, CaseIterable {
        /// The first failure ends the others, and is what the caller sees.
        case fail
        /// The item is left out of the results.
        case skip
        /// Its result is None.
        case null
    }

    /// The list: a path in the inputs.
    public var list: [String]
    /// The name under which the module finds its item.
    public var item: String
    /// What runs for every item.
    public var body: Pipeline.Step
    /// What is kept of every item, as a path beside the item and the body's outputs; nil for the whole prediction.
    public var kept: [String]?
    /// The output that holds the results.
    public var output: String
    /// How many items at once.
    public var concurrency: Int
    /// What becomes of an item whose run fails.
    public var onError: ErrorPolicy

    /// The most items that may run at once.
    public static let maximumConcurrency = 1000

    /// A map over a list.
    public init(
        _ list: [String], as item: String, do body: Pipeline.Step, keeping kept: [String]? = nil, output: String,
        concurrency: Int = 8, onError: ErrorPolicy = .fail
    ) {
        self.list = list
        self.item = item
        self.body = body
        self.kept = kept
        self.output = output
        self.concurrency = min(max(1, concurrency), Self.maximumConcurrency)
        self.onError = onError
    }

    /// The module, as `do`.
    public var submodules: [(name: String, module: any Module)] { [("do", body.module)] }

    /// Runs all items; in a sequential run one after another.
    ///
    /// - Throws: `ModuleError` when the path leads to no list; what the body throws, where errors are to fail.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        let items = try items(of: inputs)
        var results: [Value?] = Array(repeating: nil, count: items.count)
        let width = context.isSequential ? 1 : concurrency
        try await withThrowingTaskGroup(of: (Int, Value?).self) { group in
            var next = 0
            func start() {
                guard next < items.count else { return }
                let place = next
                next += 1
                group.addTask { (place, try await result(of: items[place], place, inputs, context)) }
            }
            for _ in 0..<min(width, items.count) { start() }
            while let (place, value) = try await group.next() {
                results[place] = value
                start()
            }
        }
        // A run that was cancelled has left items out that it never began.
        try Task.checkCancellation()
        return Prediction([output: .list(results.compactMap { $0 })])
    }

    private func items(of inputs: ValueDict) throws -> [Value] {
        let shown = list.joined(separator: ".")
        switch Scope(inputs).value(at: list) {
        case .list(let items), .tuple(let items), .set(let items), .frozenSet(let items): return items
        case nil: throw ModuleError("KeyError", "`for_each` reads `\(shown)`, which has no value")
        case let value?:
            throw ModuleError(
                "TypeError", "`for_each` takes a list, but `\(shown)` is of the type \(value.pythonTypeName)")
        }
    }

    /// What is kept of an item; nil for one that is left out.
    private func result(of value: Value, _ place: Int, _ inputs: ValueDict, _ context: RunContext) async throws
        -> Value?
    {
        do {
            try Task.checkCancellation()
            var around = inputs
            around[item] = value
            var scope = Scope(around)
            let prediction = try await body.run(in: scope, as: "do", context)
            guard let kept else { return .prediction(prediction) }
            scope.enter(prediction, of: body.name)
            return scope.value(at: kept) ?? Value.null
        } catch {
            if onError == .fail || error is CancellationError || Task.isCancelled { throw error }
            context.warn("for_each: item \(place + 1) failed: \(error)")
            return onError == .null ? Value.null : nil
        }
    }
}
