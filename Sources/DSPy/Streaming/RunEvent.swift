package import OrderedJSON

/// One call of a predictor in a run.
public struct PredictorCall: Sendable, Hashable {
    /// DSPy's name of the predictor: `self`, `predict`, `predict1.predict`.
    public var predictName: String
    /// The name of the module that the program shows: `depth`, `steps[0]`, `self` for the program itself.
    public var node: String
    /// The number of the call among those of this predictor in this run, from 1.
    public var number: Int

    /// A call.
    public init(predictName: String, node: String, number: Int) {
        self.predictName = predictName
        self.node = node
        self.number = number
    }
}

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
    /// A tool begins.
    case toolStart(name: String, arguments: ValueDict)
    /// A tool ended.
    case toolEnd(name: String, result: Value)
    /// A line that a module of one's own sends.
    case custom(String)
}
