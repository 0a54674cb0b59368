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
        var results = Results(predictions: Array(repeating: nil, count: pairs.count))
        let isCancelled = await withTaskGroup(of: (Int, Result<Prediction, any Error>).self) { group in
            var next = 0
            func start() {
                guard next < pairs.count else { return }
                let (place, pair) = (next, pairs[next])
                next += 1
                group.addTask {
                    do {
                        let inputs = (pair.example.inputs() ?? pair.example).fields
                        return (place, .success(try await pair.module.acall(inputs, in: context)))
                    } catch { return (place, .failure(error)) }
                }
            }
            for _ in 0..<min(numThreads, pairs.count) { start() }
            while let (place, outcome) = await group.next() {
                switch outcome {
                case .success(let prediction): results.predictions[place] = prediction
                case .failure(let error):
                    results.failedExamples.append(pairs[place].example)
                    results.exceptions.append(error)
                    if results.exceptions.count >= maxErrors {
                        group.cancelAll()
                        return true
                    }
                }
                start()
            }
            return false
        }
        if isCancelled { throw Cancelled(results: results) }
        return results
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
