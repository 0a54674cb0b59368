import OrderedJSON

/// Listens to an output field of a predictor.
///
/// Unlike DSPy's, a listener can be used again: every run of the program streams.
///
/// - Source: dspy/streaming/streaming_listener.py (3.4.1).
public struct StreamListener: Sendable {
    /// The output field.
    public var signatureFieldName: String
    /// The predictor; nil to find it by its name or by the field.
    public var predict: Predict?
    /// DSPy's name of the predictor (`predict1.predict`); nil to find it by the field.
    public var predictName: String?

    /// A listener.
    public init(signatureFieldName: String, predict: Predict? = nil, predictName: String? = nil) {
        self.signatureFieldName = signatureFieldName
        self.predict = predict
        self.predictName = predictName
    }

    /// Whom listeners listen to.
    ///
    /// - Throws: `ModuleError`: `ValueError` for a field that several predictors have and for a predictor that is not there,
    ///   `TypeError` for a field that none has.
    /// - Source: dspy/streaming/streaming_listener.py (3.4.1), `find_predictor_for_stream_listeners`.
    static func targets(
        of listeners: [StreamListener], in program: any Module
    ) throws(ModuleError) -> [PredictorID: RunObserver.Target] {
        let predictors = program.namedPredictors()
        var targets: [PredictorID: RunObserver.Target] = [:]
        for listener in listeners {
            let (id, name, node) = try listener.predictor(among: predictors)
            var target = targets[id] ?? RunObserver.Target(name: name, node: node, fields: [])
            target.fields?.insert(listener.signatureFieldName)
            targets[id] = target
        }
        return targets
    }

    private func predictor(
        among predictors: [NamedPredictor]
    ) throws(ModuleError) -> (id: PredictorID, name: String, node: String) {
        let field = signatureFieldName
        func has(_ predict: Predict) -> Bool { predict.signature[field]?.kind == .output }
        if let predict {
            let known = predictors.first { $0.predict.id == predict.id }
            let name = predictName ?? known?.name ?? "self"
            guard has(predict) else { throw Self.unknown(field, of: [(name, predict.signature)]) }
            return (predict.id, name, known?.node ?? name)
        }
        if let predictName {
            guard let found = predictors.first(where: { $0.name.hasSameBytes(as: predictName) }) else {
                throw ModuleError(
                    "ValueError",
                    "the program has no predictor `\(predictName)`; it has \(predictors.map(\.name).joined(separator: ", "))"
                )
            }
            guard has(found.predict) else { throw Self.unknown(field, of: [(found.name, found.predict.signature)]) }
            return (found.predict.id, found.name, found.node)
        }
        let found = predictors.filter { has($0.predict) }
        guard let first = found.first else {
            throw Self.unknown(field, of: predictors.map { ($0.name, $0.predict.signature) })
        }
        guard found.count == 1 else {
            throw ModuleError(
                "ValueError",
                "Signature field \(field) is not unique in the program, cannot automatically determine which predictor to "
                    + "use for streaming. Please specify the predictor to listen to: "
                    + found.map(\.name).joined(separator: ", "))
        }
        return (first.predict.id, first.name, first.node)
    }

    private static func unknown(_ field: String, of predictors: [(name: String, signature: Signature)]) -> ModuleError {
        let known = predictors.map { "\($0.name): \($0.signature.outputs.map(\.name).joined(separator: ", "))" }
        return ModuleError(
            "TypeError",
            "no predictor to listen to has the output field `\(field)`; there are \(known.joined(separator: "; "))")
    }
}
