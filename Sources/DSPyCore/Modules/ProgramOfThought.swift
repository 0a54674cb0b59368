public import OrderedJSON

/// Writes a Python program, runs it, and answers from what it gave.
///
/// - Source: dspy/predict/program_of_thought.py (3.4.1).
public struct ProgramOfThought: Module {
    /// Writes the program.
    public var codeGenerate: ChainOfThought
    /// Corrects a program that failed.
    public var codeRegenerate: ChainOfThought
    /// Answers.
    public var generateOutput: ChainOfThought
    /// How many programs it runs at most.
    public var maxIters: Int

    private let signature: Signature
    private let makeInterpreter: CodeInterpreterFactory

    /// A module of a signature.
    public init(
        _ signature: Signature, maxIters: Int = 3, interpreter: @escaping CodeInterpreterFactory,
        config: JSONObject = [:], lm: (any LanguageModel)? = nil, adapter: (any Adapter)? = nil
    ) {
        self.signature = signature
        self.maxIters = maxIters
        makeInterpreter = interpreter
        func module(_ fields: [Field], _ instructions: (String, String) -> [String]) -> ChainOfThought {
            let inputs = ReAct.list(fields.filter { $0.kind == .input })
            let outputs = ReAct.list(fields.filter { $0.kind == .output })
            let lines = instructions(inputs, outputs)
            return ChainOfThought(
                Signature(fields: fields, instructions: lines.joined(separator: "\n")), config: config, lm: lm,
                adapter: adapter)
        }
        let generated = Field(
            name: "generated_code", kind: .output, description: "python code that answers the question")
        let final = ReAct.list(signature.outputs)
        codeGenerate = module(signature.inputs + [generated]) { inputs, outputs in
            [
                "You will be given \(inputs) and you will respond with \(outputs).",
                "Generating executable Python code that programmatically computes the correct \(outputs).",
                "After you're done with the computation and think you have the final output, make sure to submit your "
                    + "output by calling the preloaded function `SUBMIT()`.",
                #"You must structure your output in a dict, like {"field_a": value_a, ...}, with the correct value "#
                    + "mapping for the field(s): \(final).",
            ]
        }
        codeRegenerate = module(
            signature.inputs + [
                Field(
                    name: "previous_code", kind: .input,
                    description: "previously-generated python code that errored"),
                Field(
                    name: "error", kind: .input,
                    description: "error message from previously-generated python code"), generated,
            ]
        ) { inputs, _ in
            [
                "You are given \(inputs) due to an error in previous code.",
                "Your task is to correct the error and provide the new `generated_code`.",
            ]
        }
        generateOutput = module(
            signature.inputs + [
                Field(
                    name: "final_generated_code", kind: .input, description: "python code that answers the question"),
                Field(
                    name: "code_output", kind: .input, description: "output of previously-generated python code"),
            ] + signature.outputs
        ) { inputs, outputs in ["Given the final code \(inputs), provide the final \(outputs)."] }
    }

    /// `code_generate`, `code_regenerate`, `generate_output`, as DSPy names them.
    public var submodules: [(name: String, module: any Module)] {
        [
            ("code_generate", codeGenerate), ("code_regenerate", codeRegenerate),
            ("generate_output", generateOutput),
        ]
    }

    /// Writes, runs and corrects programs until one runs, then answers.
    ///
    /// - Throws: `ModuleError` (`RuntimeError`) when all failed; as `Predict`.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        let interpreter = try await makeInterpreter([], [], context)
        return try await interpreter.whileOpen {
            var given = ValueDict(
                signature.inputs.compactMap { field in inputs[field.name].map { (field.name, $0) } })
            var answer = try await codeGenerate.call(given, in: context)
            var round = 1
            while true {
                var (code, error) = GeneratedCode.parsed(answer["generated_code"]?.pythonString ?? "")
                var output: String?
                if error == nil { (output, error) = try await interpreter.run(code) }
                guard let error else {
                    let asked = generateOutput.predict.signature
                    given = ValueDict(unique: given.members.filter { asked[$0.key.pythonString] != nil })
                    given["final_generated_code"] = .string(code)
                    given["code_output"] = output.map { .string($0) } ?? Value.null
                    return try await generateOutput.call(given, in: context)
                }
                context.warn("the program failed: \(error)")
                guard round < maxIters else {
                    throw ModuleError(
                        "RuntimeError", "Max hops reached. Failed to run ProgramOfThought: \(error)")
                }
                given["previous_code"] = .string(code)
                given["error"] = .string(error)
                answer = try await codeRegenerate.call(given, in: context)
                round += 1
            }
        }
    }
}

extension CodeInterpreter {
    /// Runs a body and then ends the interpreter, whatever became of it.
    func whileOpen<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        do {
            let result = try await body()
            await shutdown()
            return result
        } catch {
            await shutdown()
            throw error
        }
    }
}
