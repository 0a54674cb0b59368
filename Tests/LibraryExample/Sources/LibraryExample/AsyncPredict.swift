import DSPy

/// One question, one answer.
func asyncPredict(_ lm: LM) async throws {
    let predict = try Predict("question -> answer")
    let result = try await predict.acall(["question": "Why did a chicken cross the kitchen?"], in: RunContext(lm: lm))
    print(result)
    print(result.answer?.string ?? "no answer")
}
