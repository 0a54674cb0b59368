public import OrderedJSON

/// An agent that calls tools through the model's own function calling, several in one turn, and ends with `submit`.
///
/// - Source: dspy/predict/react_v2.py (3.4.1).
public struct ReActV2: Module {
    /// Thinks and calls tools.
    public var react: Predict
    /// What it may call, `submit` last.
    public let tools: [Tool]
    /// How many turns it takes at most; the input `max_iters` of one call comes first.
    public var maxIters: Int

    private let signature: Signature

    /// An agent for a signature.
    ///
    /// - Throws: `ModuleError` (`ValueError`) for a tool called `submit`, or field names that the agent keeps for itself.
    public init(
        _ signature: Signature, tools: [Tool], maxIters: Int = 20, config: JSONObject = [:],
        lm: (any LanguageModel)? = nil, adapter: (any Adapter)? = nil
    ) throws(ModuleError) {
        func refuse(_ fields: [Field], _ reserved: [String], _ what: String) throws(ModuleError) {
            let taken = fields.map(\.name).filter(reserved.contains).sorted()
            guard !taken.isEmpty else { return }
            let names = taken.map { "`\($0)`" }.joined(separator: ", ")
            throw ModuleError("ValueError", "\(what) field name(s) \(names) are reserved by ReActV2; rename them")
        }
        try refuse(signature.outputs, ["history", "termination_reason"], "output")
        try refuse(signature.inputs, ["history", "tools"], "input")
        let own = ReAct.distinct(tools)
        guard !own.contains(where: { $0.name == "submit" }) else {
            throw ModuleError("ValueError", "`submit` is reserved by ReActV2 as the final-output tool.")
        }
        self.signature = signature
        self.maxIters = maxIters
        self.tools = own + [Self.submit(signature)]
        react = Predict(Self.extended(signature, self.tools), config: config, lm: lm, adapter: adapter)
    }

    private static func submit(_ signature: Signature) -> Tool {
        let arguments = signature.outputs.map { field in
            Tool.Argument(
                field.name, type: field.type, schema: (try? JSONSchema.schema(of: field.type)) ?? ["type": "string"])
        }
        return Tool(
            name: "submit", purpose: "Submit the final outputs for the task.", arguments: arguments,
            body: .sync { .dict($0) })
    }

    private static func extended(_ signature: Signature, _ tools: [Tool]) -> Signature {
        let inputs = signature.inputs.map { field in
            Field(
                name: field.name, kind: .input, type: field.type.allowsNone ? field.type : .optional(field.type),
                description: field.description)
        }
        let outputs = ReAct.list(signature.outputs)
        let instructions = [
            signature.instructions,
            "You are an Agent. Use the supplied tools to produce \(outputs) from \(ReAct.list(signature.inputs)).",
            "Call tools when more information is needed.",
            "When the final answer is ready, call `submit` with \(outputs).",
            "The available tools are: \(tools.map { "`\($0.name)`" }.joined(separator: ", ")).",
        ]
        return Signature(
            fields: inputs + [
                Field(name: "history", kind: .input, type: .custom(.history)),
                Field(name: "tools", kind: .input, type: .list(.custom(.tool))),
                Field(name: "next_thought", kind: .output, type: .custom(.reasoning)),
                Field(name: "tool_calls", kind: .output, type: .custom(.toolCalls)),
            ], instructions: PythonString.strip(instructions.joined(separator: "\n")))
    }

    /// `react`.
    public var submodules: [(name: String, module: any Module)] { [("react", react)] }

    /// The tools, and a conversation that has not begun.
    public var ownInputs: ValueDict { Run(history: []).inputs(tools) }

