/// Advice from an earlier attempt, which predictors are told as one more input, `hint_`.
///
/// - Source: dspy/predict/refine.py (3.4.1), `WrapperAdapter`.
struct Hints: Sendable {
    private let advice: ValueDict
    private let names: [PredictorID: String]

    init(_ advice: ValueDict, _ predictors: [NamedPredictor]) {
        self.advice = advice
        names = Dictionary(predictors.map { ($0.predict.id, $0.name) }) { first, _ in first }
    }

    /// The signature and inputs with the hint for a predictor; `N/A` when there is none for it.
    func add(to call: inout AdapterCall, of predictor: PredictorID) {
        call.inputs["hint_"] = names[predictor].flatMap { advice[$0] } ?? "N/A"
        call.signature = call.signature.appending(
            Field(name: "hint_", kind: .input, description: "A hint to the module from an earlier run"))
    }
}
