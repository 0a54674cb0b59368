/// What an agent has thought, called and seen so far; the oldest call is forgotten when a prompt no longer fits.
///
/// - Source: dspy/predict/react.py (3.4.1).
struct Trajectory {
    /// The values by name, in order; four of them make up one call of a tool.
    var values = ValueDict()

    /// Asks a module that takes the trajectory as a text, with fewer and fewer calls in it while the prompt is too long.
    mutating func ask(
        _ module: any Module, _ inputs: ValueDict, _ adapter: (any Adapter)?, _ context: RunContext
    ) async throws -> Prediction {
        for _ in 0..<3 {
            var given = inputs
            given["trajectory"] = .string(try text(adapter ?? context.adapter))
            do {
                return try await module.call(given, in: context)
            } catch let error as LMError where error.code == .contextWindow {
                context.warn("the trajectory is longer than the model takes; its oldest call is left out")
                try forgetOldest()
            }
        }
        throw LMError(
            .contextWindow, "The context window was exceeded even after 3 attempts to truncate the trajectory.")
    }

    /// The trajectory as the adapter writes inputs.
    private func text(_ adapter: any Adapter) throws -> String {
        let fields = values.names.map { Field(name: $0, kind: .input, isTypeUndefined: true) }
        let signature = Signature(fields: fields + [Field(name: "x", kind: .output)])
        return try adapter.userMessage(signature, values, prefix: "", isMainRequest: false)
    }

    private mutating func forgetOldest() throws(LMError) {
        let names = values.names
        guard names.count > 4 else {
            throw LMError(
                .contextWindow,
                "The trajectory is too long so your prompt exceeded the context window, but the trajectory cannot be "
                    + "truncated because it only has one tool call.")
        }
        for name in names.prefix(4) { values[name] = nil }
    }
}

extension RunContext {
    /// Calls a tool as an agent does: what goes wrong is what it sees.
    ///
    /// - Throws: Only what ends the run: `CancellationError`, and what listeners throw.
    func observation(of name: String, _ arguments: ValueDict, among tools: [Tool]) async throws -> Value {
        let outcome = try await outcome(of: name, arguments, among: tools)
        switch outcome {
        case .success(let value): return value
        case .failure(let failure): return .string("Execution error in \(name): \(ToolError.report(of: failure))")
        }
    }

    /// Calls a tool, with listeners told.
    func outcome(
        of name: String, _ arguments: ValueDict, among tools: [Tool]
    ) async throws -> Result<Value, any Error> {
        try await watchingTool(name, arguments) {
            guard let tool = tools.first(where: { $0.name == name }) else { throw ToolError("KeyError", "'\(name)'") }
            return try await tool.call(arguments, in: self)
        }
    }
}
