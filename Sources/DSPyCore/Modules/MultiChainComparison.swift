public import OrderedJSON

/// Compares several attempts at an answer, and gives a better one.
///
/// The input `completions` holds the attempts: dicts or predictions with a `rationale` or `reasoning` and the last output, or
/// one prediction with as many generations.
///
/// - Source: dspy/predict/multi_chain_comparison.py (3.4.1).
public struct MultiChainComparison: Module {
    /// Asks with the attempts among the inputs and a `rationale` before the outputs.
    public var predict: Predict
    /// How many attempts it compares.
    public let attempts: Int

    private let lastOutput: String

    /// A module of a signature with at least one output.
    public init(
        _ signature: Signature, m: Int = 3, temperature: Double = 0.7, config: JSONObject = [:],
        lm: (any LanguageModel)? = nil, adapter: (any Adapter)? = nil
    ) {
        attempts = m
        lastOutput = signature.outputs.last?.name ?? ""
        var config = config
        if config["temperature"] == nil { config["temperature"] = .double(temperature) }
        predict = Predict(Self.extended(signature, m: m), config: config, lm: lm, adapter: adapter)
    }

    /// The signature as the prompt shows it: the attempts behind the inputs, the rationale before the outputs.
    public static func extended(_ signature: Signature, m: Int) -> Signature {
        var extended = signature
        for place in 1...max(1, m) where place <= m {
            extended = extended.appending(
                Field(
                    name: "reasoning_attempt_\(place)", kind: .input, description: "${reasoning attempt}",
                    prefix: "Student Attempt #\(place):"))
        }
        return extended.prepending(
            Field(
                name: "rationale", kind: .output, description: "${corrected reasoning}",
                prefix: "Accurate Reasoning: Thank you everyone. Let's now holistically"))
    }

    /// `predict`.
    public var submodules: [(name: String, module: any Module)] { [("predict", predict)] }

    /// Compares.
    ///
    /// - Throws: `ModuleError` (`AssertionError`) for another number of attempts; as `Predict`.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        var given = inputs
        given["completions"] = nil
        let completions = try Self.completions(of: inputs["completions"])
        guard completions.count == attempts else {
            throw ModuleError(
                "AssertionError",
                "The number of attempts (\(completions.count)) doesn't match the expected number M (\(attempts)). Please "
                    + "set the correct value for M when initializing MultiChainComparison.")
        }
        var asked = ValueDict()
        for (place, completion) in completions.enumerated() {
            asked["reasoning_attempt_\(place + 1)"] = .string(try attempt(completion))
        }
        for (key, value) in given { asked[key] = value }
        return try await predict.call(asked, in: context)
    }

    private func attempt(_ completion: ValueDict) throws(ModuleError) -> String {
        guard let rationale = (completion["rationale"] ?? completion["reasoning"])?.pythonString else {
            throw ModuleError("AttributeError", "an attempt has neither `rationale` nor `reasoning`")
        }
        guard let answer = completion[lastOutput] else {
            throw ModuleError("KeyError", "an attempt has no `\(lastOutput)`")
        }
        return "«I'm trying to \(Self.firstLine(rationale)) I'm not sure but my prediction is "
            + "\(Self.firstLine(answer.pythonString))»"
    }

    private static func firstLine(_ text: String) -> String {
        PythonString.strip(PythonString.split(PythonString.strip(text), at: "\n").first ?? "")
    }

    private static func completions(of value: Value?) throws(ModuleError) -> [ValueDict] {
        switch value {
        case .prediction(let prediction)?:
            return prediction.completions.isEmpty ? [prediction.fields] : prediction.completions
        case .list(let items)?:
            var all: [ValueDict] = []
            for item in items {
                switch item {
                case .dict(let members): all.append(members)
                case .record(let record): all.append(record.fields)
                case .prediction(let prediction): all.append(prediction.fields)
                default:
                    throw ModuleError(
                        "TypeError", "an attempt is a dict or a prediction, found \(item.pythonTypeName)")
                }
            }
            return all
        default:
            throw ModuleError(
                "TypeError", "MultiChainComparison takes `completions`, a list of attempts, beside its other inputs")
        }
    }
}
