public import OrderedJSON

/// An agent whose actions are Python code that may call the tools.
///
/// In DSPy the tools' source is put into the interpreter; here the code calls them by name, wherever they run.
///
/// - Source: dspy/predict/code_act.py (3.4.1).
public struct CodeAct: Module {
    /// Writes the next piece of code.
    public var codeact: Predict
    /// Answers from the trajectory.
    public var extractor: ChainOfThought
    /// What the code may call.
    public let tools: [Tool]
    /// How many pieces of code it runs at most; the input `max_iters` of one call comes first.
    public var maxIters: Int

    private let signature: Signature
    private let adapter: (any Adapter)?
    private let makeInterpreter: CodeInterpreterFactory

    /// An agent for a signature.
    public init(
        _ signature: Signature, tools: [Tool], maxIters: Int = 5, interpreter: @escaping CodeInterpreterFactory,
        config: JSONObject = [:], lm: (any LanguageModel)? = nil, adapter: (any Adapter)? = nil
    ) {
        self.signature = signature
        self.tools = ReAct.distinct(tools)
        self.maxIters = maxIters
        self.adapter = adapter
        makeInterpreter = interpreter
        let (inputs, outputs) = (ReAct.list(signature.inputs), ReAct.list(signature.outputs))
        var lines = signature.instructions.isEmpty ? [] : [signature.instructions + "\n"]
        lines += [
            "You are an intelligent agent. For each episode, you will receive the fields \(inputs) as input.",
            "Your goal is to generate executable Python code that collects any necessary information for producing "
                + "\(outputs).",
            "For each iteration, you will generate a code snippet that either solves the task or progresses towards the "
                + "solution.",
            "Ensure any output you wish to extract from the code is printed to the console. The code should be enclosed "
                + "in a fenced code block.",
            "When all information for producing the outputs (\(outputs)) are available to be extracted, mark "
                + "`finished=True` besides the final Python code.",
            "You have access to the Python Standard Library and the following functions:",
        ]
        lines += self.tools.enumerated().map { "(\($0 + 1)) \($1.description.pythonString)" }
        codeact = Predict(
            Signature(
                fields: signature.inputs + [
                    Field(name: "trajectory", kind: .input, isTypeUndefined: true),
                    Field(
                        name: "generated_code", kind: .output,
                        description:
                            "Python code that when executed, produces output relevant to answering the question"),
                    Field(
                        name: "finished", kind: .output, type: .boolean,
                        description: "a boolean flag to determine if the process is done"),
                ], instructions: lines.joined(separator: "\n")), config: config, lm: lm, adapter: adapter)
        extractor = ChainOfThought(
            Signature(
                fields: signature.inputs + [Field(name: "trajectory", kind: .input)] + signature.outputs,
                instructions: signature.instructions), config: config, lm: lm, adapter: adapter)
    }

    /// `codeact`, and `extractor` with its `predict`.
    public var submodules: [(name: String, module: any Module)] { [("codeact", codeact), ("extractor", extractor)] }

    /// Writes and runs code until the model says it is done, then answers.
    ///
    /// - Returns: `trajectory` (`generated_code_0`, `code_output_0` or `observation_0`, …), `reasoning`, the outputs.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        var inputs = inputs
        var rounds = maxIters
        if case .int(let given)? = inputs["max_iters"], signature["max_iters"] == nil {
            rounds = given
            inputs["max_iters"] = nil
        }
        let given = inputs
        let limit = max(0, rounds)
        let interpreter = try await makeInterpreter(tools, [], context)
        return try await interpreter.whileOpen {
            var trajectory = Trajectory()
            for round in 0..<limit {
                var asked = given
                asked["trajectory"] = .dict(trajectory.values)
                let answer = try await codeact.call(asked, in: context)
                let (code, fault) = GeneratedCode.parsed(answer["generated_code"]?.pythonString ?? "")
                if let fault {
                    trajectory.values["observation_\(round)"] = .string("Failed to parse the generated code: \(fault)")
                    continue
                }
                trajectory.values["generated_code_\(round)"] = .string(code)
                let (output, error) = try await interpreter.run(code)
                if let error {
                    trajectory.values["observation_\(round)"] = .string(
                        "Failed to execute the generated code: \(error)")
                } else {
                    trajectory.values["code_output_\(round)"] = output.map { .string($0) } ?? Value.null
                }
                if case .bool(true)? = answer["finished"] { break }
            }
            let answer = try await trajectory.ask(extractor, given, adapter, context)
            var fields: ValueDict = ["trajectory": .dict(trajectory.values)]
            for (key, value) in answer.fields { fields[key] = value }
            return Prediction(fields)
        }
    }
}
