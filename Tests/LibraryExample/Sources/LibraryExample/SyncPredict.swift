import DSPy

/// The same question from a thread that may wait: no task, no `await`.
func syncPredict(_ lm: LM) throws {
    let predict = try Predict("question -> answer")
    let result = try predict(["question": "Why did a chicken cross the kitchen?"], in: RunContext(lm: lm))
    print(result)
}
