import DSPy

/// Makes the module that a checked predictor, or a node inside `of`, names.
struct ModuleFactory {
    let predictor: CheckedPredictor
    let lm: (any LanguageModel)?
    let adapter: (any Adapter)?
    let tools: [Tool]
    let makeInterpreter: CodeInterpreterFactory?

    /// The module of the predictor.
    ///
    /// - Parameter demos: The examples that prompts show.
    func module(demos: [ValueDict]) throws -> any Module {
        let (signature, config, rounds) = (predictor.signature, predictor.config, predictor.maxIters)
        switch predictor.module {
        case "ChainOfThought":
            return ChainOfThought(signature, demos: demos, config: config, lm: lm, adapter: adapter)
        case "ReAct":
            var agent = ReAct(
                signature, tools: tools, maxIters: rounds ?? 20, config: config, lm: lm, adapter: adapter)
            // Examples hold the program's own fields: they are of use where it answers.
            agent.extract.predict.demos = demos
            return agent
        case "ReActV2":
            return try ReActV2(
                signature, tools: tools, maxIters: rounds ?? 20, config: config, lm: lm, adapter: adapter)
        case "MultiChainComparison":
            var comparison = MultiChainComparison(
                signature, m: predictor.comparisons ?? 3, config: config, lm: lm, adapter: adapter)
            comparison.predict.demos = demos
            return comparison
        case "ProgramOfThought":
            var module = ProgramOfThought(
                signature, maxIters: rounds ?? 3, interpreter: try interpreter(), config: config, lm: lm,
                adapter: adapter)
            module.generateOutput.predict.demos = demos
            return module
        case "CodeAct":
            var agent = CodeAct(
                signature, tools: tools, maxIters: rounds ?? 5, interpreter: try interpreter(), config: config,
                lm: lm, adapter: adapter)
            agent.extractor.predict.demos = demos
            return agent
        case "RLM":
            return try RLM(
                signature, tools: tools, maxIters: rounds ?? 20, interpreter: try interpreter(), config: config,
                lm: lm, adapter: adapter)
        default: return Predict(signature, demos: demos, config: config, lm: lm, adapter: adapter)
        }
    }

    private func interpreter() throws -> CodeInterpreterFactory {
        guard let makeInterpreter else {
            throw ModuleError("ValueError", "nothing runs the Python code that `\(predictor.module)` writes here")
        }
        return makeInterpreter
    }

    /// A module that makes several attempts at another one.
    static func module(_ attempts: CheckedAttempts, around inner: any Module) -> any Module {
        guard let count = attempts.count, let reward = attempts.reward else {
            return Majority(inner, field: attempts.field)
        }
        let step = attempts.body.name
        let rate: RewardFunction = { inputs, prediction in
            var scope = Scope(inputs)
            scope.enter(prediction, of: step)
            return try reward.number(in: scope, of: "reward")
        }
        guard attempts.module == "Refine" else {
            return BestOfN(inner, n: count, threshold: attempts.threshold, reward: rate)
        }
        return Refine(
            inner, n: count, threshold: attempts.threshold, reward: rate, rewardText: reward.text,
            programText: attempts.text)
    }
}
