import Basics
import OrderedJSON

/// As `BestOfN`, but after an attempt that is not good enough a model gives advice, which the next attempt is told.
///
/// DSPy shows the adviser the Python source of the module and of the reward; here it is what the caller says of them.
///
/// - Source: dspy/predict/refine.py (3.4.1).
public struct Refine: Module {
    /// What is tried.
    public var module: any Module
    /// How often at most.
    public var n: Int
    /// The reward that is good enough to stop; nil never is.
    public var threshold: Double?
    /// Rates an attempt.
    public var reward: RewardFunction
    /// How the reward is found, for the adviser to read.
    public var rewardText: String
    /// What the program is, for the adviser to read.
    public var programText: String
    /// How many attempts may fail; by default `n`.
    public var failCount: Int
    /// The adviser.
    public var adviser = Predict(Self.offerFeedback)

    /// Attempts at a module.
    public init(
        _ module: any Module, n: Int, threshold: Double?, reward: @escaping RewardFunction, rewardText: String,
        programText: String, failCount: Int? = nil
    ) {
        self.module = module
        self.n = n
        self.threshold = threshold
        self.reward = reward
        self.rewardText = rewardText
        self.programText = programText
        self.failCount = failCount.flatMap { $0 == 0 ? nil : $0 } ?? n
    }

    /// `module`; the adviser is no part of the program, in DSPy as here.
    public var submodules: [(name: String, module: any Module)] { [("module", module)] }

    /// Tries until an attempt is good enough.
    ///
    /// - Throws: What an attempt threw, when too many failed or none is left; DSPy returns None in the last case.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        var rounds = Rollouts(n: n, failCount: failCount)
        var advice: ValueDict?
        let predictors = module.namedPredictors()
        while var attempt = rounds.next(for: module, in: context) {
            do {
                let record = CallRecord()
                attempt.record = record
                if let advice, !advice.isEmpty { attempt.hints = Hints(advice, predictors) }
                let prediction = try await module.call(inputs, in: attempt)
                let rating = try await reward(inputs, prediction)
                rounds.note(prediction, reward: rating)
                if let threshold, rating >= threshold { break }
                if rounds.isLast { break }
                let asked = adviserInputs(inputs, prediction, rating, record.calls, predictors)
                advice = try await adviser.call(asked, in: context)["advice"]?.dict
            } catch {
                try rounds.fail(error, "Refine", context)
            }
        }
        return try rounds.best()
    }

    private func adviserInputs(
        _ inputs: ValueDict, _ prediction: Prediction, _ rating: Double, _ calls: [CallRecord.Call],
        _ predictors: [NamedPredictor]
    ) -> ValueDict {
        let names = Dictionary(predictors.map { ($0.predict.id, $0.name) }) { first, _ in first }
        let trajectory = calls.map { call -> Value in
            .dict([
                "module_name": .string(names[call.predictor] ?? "self"), "inputs": .dict(call.inputs),
                "outputs": .dict(call.outputs),
            ])
        }
        func written(_ value: Value) -> Value { .string(OrjsonText.indented(of: value)) }
        return [
            "program_code": .string(programText), "modules_defn": .string(definitions(predictors)),
            "program_inputs": written(.dict(inputs)), "program_trajectory": written(.list(trajectory)),
            "program_outputs": written(.dict(prediction.fields)), "reward_code": .string(rewardText),
            "target_threshold": written(threshold.map { .float($0) } ?? .null), "reward_value": written(.float(rating)),
            "module_names": written(.list(predictors.map { .string($0.name) })),
        ]
    }

    /// What the adviser is told of each module.
    private func definitions(_ predictors: [NamedPredictor]) -> String {
        let line = String(repeating: "-", count: 80)
        func block(_ text: String) -> String {
            "\n\t\t" + PythonString.splitLines(text).joined(separator: "\n\t\t")
        }
        var parts = [line]
        for predictor in predictors {
            let signature = predictor.predict.signature
            parts += [
                "Module \(predictor.name)", "\n\tInput Fields:", block(FieldFormat.descriptions(signature.inputs)),
                "\tOutput Fields:", block(FieldFormat.descriptions(signature.outputs)),
                "\tOriginal Instructions: " + block(PythonString.dedent(signature.instructions)), line,
            ]
        }
        return parts.map { Self.trimmed($0) }.joined(separator: "\n")
    }

    private static func trimmed(_ text: String) -> String {
        var scalars = Substring(text).unicodeScalars
        while scalars.first == "\n" { scalars.removeFirst() }
        while scalars.last == "\n" { scalars.removeLast() }
        return String(scalars)
    }

    /// The adviser's signature; it gets texts for all inputs, whatever their types say.
    static let offerFeedback = Signature(
        fields: [
            Field(
                name: "program_code", kind: .input, description: "The code of the program that we are analyzing"),
            Field(
                name: "modules_defn", kind: .input,
                description: "The definition of each module in the program, including its I/O"),
            Field(
                name: "program_inputs", kind: .input,
                description: "The inputs to the program that we are analyzing"),
            Field(
                name: "program_trajectory", kind: .input,
                description: "The trajectory of the program's execution, showing each module's I/O"),
            Field(
                name: "program_outputs", kind: .input,
                description: "The outputs of the program that we are analyzing"),
            Field(
                name: "reward_code", kind: .input,
                description: "The code of the reward function that we are analyzing"),
            Field(
                name: "target_threshold", kind: .input, type: .float,
                description: "The target threshold for the reward function", isTypeUndefined: true),
            Field(
                name: "reward_value", kind: .input, type: .float,
                description: "The reward value assigned to the program's outputs", isTypeUndefined: true),
            Field(
                name: "module_names", kind: .input, type: .list(.string),
                description: "The names of the modules in the program, for which we seek advice", isTypeUndefined: true),
            Field(
                name: "discussion", kind: .output,
                description: "Discussing blame of where each module went wrong, if it did"),
            Field(
                name: "advice", kind: .output, type: .dict(.string, .string),
                description:
                    "For each module, describe very concretely, in this order: the specific scenarios in which it "
                    + "has made mistakes in the past and what each mistake was, followed by what it should do differently "
                    + "in that kind ofscenario in the future. If the module is not to blame, write N/A."),
        ],
        instructions: """
            In the discussion, assign blame to each module that contributed to the final reward being below the threshold, if
            any. Then, prescribe concrete advice of how the module should act on its future input when we retry the process, if
            it were to receive the same or similar inputs. If a module is not to blame, the advice should be N/A.
            The module will not see its own history, so it needs to rely on entirely concrete and actionable advice from you
            to avoid the same mistake on the same or similar inputs.
            """)
}
