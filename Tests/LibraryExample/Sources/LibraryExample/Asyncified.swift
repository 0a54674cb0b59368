import DSPy

/// `asyncify`: a service calls the program as it likes, and so many calls run at once; the others wait for their turn.
func asyncified(_ lm: LM) async throws {
    var context = RunContext(lm: lm)
    context.settings.asyncMaxWorkers = 4
    let answer = asyncify(try ChainOfThought("question -> answer"))
    let result = try await answer(["question": "Why did a chicken cross the kitchen?"], context)
    print(result.json.text())
}
