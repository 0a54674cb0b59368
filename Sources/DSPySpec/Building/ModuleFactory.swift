import DSPyCore

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
        case .chainOfThought:
            var module = ChainOfThought(signature, demos: demos, config: config, lm: lm, adapter: adapter)
            module.predict.readsTurns = true
            return module
        case .react:
            var agent = ReAct(
                signature, tools: tools, maxIters: rounds ?? 20, config: config, lm: lm, adapter: adapter)
            // Examples hold the program's own fields: they are of use where it answers.
            agent.extract.predict.demos = demos
            agent.react.readsTurns = true
            agent.extract.predict.readsTurns = true
            return agent
        case .reactV2:
            var agent = try ReActV2(
                signature, tools: tools, maxIters: rounds ?? 20, config: config, lm: lm, adapter: adapter)
            agent.react.readsTurns = true
            return agent
        case .multiChainComparison:
            var comparison = MultiChainComparison(
                signature, m: predictor.comparisons ?? 3, config: config, lm: lm, adapter: adapter)
            comparison.predict.demos = demos
            comparison.predict.readsTurns = true
            return comparison
        case .programOfThought:
            var module = ProgramOfThought(
                signature, maxIters: rounds ?? 3, interpreter: try interpreter(), config: config, lm: lm,
                adapter: adapter)
            module.generateOutput.predict.demos = demos
            module.codeGenerate.predict.readsTurns = true
            module.codeRegenerate.predict.readsTurns = true
            module.generateOutput.predict.readsTurns = true
            return module
        case .codeAct:
            var agent = CodeAct(
                signature, tools: tools, maxIters: rounds ?? 5, interpreter: try interpreter(), config: config,
                lm: lm, adapter: adapter)
            agent.extractor.predict.demos = demos
            agent.codeact.readsTurns = true
            agent.extractor.predict.readsTurns = true
            return agent
        case .rlm:
            return try RLM(
                signature, tools: tools, maxIters: rounds ?? 20, interpreter: try interpreter(), config: config,
                lm: lm, adapter: adapter)
        case .predict:
            var module = Predict(signature, demos: demos, config: config, lm: lm, adapter: adapter)
            module.readsTurns = true
            return module
        }
    }

    private func interpreter() throws -> CodeInterpreterFactory {
        guard let makeInterpreter else {
            throw ModuleError(
                "ValueError", "nothing runs the Python code that `\(predictor.module.rawValue)` writes here")
        }
        return makeInterpreter
    }

    /// A module that makes several attempts at another one.
    static func module(_ attempts: CheckedAttempts, around inner: any Module) -> any Module {
        let majority = Majority(inner, field: attempts.field)
        guard attempts.module != .majority, let count = attempts.count, let reward = attempts.reward else {
            return majority
        }
        let step = attempts.body.name
        let rate: RewardFunction = { inputs, prediction in
            var scope = Scope(inputs)
            scope.enter(prediction, of: step)
            return try reward.number(in: scope, of: "reward")
        }
        switch attempts.module {
        case .majority: return majority
        case .bestOfN: return BestOfN(inner, n: count, threshold: attempts.threshold, reward: rate)
        case .refine:
            return Refine(
                inner, n: count, threshold: attempts.threshold, reward: rate, rewardText: reward.text,
                programText: attempts.text)
        }
    }
}
