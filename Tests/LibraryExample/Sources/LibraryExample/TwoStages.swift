import DSPy

/// A module of two stages: the second one gets the whole prediction of the first.
struct TwoStages: Module {
    let predict1: ChainOfThought
    let predict2: ChainOfThought

    init() throws {
        predict1 = try ChainOfThought("question -> answer")
        predict2 = try ChainOfThought("answer -> simplified_answer")
    }

    func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        let answer = try await predict1.acall(inputs, in: context)
        return try await predict2.acall(["answer": .prediction(answer)], in: context)
    }
}

func twoStages(_ lm: LM) async throws {
    var context = RunContext(lm: lm)
    context.settings.trackUsage = true
    let result = try await TwoStages().acall(["question": "Why did a chicken cross the kitchen?"], in: context)
    print(result)
    print(JSON.object(result.getLMUsage() ?? [:]).text())
}