    /// Calls tools until the model submits; when it does not, it is made to.
    ///
    /// - Returns: The outputs, `history` with all turns, and `termination_reason` (`submit` or `forced_submit`).
    /// - Throws: `ModuleError` (`ValueError`) when nothing was submitted in the end; as `Predict`.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        var rounds = maxIters
        if case .int(let given)? = inputs["max_iters"], signature["max_iters"] == nil { rounds = given }
        var run = Run(history: try Self.history(inputs["history"]))
        for field in signature.inputs {
            if let value = inputs[field.name] { run.pending[field.name] = value }
        }
        var reason = "max_iters"
        turns: for turn in 0..<max(0, rounds) {
            let answer: Prediction
            let calls: ToolCalls
            do {
                answer = try await react.call(run.inputs(tools), in: context)
                calls = try Self.calls(in: answer, turn)
            } catch let error as AdapterParseError {
                context.warn("the agent's answer cannot be read: \(error)")
                reason = "parse_error"
                break turns
            } catch let error as ModuleError where error.kind == "ValueError" {
                context.warn("the agent's answer cannot be used: \(error)")
                reason = "parse_error"
                break turns
            } catch let error as LMError where error.code == .contextWindow {
                context.warn("the agent's history is longer than the model takes")
                reason = "context_window_exceeded"
                break turns
            }
            guard !calls.calls.isEmpty else {
                reason = "empty_tool_calls"
                break turns
            }
            let (results, final) = try await execute(calls, in: context)
            run.note(answer, ToolCalls(calls.calls, results: results), final)
            if let final { return run.prediction(final, "submit") }
        }
        return try await forcedSubmit(run, reason, max(0, rounds), in: context)
    }

    private func forcedSubmit(
        _ run: Run, _ reason: String, _ turn: Int, in context: RunContext
    ) async throws -> Prediction {
        var run = run
        var forced = react
        forced.config["tool_choice"] = ["type": "function", "function": ["name": "submit"]]
        forced.config["reasoning_effort"] = .null
        let answer = try await forced.call(run.inputs(tools), in: context)
        let calls = ToolCalls(try Self.calls(in: answer, turn).calls.filter { $0.name == "submit" })
        let failure = "ReActV2 failed to produce final outputs after \(reason)"
        guard !calls.calls.isEmpty else { throw ModuleError("ValueError", "\(failure): no submit call.") }
        let (results, final) = try await execute(calls, in: context)
        run.note(answer, ToolCalls(calls.calls, results: results), final)
        if let final { return run.prediction(final, "forced_submit") }
        let errors = results.filter(\.isError).map(\.value.pythonString).joined(separator: "\n")
        throw ModuleError("ValueError", "\(failure): submit failed.\n\(errors)")
    }

    // MARK: Turns

    /// What an agent has said and heard, and what it still has to be asked.
    private struct Run {
        var history: [ValueDict]
        var pending = ValueDict()

        func inputs(_ tools: [Tool]) -> ValueDict {
            var inputs: ValueDict = [
                "history": .custom(.history(history)),
                "tools": .list(tools.map { .custom(.tool($0.description)) }),
            ]
            for (key, value) in pending { inputs[key] = value }
            return inputs
        }

        mutating func note(_ answer: Prediction, _ calls: ToolCalls, _ final: ValueDict?) {
            var event = pending
            if let thought = answer["next_thought"], !thought.isNull { event["next_thought"] = thought }
            if !calls.calls.isEmpty { event["tool_calls"] = .custom(.toolCalls(calls)) }
            for (key, value) in final ?? [:] { event[key] = value }
            if !event.isEmpty { history.append(event) }
            pending = [:]
        }

        func prediction(_ outputs: ValueDict, _ reason: String) -> Prediction {
            var fields = outputs
            fields["history"] = .custom(.history(history))
            fields["termination_reason"] = .string(reason)
            return Prediction(fields)
        }
    }

    private static func history(_ value: Value?) throws(ModuleError) -> [ValueDict] {
        guard let value, !value.isNull else { return [] }
        guard case .custom(.history(let messages))? = try? FieldType.custom(.history).fit(value) else {
            throw ModuleError("ValueError", "`history` is no history: {\"messages\": [{…}, …]}")
        }
        return messages
    }

    private static func calls(in answer: Prediction, _ turn: Int) throws(ModuleError) -> ToolCalls {
        guard let value = answer["tool_calls"], !value.isNull else { return ToolCalls([]) }
        guard var calls = ToolCalls(reading: value) else {
            throw ModuleError("ValueError", "`tool_calls` holds no tool calls: \(value.pythonRepr)")
        }
        for place in calls.calls.indices where calls.calls[place].id == nil {
            calls.calls[place].id = "call_\(turn)_\(place)"
        }
        return calls
    }

    /// Runs the calls of one turn, at the same time unless the run is sequential; results stand in the order of the calls.
    private func execute(
        _ calls: ToolCalls, in context: RunContext
    ) async throws -> (results: [ToolCalls.Result], final: ValueDict?) {
        var results: [ToolCalls.Result?] = Array(repeating: nil, count: calls.calls.count)
        if context.isSequential {
            for (place, call) in calls.calls.enumerated() { results[place] = try await execute(call, in: context) }
        } else {
            try await withThrowingTaskGroup(of: (Int, ToolCalls.Result).self) { group in
                for (place, call) in calls.calls.enumerated() {
                    group.addTask { (place, try await execute(call, in: context)) }
                }
                for try await (place, result) in group { results[place] = result }
            }
        }
        let all = results.compactMap { $0 }
        return (all, all.last { $0.name == "submit" && !$0.isError }?.value.dict)
    }

    private func execute(_ call: ToolCalls.Call, in context: RunContext) async throws -> ToolCalls.Result {
        var args = call.args
        var failure: (any Error)?
        if call.name == "submit" {
            let wanted = signature.outputs.map(\.name)
            let missing = wanted.filter { !args.contains($0) }
            args = ValueDict(unique: args.members.filter { wanted.contains($0.key.pythonString) })
            if !missing.isEmpty {
                failure = ToolError(
                    "ValueError", "Missing required final output field(s): \(missing.joined(separator: ", "))")
            }
        } else if !tools.contains(where: { $0.name == call.name }) {
            return .init(
                callID: call.id, name: call.name, value: .string("Unknown tool: \(call.name)"), isError: true)
        }
        let outcome: Result<Value, any Error>
        if let failure {
            outcome = .failure(failure)
        } else {
            outcome = try await context.outcome(of: call.name, args, among: tools)
        }
        switch outcome {
        case .success(let value): return .init(callID: call.id, name: call.name, value: value)
        case .failure(let error):
            return .init(
                callID: call.id, name: call.name,
                value: .string("Execution error in \(call.name): \(ToolError.report(of: error))"), isError: true)
        }
    }
}
