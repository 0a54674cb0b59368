import DSPyCore

/// What a module of DSPy takes and gives beside its signature, and which names it needs itself.
///
/// - Source: dspy/predict (3.4.1): react.py, react_v2.py, code_act.py, program_of_thought.py, rlm.py,
///   multi_chain_comparison.py.
struct ModuleRules {
    /// Whether it calls tools.
    var takesTools = false
    /// Whether it is of no use without a tool.
    var needsTools = false
    /// Whether `max_iters` has an effect.
    var takesIterations = false
    /// Whether `M` has an effect.
    var takesComparisons = false
    /// Whether `demos` have an effect.
    var takesDemos = false
    /// Names that no input may have.
    var inputs: [String] = []
    /// Names that no output may have.
    var outputs: [String] = []
    /// Names that no tool may have.
    var tools: [String] = []
    /// What it gives before the outputs of the signature.
    var before: [Port] = []
    /// What it gives behind them.
    var behind: [Port] = []
    /// What it takes behind the inputs of the signature.
    var extra: [Port] = []
    /// What it takes behind these as an input of the program, or where `in` says so, but never from a step by its name alone.
    var named: [Port] = []

    /// What modules give of their own accord.
    static let ownOutputs: Set = [
        "reasoning", "trajectory", "rationale", "history", "termination_reason", "final_reasoning",
    ]

    /// What the module gives, in DSPy's order; an output of the signature comes before one of the module's.
    func given(_ outputs: [Port]) -> [Port] {
        func own(_ ports: [Port]) -> [Port] { ports.filter { port in !outputs.contains { $0.name == port.name } } }
        return own(before) + outputs + own(behind)
    }
}

extension ModuleKind {
    /// What the module takes and gives.
    var rules: ModuleRules {
        let reasoning = Port(name: "reasoning", shape: .field(.string))
        let steps = Port(name: "trajectory", shape: .field(.dict(.string, .any)))
        switch self {
        case .react:
            return ModuleRules(
                takesTools: true, needsTools: true, takesIterations: true,
                inputs: ["trajectory", "next_thought", "next_tool_name", "next_tool_args"], outputs: ["trajectory"],
                before: [steps, reasoning])
        case .reactV2:
            return ModuleRules(
                takesTools: true, takesIterations: true, inputs: ["history", "tools", "next_thought", "tool_calls"],
                outputs: ["history", "termination_reason"], tools: ["submit"],
                behind: [
                    Port(name: "history", shape: .field(.custom(.history))),
                    Port(name: "termination_reason", shape: .field(.string)),
                ], named: [Port(name: "history", shape: .field(.custom(.history)), isOptional: true)])
        case .multiChainComparison:
            return ModuleRules(
                takesComparisons: true, inputs: ["completions"],
                before: [Port(name: "rationale", shape: .field(.string))],
                extra: [Port(name: "completions", shape: .field(nil))])
        case .programOfThought:
            return ModuleRules(
                takesIterations: true,
                inputs: ["generated_code", "previous_code", "error", "final_generated_code", "code_output"],
                before: [reasoning])
        case .codeAct:
            return ModuleRules(
                takesTools: true, needsTools: true, takesIterations: true,
                inputs: ["trajectory", "generated_code", "finished"], outputs: ["trajectory"],
                before: [steps, reasoning])
        case .rlm:
            let own = ["llm_query", "llm_query_batched", "SUBMIT", "print", "dspy"]
            return ModuleRules(
                takesTools: true, takesIterations: true, inputs: own + ["interpreter_factory"],
                outputs: ["trajectory", "final_reasoning"], tools: own,
                behind: [
                    Port(name: "trajectory", shape: .field(.list(.any))),
                    Port(name: "final_reasoning", shape: .field(.string)),
                ])
        case .predict, .chainOfThought: return ModuleRules(takesDemos: true)
        }
    }
}
