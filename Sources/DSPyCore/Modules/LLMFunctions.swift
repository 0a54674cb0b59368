import OrderedJSON
import Synchronization

/// What the code of a session may ask models: `llm_query` and `llm_query_batched`, a bounded number of times.
///
/// - Source: dspy/predict/rlm.py (3.4.1), `_make_llm_tools`.
final class LLMFunctions: Sendable {
    private let lm: (any LanguageModel)?
    private let limit: Int
    private let used = Mutex(0)

    init(lm: (any LanguageModel)?, limit: Int) {
        self.lm = lm
        self.limit = limit
    }

    var tools: [Tool] {
        [
            Tool(
                name: "llm_query", purpose: "Query the LLM with a prompt string.",
                arguments: [Tool.Argument("prompt", .string)],
                body: .async { [self] arguments, context in
                    guard let prompt = arguments["prompt"]?.string, !prompt.isEmpty else {
                        throw ToolError("ValueError", "prompt cannot be empty")
                    }
                    try reserve(1)
                    return .string(try await ask(prompt, context))
                }),
            Tool(
                name: "llm_query_batched", purpose: "Query prompts concurrently.",
                arguments: [Tool.Argument("prompts", .list(.string))],
                body: .async { [self] arguments, context in
                    let prompts = arguments["prompts"]?.list?.compactMap(\.string) ?? []
                    guard !prompts.isEmpty else { return .list([]) }
                    try reserve(prompts.count)
                    return .list(try await answers(prompts, context).map { .string($0) })
                }),
        ]
    }

    private func reserve(_ count: Int) throws(ToolError) {
        let before = used.withLock { used -> Int? in
            guard used + count > limit else {
                used += count
                return nil
            }
            return used
        }
        guard let before else { return }
        throw ToolError(
            "RuntimeError",
            "LLM call limit exceeded: \(before) + \(count) > \(limit). Use Python code for aggregation instead of making "
                + "more LLM calls.")
    }

    private func ask(_ prompt: String, _ context: RunContext) async throws -> String {
        guard let lm = lm ?? context.lm else {
            throw ModuleError("LMNotConfiguredError", "no language model is set: name one with --lm provider/model")
        }
        let request = LMRequest(messages: [LMMessage(role: "user", text: prompt)], options: context.lmOptions)
        let response = try await lm.complete(request)
        context.usage.add(response, model: lm.model)
        guard let text = response.outputs.first?.text else {
            throw ToolError("TypeError", "Sub-LM response must contain text, got NoneType.")
        }
        return text
    }

    /// The answers in the order of the prompts, eight at a time; a model's error is the text of its answer.
    private func answers(_ prompts: [String], _ context: RunContext) async throws -> [String] {
        let width = context.isSequential ? 1 : 8
        var answers = Array(repeating: "", count: prompts.count)
        try await withThrowingTaskGroup(of: (Int, String).self) { group in
            var next = 0
            func start() {
                guard next < prompts.count else { return }
                let place = next
                next += 1
                group.addTask { [self] in
                    do { return (place, try await ask(prompts[place], context)) } catch let error as LMError {
                        return (place, "[ERROR] \(error)")
                    }
                }
            }
            for _ in 0..<min(width, prompts.count) { start() }
            while let (place, text) = try await group.next() {
                answers[place] = text
                start()
            }
        }
        return answers
    }
}
