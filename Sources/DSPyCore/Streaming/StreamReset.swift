/// The chunks of a field so far are void.
public struct StreamReset: Sendable, Hashable {
    /// The predictor.
    public var predictName: String
    /// The output field.
    public var signatureFieldName: String
    /// The number of the predictor's call in this run, from 1.
    public var call: Int

    /// A reset.
    public init(predictName: String, signatureFieldName: String, call: Int = 1) {
        self.predictName = predictName
        self.signatureFieldName = signatureFieldName
        self.call = call
    }
}
