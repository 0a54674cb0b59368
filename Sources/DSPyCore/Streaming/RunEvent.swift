package import OrderedJSON

/// What happens in a run, as its observer hears it.
package enum RunEvent: Sendable {
    /// A module begins; `kind` is its type's name (`ChainOfThought`).
    case moduleStart(kind: String, inputs: ValueDict)
    /// A module ended; nil when it failed.
    case moduleEnd(kind: String, outputs: Prediction?)
    /// A predictor that is listened to begins.
    case callStart(PredictorCall, model: String)
    /// It ended, with what its requests used.
    case callEnd(PredictorCall, usage: JSONObject, failure: (any Error)?)
    /// A request goes to the model.
    case lmStart(PredictorCall, model: String, request: LMRequest)
    /// It was answered; nil when it failed.
    case lmEnd(PredictorCall, response: LMResponse?)
    /// A piece of the answer, or a further attempt.
    case model(PredictorCall, LMStreamEvent)
    /// A field's text goes on, or is void.
    case field(PredictorCall, FieldChange)
    /// A tool begins; `id` tells apart calls at the same time.
    case toolStart(id: String, name: String, arguments: ValueDict)
    /// A tool ended.
    case toolEnd(id: String, name: String, outcome: Result<Value, any Error>)
    /// A line that a module of one's own sends.
    case custom(String)
}
