public import OrderedJSON
import Synchronization

/// A recursive language model: it explores its inputs as variables of a Python session, and asks models about parts of them.
///
/// Of DSPy's prompt it leaves out the part on sub-agents (`import dspy`), as DSPy does where the interpreter has none.
///
/// - Source: dspy/predict/rlm.py (3.4.1).
public struct RLM: Module {
    /// Writes the next piece of code.
    public var generateAction: Predict
    /// Answers when the rounds are used up.
    public var extract: Predict
    /// What the code may call beside `llm_query` and `llm_query_batched`.
    public let tools: [Tool]
    /// How many pieces of code it runs at most.
    public var maxIters: Int
    /// How often the code may ask a model.
    public var maxLLMCalls: Int
    /// How much of an output a prompt shows.
    public var maxOutputCharacters: Int

    private let signature: Signature
    private let subLM: (any LanguageModel)?
    private let makeInterpreter: CodeInterpreterFactory

    /// A module of a signature.
    ///
    /// - Throws: `ModuleError` (`ValueError`) for names of fields or tools that the session keeps for itself.
    public init(
        _ signature: Signature, tools: [Tool] = [], maxIters: Int = 20, maxLLMCalls: Int = 50,
        maxOutputCharacters: Int = 10_000, subLM: (any LanguageModel)? = nil,
        interpreter: @escaping CodeInterpreterFactory, config: JSONObject = [:], lm: (any LanguageModel)? = nil,
        adapter: (any Adapter)? = nil
    ) throws(ModuleError) {
        try Self.checkNames(signature, tools)
        self.signature = signature
        self.tools = tools
        self.maxIters = maxIters
        self.maxLLMCalls = maxLLMCalls
        self.maxOutputCharacters = maxOutputCharacters
        self.subLM = subLM
        makeInterpreter = interpreter
        generateAction = Predict(
            try Self.actionSignature(signature, tools, maxLLMCalls), config: config, lm: lm, adapter: adapter)
        extract = Predict(Self.extractSignature(signature), config: config, lm: lm, adapter: adapter)
    }

    private static func checkNames(_ signature: Signature, _ tools: [Tool]) throws(ModuleError) {
        let reserved: Set = ["llm_query", "llm_query_batched", "SUBMIT", "print", "dspy"]
        var seen: Set<String> = []
        for tool in tools {
            guard PythonString.isIdentifier(tool.name) else {
                throw ModuleError("ValueError", "the tool name '\(tool.name)' is no Python identifier")
            }
            guard !reserved.contains(tool.name) else {
                throw ModuleError("ValueError", "the tool name '\(tool.name)' is one of the session's own functions")
            }
            guard seen.insert(tool.name).inserted else {
                throw ModuleError("ValueError", "Duplicate tool name '\(tool.name)'")
            }
        }
        if let input = signature.inputs.first(where: { reserved.contains($0.name) || seen.contains($0.name) }) {
            throw ModuleError("ValueError", "the input `\(input.name)` has the name of a function of the session")
        }
        if let output = signature.outputs.first(where: { ["trajectory", "final_reasoning"].contains($0.name) }) {
            throw ModuleError("ValueError", "the output `\(output.name)` is one that RLM adds itself")
        }
    }

    // MARK: Signatures

    private static let history = FieldType.record(RecordType(name: "REPLHistory", doc: nil, fields: []))

    private static func actionSignature(
        _ signature: Signature, _ tools: [Tool], _ calls: Int
    ) throws(ModuleError) -> Signature {
        let inputs = ReAct.list(signature.inputs)
        let names = signature.outputs.map(\.name).joined(separator: ", ")
        var outputs: [String] = []
        for field in signature.outputs {
            do throws(AdapterFormatError) { outputs.append("- \(try FieldFormat.placeholder(field))") } catch {
                throw ModuleError(error.kind, "\(error)")
            }
        }
        let task = signature.instructions.isEmpty ? "" : signature.instructions + "\n\n"
        let instructions = """
            You are tasked with producing the following outputs given the inputs \(inputs):
            \(outputs.joined(separator: "\n"))

            You have access to a Python REPL environment. Write Python code and it will be executed. You will see the output, then write more code based on what you learned. This is an iterative process.

            Available:
            - Variables: \(inputs) (your input data)
            - `llm_query(prompt)` - query a sub-LLM (~500K char capacity) for semantic analysis
            - `llm_query_batched(prompts)` - query multiple prompts concurrently (much faster for multiple queries)
            - `print()` - ALWAYS print to see results
            - `SUBMIT(\(names))` - submit final output when done

            IMPORTANT: This is ITERATIVE. Each code block you write will execute, you'll see the output, then you decide what to do next. Do NOT try to solve everything in one step.

            1. EXPLORE FIRST - Look at your data before processing it. Print samples, check types/lengths, understand the structure.
            2. ITERATE - Write small code snippets, observe outputs, then decide next steps. State persists between iterations.
            3. VERIFY BEFORE SUBMITTING - If results seem wrong (zeros, empty, unexpected), reconsider your approach.
            4. USE llm_query FOR SEMANTICS - String matching finds WHERE things are; llm_query understands WHAT things mean.
            5. MINIMIZE RETYPING (INPUTS & OUTPUTS) - When values are long, precise, or error-prone (IDs, numbers, code, quotes), re-access them via variables and parse/compute in code instead of retyping. Use small, targeted prints to sanity-check, but avoid manual copying when variables can carry the exact value.
            6. SUBMIT ONLY AFTER SEEING OUTPUTS - SUBMIT ends the current run immediately. If you need to inspect printed output, run it in one step, review the result, then call SUBMIT in a later step.

            You have max \(calls) sub-LLM calls. When done, call SUBMIT() with your output.
            """
        return Signature(
            fields: [
                Field(
                    name: "variables_info", kind: .input,
                    description: "Metadata about the variables available in the REPL"),
                Field(
                    name: "repl_history", kind: .input, type: history,
                    description: "Previous REPL code executions and their outputs", isTypeUndefined: true),
                Field(
                    name: "iteration", kind: .input,
                    description: "Current iteration number (1-indexed) out of max_iters"),
                Field(
                    name: "reasoning", kind: .output,
                    description: "Think step-by-step: what do you know? What remains? Plan your next action."),
                Field(
                    name: "code", kind: .output,
                    description: "Python code to execute. Use markdown code block format: ```python\\n<code>\\n```"),
            ], instructions: task + instructions + documentation(of: tools))
    }

