import DSPy
import OrderedJSON

/// The corpus's agent, as far as streams go: a predictor that chooses tools, and one that answers in the end.
///
/// Its prompts are not those of DSPy's `ReAct`; its modules, names and order of calls are.
struct ReAct: Module {
    let react: Predict
    let extract: ChainOfThought
    let tools: [JSON]

    init(_ program: JSON) throws {
        let signature = try Signature(program["signature"]?.string ?? "")
        let trajectory = Field(name: "trajectory", kind: .input)
        let choices = try Signature("x -> next_thought, next_tool_name, next_tool_args: dict[str, Any]").outputs
        react = Predict(Signature(fields: signature.inputs + [trajectory] + choices))
        extract = ChainOfThought(signature.appending(trajectory))
        tools = program["tools"]?.array ?? []
    }

    func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        var trajectory = ValueDict()
        var inputs = inputs
        for step in 0..<20 {
            inputs["trajectory"] = .string(Value.dict(trajectory).json.text(.python))
            let choice = try await react.call(inputs, in: context)
            let name = choice["next_tool_name"]?.string ?? ""
            let arguments = choice["next_tool_args"]?.dict ?? [:]
            try await context.toolStarted(name, arguments)
            let result = result(of: name, arguments)
            try await context.toolEnded(name, result)
            trajectory["thought_\(step)"] = choice["next_thought"]
            trajectory["tool_name_\(step)"] = .string(name)
            trajectory["tool_args_\(step)"] = .dict(arguments)
            trajectory["observation_\(step)"] = result
            if name == "finish" { break }
        }
        inputs["trajectory"] = .string(Value.dict(trajectory).json.text(.python))
        var fields: ValueDict = ["trajectory": .dict(trajectory)]
        for (key, value) in try await extract.call(inputs, in: context).fields { fields[key] = value }
        return Prediction(fields)
    }

    private func result(of name: String, _ arguments: ValueDict) -> Value {
        if name == "finish" { return "Completed." }
        let behaviour = tools.first { $0["name"]?.string == name }?["behaviour"]?.array ?? []
        let given = Value.dict(arguments).json
        return Value(behaviour.first { $0["args"] == nil || $0["args"] == given }?["result"] ?? .null)
    }
}
