import DSPy
import OrderedJSON

/// Makes the module that a checked predictor, or a node inside `of`, names.
struct ModuleFactory {
    let predictor: CheckedPredictor
    let lm: (any LanguageModel)?
    let adapter: (any Adapter)?
    let tools: [Tool]
    let makeInterpreter: CodeInterpreterFactory?

    func module(demos: [ValueDict]) throws -> any Module {
        let (signature, config) = (predictor.signature, predictor.config)
        switch predictor.module {
        case "ChainOfThought":
            return ChainOfThought(signature, demos: demos, config: config, lm: lm, adapter: adapter)
        case "ReAct":
            var agent = ReAct(
                signature, tools: tools, maxIters: predictor.maxIters ?? 20, config: config, lm: lm, adapter: adapter)
            agent.extract.predict.demos = demos
            return agent
        case "ReActV2":
            return try ReActV2(
                signature, tools: tools, maxIters: predictor.maxIters ?? 20, config: config, lm: lm, adapter: adapter)
        case "MultiChainComparison":
            var comparison = MultiChainComparison(
                signature, m: predictor.comparisons ?? 3, config: config, lm: lm, adapter: adapter)
            comparison.predict.demos = demos
            return comparison
        case "ProgramOfThought":
            return ProgramOfThought(
                signature, maxIters: predictor.maxIters ?? 3, interpreter: try interpreter(), config: config, lm: lm,
                adapter: adapter)
        case "CodeAct":
            return CodeAct(
                signature, tools: tools, maxIters: predictor.maxIters ?? 5, interpreter: try interpreter(),
                config: config, lm: lm, adapter: adapter)
        case "RLM":
            return try RLM(
                signature, tools: tools, maxIters: predictor.maxIters ?? 20, interpreter: try interpreter(),
                config: config, lm: lm, adapter: adapter)
        default: return Predict(signature, demos: demos, config: config, lm: lm, adapter: adapter)
        }
    }

    private func interpreter() throws -> CodeInterpreterFactory {
        guard let makeInterpreter else {
            throw ModuleError("ValueError", "nothing runs the code of \(predictor.module) here")
        }
        return makeInterpreter
    }

    /// A module that makes several attempts at another one.
    static func module(_ attempts: CheckedAttempts, around inner: any Module) throws -> any Module {
        let reward = attempts.reward
        let rating: RewardFunction = { inputs, prediction in
            guard let reward else { return 0 }
            var scope = Scope(inputs)
            scope.enter(prediction, of: nil)
            switch try reward.evaluate({ scope.value(at: $0) }) {
            case .bool(let holds): return holds ? 1 : 0
            case let value:
                guard let number = value.json.number else {
                    throw ModuleError("TypeError", "the reward is \(value.pythonTypeName), not a number")
                }
                return number
            }
        }
        switch attempts.module {
        case "Majority": return Majority(inner)
        case "Refine":
            return Refine(
                inner, n: attempts.count ?? 1, threshold: attempts.threshold, reward: rating,
                rewardText: reward?.text ?? "", programText: attempts.text)
        default:
            return BestOfN(inner, n: attempts.count ?? 1, threshold: attempts.threshold, reward: rating)
        }
    }
}
