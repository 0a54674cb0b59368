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
