public import OrderedJSON

/// An agent: it thinks, calls a tool, sees what came of it, until it has all it needs; then it answers.
///
/// - Source: dspy/predict/react.py (3.4.1).
public struct ReAct: Module {
    /// Chooses the next tool; its outputs are `next_thought`, `next_tool_name` and `next_tool_args`.
    public var react: Predict
    /// Answers from the trajectory.
    public var extract: ChainOfThought
    /// What it may call, `finish` last.
    public let tools: [Tool]
    /// How many tools it calls at most; the input `max_iters` of one call comes first.
    public var maxIters: Int

    private let adapter: (any Adapter)?

    /// An agent for a signature string, `question -> answer`, with the default instructions.
    ///
    /// - Throws: `SignatureError`, with the place inside the string.
    public init(
        _ signature: String, tools: [Tool], maxIters: Int = 20, config: JSONObject = [:],
        lm: (any LanguageModel)? = nil, adapter: (any Adapter)? = nil
    ) throws(SignatureError) {
        self.init(
            try Signature(signature), tools: tools, maxIters: maxIters, config: config, lm: lm, adapter: adapter)
    }

    /// An agent for a signature.
    public init(
        _ signature: Signature, tools: [Tool], maxIters: Int = 20, config: JSONObject = [:],
        lm: (any LanguageModel)? = nil, adapter: (any Adapter)? = nil
    ) {
        let outputs = Self.list(signature.outputs)
        var all = Self.distinct(tools.filter { $0.name != "finish" })
        all.append(
            Tool(
                name: "finish",
                purpose:
                    "Marks the task as complete. That is, signals that all information for producing the outputs, i.e. "
                    + "\(outputs), are now available to be extracted.",
                body: .sync { _ in "Completed." }))
        // DSPy keeps the place of a tool of that name in its dict.
        if let place = tools.firstIndex(where: { $0.name == "finish" }) {
            let before = Set(tools[..<place].map(\.name))
            let finish = all.removeLast()
            all.insert(finish, at: all.filter { before.contains($0.name) }.count)
        }
        self.tools = all
        self.maxIters = maxIters
        self.adapter = adapter
        let chosen = Signature(
            fields: signature.inputs + [
                Field(name: "trajectory", kind: .input),
                Field(name: "next_thought", kind: .output),
                Field(name: "next_tool_name", kind: .output, type: .literal(all.map { .string($0.name) })),
                Field(name: "next_tool_args", kind: .output, type: .dict(.string, .any)),
            ], instructions: Self.instructions(signature, all))
        react = Predict(chosen, config: config, lm: lm, adapter: adapter)
        extract = ChainOfThought(
            Signature(
                fields: signature.inputs + [Field(name: "trajectory", kind: .input)] + signature.outputs,
                instructions: signature.instructions), config: config, lm: lm, adapter: adapter)
    }

    static func list(_ fields: [Field]) -> String { fields.map { "`\($0.name)`" }.joined(separator: ", ") }

    /// Of tools of one name the last, at the place of the first, as in a Python dict.
    static func distinct(_ tools: [Tool]) -> [Tool] {
        var kept: [Tool] = []
        for tool in tools {
            if let place = kept.firstIndex(where: { $0.name == tool.name }) {
                kept[place] = tool
            } else {
                kept.append(tool)
            }
        }
        return kept
    }

    private static func instructions(_ signature: Signature, _ tools: [Tool]) -> String {
        var lines = signature.instructions.isEmpty ? [] : [signature.instructions + "\n"]
        lines += [
            "You are an Agent. In each episode, you will be given the fields \(list(signature.inputs)) as input. And you "
                + "can see your past trajectory so far.",
            "Your goal is to use one or more of the supplied tools to collect any necessary information for producing "
                + "\(list(signature.outputs)).\n",
            "To do this, you will interleave next_thought, next_tool_name, and next_tool_args in each turn, and also when "
                + "finishing the task.",
            "After each tool call, you receive a resulting observation, which gets appended to your trajectory.\n",
            "When writing next_thought, you may reason about the current situation and plan for future steps.",
            "When selecting the next_tool_name and its next_tool_args, the tool must be one of:\n",
        ]
        lines += tools.enumerated().map { "(\($0 + 1)) \($1.description.pythonString)" }
        lines.append("When providing `next_tool_args`, the value inside the field must be in JSON format")
        return lines.joined(separator: "\n")
    }

    /// `react`, and `extract` with its `predict`.
    public var submodules: [(name: String, module: any Module)] { [("react", react), ("extract", extract)] }

    /// Acts until the model finishes, or `max_iters` is reached, or the trajectory no longer fits; then answers.
    ///
    /// - Returns: `trajectory` (`thought_0`, `tool_name_0`, `tool_args_0`, `observation_0`, …), `reasoning`, the outputs.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        var inputs = inputs
        var rounds = maxIters
        if case .int(let given)? = inputs["max_iters"], react.signature["max_iters"] == nil {
            rounds = given
            inputs["max_iters"] = nil
        }
        var trajectory = Trajectory()
        for round in 0..<max(0, rounds) {
            let choice: Prediction
            do {
                choice = try await trajectory.ask(react, inputs, adapter, context)
            } catch let error as LMError where error.code == .contextWindow {
                context.warn("the trajectory ends here: \(error)")
                break
            } catch let error as ModuleError where error.kind == "ValueError" {
                context.warn("the trajectory ends here, no tool was chosen: \(error)")
                break
            }
            let name = choice["next_tool_name"]?.string ?? ""
            let arguments = choice["next_tool_args"]?.dict ?? [:]
            trajectory.values["thought_\(round)"] = choice["next_thought"] ?? Value.null
            trajectory.values["tool_name_\(round)"] = choice["next_tool_name"] ?? Value.null
            trajectory.values["tool_args_\(round)"] = choice["next_tool_args"] ?? Value.null
            trajectory.values["observation_\(round)"] = try await context.observation(of: name, arguments, among: tools)
            if name == "finish" { break }
        }
        let answer = try await trajectory.ask(extract, inputs, adapter, context)
        var fields: ValueDict = ["trajectory": .dict(trajectory.values)]
        for (key, value) in answer.fields { fields[key] = value }
        return Prediction(fields)
    }
}
