import DSPy

/// An agent whose tools wait: it calls each of them by its `acall`.
func reActTools(_ lm: LM) async throws {
    let weather = Tool("get_weather", "The weather of a city.", ["city": .string]) { values in
        try await Task.sleep(for: .milliseconds(100))
        return .string("It is sunny in \(values["city"]?.string ?? "?").")
    }
    let search = Tool("search_web", "Searches the web.", ["query": .string]) { values in
        try await Task.sleep(for: .milliseconds(100))
        return .list([.string("Search results for: \(values["query"]?.string ?? "?")")])
    }
    let agent = try ReAct("question -> answer", tools: [weather, search], maxIters: 5)
    let result = try await agent.acall(["question": "What's the weather in Tokyo?"], in: RunContext(lm: lm))
    print(result.trajectory?.dict?["observation_0"] ?? "no tool was called")
    print(result.answer ?? "no answer")
}
