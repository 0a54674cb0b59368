import Synchronization

/// What the predictors of a run were given and what they answered, in the order in which they ended: DSPy's trace.
///
/// - Source: dspy/predict/predict.py (3.4.1), `_forward_postprocess`.
final class CallRecord: Sendable {
    /// One call.
    struct Call: Sendable {
        let predictor: PredictorID
        let inputs: ValueDict
        let outputs: ValueDict
    }

    private let noted = Mutex<[Call]>([])

    /// The calls so far.
    var calls: [Call] { noted.withLock { $0 } }

    func note(_ call: Call) { noted.withLock { $0.append(call) } }
}
