public import OrderedJSON

/// A `Predict` that first writes down its reasoning.
///
/// - Source: dspy/predict/chain_of_thought.py (3.4.1).
public struct ChainOfThought: Module {
    /// The inner predictor, whose signature has `reasoning` before the other outputs.
    public var predict: Predict

    /// A module of a signature string, `question -> answer`, with the default instructions.
    ///
    /// - Throws: `SignatureError`, with the place inside the string.
    public init(
        _ signature: String, demos: [ValueDict] = [], config: JSONObject = [:], lm: (any LanguageModel)? = nil,
        adapter: (any Adapter)? = nil
    ) throws(SignatureError) {
        self.init(try Signature(signature), demos: demos, config: config, lm: lm, adapter: adapter)
    }

    /// A module of a signature; its instructions stay those of the signature without the reasoning.
    public init(
        _ signature: Signature, demos: [ValueDict] = [], config: JSONObject = [:], lm: (any LanguageModel)? = nil,
        adapter: (any Adapter)? = nil
    ) {
        predict = Predict(Self.extended(signature), demos: demos, config: config, lm: lm, adapter: adapter)
    }

    /// The signature with `reasoning` as its first output.
    public static func extended(_ signature: Signature) -> Signature {
        signature.prepending(Field(name: "reasoning", kind: .output, description: "${reasoning}"))
    }

    /// The inner predictor, `predict`.
    public var submodules: [(name: String, module: any Module)] { [("predict", predict)] }

    /// Asks the inner predictor.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        try await predict.call(inputs, in: context)
    }
}
