/// A chunk of a field.
///
/// The chunks of a field since its last reset make up its final text; exactly one of them is the last.
///
/// - Source: dspy/streaming/messages.py (3.4.1), `StreamResponse`.
public struct StreamResponse: Sendable, Hashable {
    /// The predictor: `self`, `predict`, `predict1.predict`.
    public var predictName: String
    /// The output field.
    public var signatureFieldName: String
    /// More of its text; may be empty in the last chunk.
    public var chunk: String
    /// Whether the field ends with it.
    public var isLastChunk: Bool
    /// The number of the predictor's call in this run, from 1.
    public var call: Int

    /// A chunk.
    public init(predictName: String, signatureFieldName: String, chunk: String, isLastChunk: Bool, call: Int = 1) {
        self.predictName = predictName
        self.signatureFieldName = signatureFieldName
        self.chunk = chunk
        self.isLastChunk = isLastChunk
        self.call = call
    }
}
