/// Tells predictors apart; copies of a predictor have the same one.
///
/// - Source: dspy/streaming/streaming_listener.py (3.4.1), which goes by `id(predict)`.
final class PredictorIdentity: Sendable {}

/// The identity of a predictor, as a key.
public struct PredictorID: Sendable, Hashable {
    private let identity: PredictorIdentity

    init() { identity = PredictorIdentity() }

    /// Whether both belong to one predictor, or to copies of it.
    public static func == (left: PredictorID, right: PredictorID) -> Bool { left.identity === right.identity }

    /// Hashes the identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(identity)) }
}