    private static func documentation(of tools: [Tool]) -> String {
        guard !tools.isEmpty else { return "" }
        let lines = tools.map { tool in
            let arguments = tool.description.arguments.members.map { name, schema in
                "\(name): \(schema["type"].map { Value($0).pythonString } ?? "Any")"
            }
            let purpose = tool.purpose.flatMap { $0.isEmpty ? nil : $0 } ?? "No description"
            return "- `\(tool.name)(\(arguments.joined(separator: ", ")))` - "
                + PythonString.replace(purpose, "\n", with: "  ")
        }
        return "\nAdditional tools available (use these instead of standard library equivalents):\n"
            + lines.joined(separator: "\n")
    }

    private static func extractSignature(_ signature: Signature) -> Signature {
        let task =
            signature.instructions.isEmpty
            ? "" : "The trajectory was generated with the following objective: \n\(signature.instructions)\n\n\n"
        let instructions =
            "Based on the REPL trajectory, extract the final outputs now.\n\n            Review your trajectory to see what "
            + "information you gathered and what values you computed, then provide the final outputs."
        return Signature(
            fields: [
                Field(
                    name: "variables_info", kind: .input,
                    description: "Metadata about the variables available in the REPL"),
                Field(
                    name: "repl_history", kind: .input, type: history,
                    description: "Your REPL interactions so far", isTypeUndefined: true),
            ] + signature.outputs, instructions: task + instructions)
    }

    /// `generate_action` and `extract`, as DSPy names them.
    public var submodules: [(name: String, module: any Module)] {
        [("generate_action", generateAction), ("extract", extract)]
    }

    // MARK: Rounds

    /// Explores until the code submits what the signature asks for; after the last round a model answers from the history.
    ///
    /// - Returns: The outputs, `trajectory` (a list of `reasoning`, `code`, `output`) and `final_reasoning`.
    /// - Throws: `ModuleError` (`ValueError`) for other inputs than the signature's; as `Predict`.
    public func forward(_ inputs: ValueDict, in context: RunContext) async throws -> Prediction {
        try check(inputs)
        let information = Value.list(
            signature.inputs.compactMap { field in
                inputs[field.name].map { .string(REPLText.variable(field, $0)) }
            })
        let functions = LLMFunctions(lm: subLM, limit: maxLLMCalls).tools + tools
        let interpreter = try await makeInterpreter(functions, signature.outputs.map(\.name), context)
        return try await interpreter.whileOpen {
            var history: [REPLText.Entry] = []
            for round in 0..<max(0, maxIters) {
                let action = try await generateAction.call(
                    [
                        "variables_info": information,
                        "repl_history": .string(REPLText.history(history, maxOutputCharacters)),
                        "iteration": .string("\(round + 1)/\(maxIters)"),
                    ], in: context)
                let reasoning = action["reasoning"]?.pythonString ?? ""
                var entry = REPLText.Entry(reasoning: reasoning, code: action["code"]?.pythonString ?? "", output: "")
                do {
                    entry.code = try GeneratedCode.withoutFences(entry.code)
                    let outcome = try await interpreter.execute(entry.code, variables: inputs)
                    if let outputs = try entry.take(outcome, signature) {
                        history.append(entry)
                        var fields = outputs
                        fields["trajectory"] = .list(history.map(\.value))
                        fields["final_reasoning"] = .string(reasoning)
                        return Prediction(fields)
                    }
                } catch let error as CodeExecutionError {
                    entry.output = "[Error] \(error)"
                }
                history.append(entry)
            }
            return try await extracted(information, history, in: context)
        }
    }

    private func extracted(
        _ information: Value, _ history: [REPLText.Entry], in context: RunContext
    ) async throws -> Prediction {
        context.warn("the rounds are used up; a model answers from what they gave")
        let answer = try await extract.call(
            [
                "variables_info": information,
                "repl_history": .string(REPLText.history(history, maxOutputCharacters)),
            ], in: context)
        var fields: ValueDict = [
            "trajectory": .list(history.map(\.value)), "final_reasoning": "Extract forced final output",
        ]
        for output in signature.outputs { fields[output.name] = answer[output.name] ?? Value.null }
        return Prediction(fields)
    }

    private func check(_ inputs: ValueDict) throws(ModuleError) {
        let unexpected = inputs.names.filter { name in !signature.inputs.contains { $0.name == name } }.sorted()
        guard unexpected.isEmpty else {
            throw ModuleError(
                "ValueError",
                "Unexpected inputs not declared in the signature: "
                    + Value.list(unexpected.map { .string($0) }).pythonRepr)
        }
        let missing = signature.inputs.map(\.name).filter { !inputs.contains($0) }.sorted()
        guard missing.isEmpty else {
            throw ModuleError(
                "ValueError", "Missing required inputs: " + Value.list(missing.map { .string($0) }).pythonRepr)
        }
    }
}
