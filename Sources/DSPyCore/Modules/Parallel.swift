/// Runs many calls at once, a bounded number at a time, and keeps their order.
///
/// - Source: dspy/predict/parallel.py, dspy/utils/parallelizer.py (3.4.1).
public struct Parallel: Sendable {
    /// How many calls run at once.
    public var numThreads: Int
    /// How many failures stop the rest.
    public var maxErrors: Int

    /// With DSPy's defaults: eight at once, stopped at the tenth failure.
    public init(numThreads: Int = 8, maxErrors: Int = 10) {
        self.numThreads = max(1, numThreads)
        self.maxErrors = max(1, maxErrors)
    }

    /// What became of the calls.
    public struct Results: Sendable {
        /// One prediction for each call, in their order; nil for a failed call.
        public internal(set) var predictions: [Prediction?]
        /// The examples that failed, in the order in which they failed (`return_failed_examples`).
        public internal(set) var failedExamples: [Example] = []
        /// Their errors.
        public internal(set) var exceptions: [any Error] = []
    }

    /// Too many calls failed; what was finished is kept, where DSPy loses it.
    public struct Cancelled: Error, Sendable, CustomStringConvertible {
        /// What became of the calls until then.
        public let results: Results

        /// DSPy's words.
        public var description: String { "Execution cancelled due to errors or interruption." }
    }

    /// Runs each module on its example.
    ///
    /// - Throws: `Parallel.Cancelled` when as many calls failed as `maxErrors` says.
    public func callAsFunction(
        _ pairs: [(module: any Module, example: Example)], in context: RunContext
    ) async throws -> Results {
        // All state stands inside the group: when the results were captured from outside, release builds (Swift 6.3.1) lost
        // predictions, or ended with an index out of range.
        let (results, isCancelled) = await withTaskGroup(of: Ended.self) { group in
            var results = Results(predictions: Array(repeating: nil, count: pairs.count))
            var next = 0
            while next < min(numThreads, pairs.count) {
                group.addTask { [next] in await Self.ended(next, pairs[next], context) }
                next += 1
            }
            while let ended = await group.next() {
                switch ended.outcome {
                case .success(let prediction): results.predictions[ended.place] = prediction
                case .failure(let error):
                    results.failedExamples.append(pairs[ended.place].example)
                    results.exceptions.append(error)
                    if results.exceptions.count >= maxErrors {
                        group.cancelAll()
                        return (results, true)
                    }
                }
                if next < pairs.count {
                    group.addTask { [next] in await Self.ended(next, pairs[next], context) }
                    next += 1
                }
            }
            return (results, false)
        }
        if isCancelled { throw Cancelled(results: results) }
        return results
    }

    /// What became of one call, and which it was.
    private struct Ended: Sendable {
        let place: Int
        let outcome: Result<Prediction, any Error>
    }

    private static func ended(
        _ place: Int, _ pair: (module: any Module, example: Example), _ context: RunContext
    ) async -> Ended {
        do {
            let inputs = (pair.example.inputs() ?? pair.example).fields
            return Ended(place: place, outcome: .success(try await pair.module.acall(inputs, in: context)))
        } catch { return Ended(place: place, outcome: .failure(error)) }
    }
}

extension Module {
    /// DSPy's `module.batch`: this module on many examples, a bounded number at a time, in order.
    ///
    /// - Throws: `Parallel.Cancelled` when as many calls failed as `maxErrors` says.
    public func batch(
        _ examples: [Example], numThreads: Int = 8, maxErrors: Int = 10, in context: RunContext
    ) async throws -> Parallel.Results {
        try await Parallel(numThreads: numThreads, maxErrors: maxErrors)(examples.map { (self, $0) }, in: context)
    }
}
