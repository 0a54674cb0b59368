/// Notes what a run did, as it did it: modules, model calls, tool calls, retries, and the values that went from step to step.
///
/// Unlike an observer it changes nothing: models are asked as they would be without it, and nobody waits for it.
package struct RunTrace: Sendable {
    /// What happened.
    package enum Event: Sendable {
        /// A module ended: its kind, what it was given, and what it gave.
        case module(kind: String, predictor: PredictorID?, inputs: ValueDict, outcome: Result<Prediction, any Error>)
        /// A model answered, or failed.
        case model(PredictorID, model: String, request: LMRequest, outcome: Result<LMResponse, any Error>)
        /// A model is asked again.
        case retry(PredictorID, model: String, LMRestart)
        /// A tool ended.
        case tool(name: String, arguments: ValueDict, outcome: Result<Value, any Error>)
        /// A value went to an input of a step.
        case edge(from: String, to: String, value: Value)
    }

    /// Takes an event and when it began.
    package let note: @Sendable (Event, ContinuousClock.Instant) -> Void

    package init(_ note: @escaping @Sendable (Event, ContinuousClock.Instant) -> Void) { self.note = note }

    /// Runs a body and notes how it ended.
    func timed<Outcome>(
        _ event: (Result<Outcome, any Error>) -> Event, _ body: () async throws -> Outcome
    ) async throws -> Outcome {
        let start = ContinuousClock.now
        do {
            let outcome = try await body()
            note(event(.success(outcome)), start)
            return outcome
        } catch {
            note(event(.failure(error)), start)
            throw error
        }
    }
}
