package import DSPyCore
import DSPyClients
package import DSPySpec
import DSPyTools
package import OrderedJSON

/// Writes the messages of every module call as they would be sent; values that only a run can know stand as `{name}`.
package struct PromptPreview {
    package let models: ModelChoice

    /// A preview with the models of a choice, none of which is asked.
    package init(_ models: ModelChoice) { self.models = models }

    /// One call.
    package struct Call {
        /// The path of names, empty for a program that is one call.
        package let path: String
        /// The model, which is not asked.
        let lm: any LanguageModel
        package let request: LMRequest
        /// How many tokens an answer may have; nil when nobody says.
        package let answerLimit: Int?

        /// The model's name.
        package var model: String { lm.model }

        /// The options that are sent: the model's own, with those of the call on top; no secret among them.
        ///
        /// - Throws: `LMError` (`configuration`) for options that nothing can be sent with.
        func options() throws(LMError) -> JSONObject {
            SecretOptions.hidden(try request.sentOptions(defaults: lm.defaults))
        }
    }

    /// The calls in program order.
    ///
    /// Of an agent the first prompts of its own predictors, with the tools that the program itself describes; those of an MCP
    /// server are known only to a run.
    package func calls(_ program: CheckedProgram, _ inputs: ValueDict) throws -> [Call] {
        let nodes = program.root.predictors
        return try module(of: program).namedPredictors().map { named in
            let node = nodes.last { $0.path.isEmpty || named.name == $0.path || named.name.hasPrefix($0.path + ".") }
            return try call(named, node?.bindings ?? [], inputs)
        }
    }

    /// The program with models that are never asked, and tools that are never called.
    private func module(of program: CheckedProgram) throws -> any Module {
        try ProgramBuilder(
            makeLM: { models.sketch($0) },
            makeTools: { spec in
                if case .mcp = spec.kind { return nil }
                return [try ToolMaker(spec, folder: "", grants: .none).tool()]
            }, makeInterpreter: { _, _, _ in throw ModuleError("ValueError", "a preview runs no code") },
            makeEmbedder: { SketchedEmbedder(model: $0) }, readVariable: { "${env:\($0)}" }
        ).build(program)
    }

    private func call(_ named: NamedPredictor, _ bindings: [Binding], _ inputs: ValueDict) throws -> Call {
        let predict = named.predict
        let lm = predict.lm ?? models.sketch(nil)
        var values = ValueDict()
        for field in predict.signature.inputs {
            let binding = bindings.first { $0.name == field.name }?.path
            let own = named.ownInputs[field.name]
            let source = binding ?? [field.name]
            // What only the module gives is never an input of the program that happens to have the name.
            let given = binding == nil && own != nil ? nil : Scope(inputs).value(at: source)
            if let value = given ?? own ?? field.defaultValue {
                values[field.name] = value
            } else if field.type != .custom(.history), field.type != .list(.custom(.tool)) {
                values[field.name] = .string("{\(source.joined(separator: "."))}")
            }
        }
        let call = AdapterCall(
            lm: lm, options: Predict.options(predict.config, for: lm), signature: predict.signature,
            demos: predict.demos, inputs: predict.readingTurns(values))
        let request = try (predict.adapter ?? models.adapter).request(for: call)
        let limits = ["max_tokens", "max_completion_tokens", "max_output_tokens"].lazy
            .compactMap { (request.options[$0] ?? lm.defaults[$0])?.int }
        let path = named.node == "self" ? "" : named.node
        return Call(path: path, lm: lm, request: request, answerLimit: limits.first)
    }

    /// The calls as text for people.
    package func text(_ program: CheckedProgram, _ inputs: ValueDict) throws -> String {
        let calls = try calls(program, inputs)
        return try calls.enumerated().map { place, call in
            var text = calls.count > 1 ? "# call \(place + 1) of \(calls.count): \(call.path) (\(call.model))\n\n" : ""
            for message in call.request.messages {
                let content: String
                switch message.content {
                case .text(let plain): content = plain
                case .parts(let parts): content = JSON.array(parts).text(.pythonIndented(2))
                case .none: content = "null"
                }
                text += "\(message.role.prefix(1).uppercased())\(message.role.dropFirst()) message:\n\n\(content)\n\n"
            }
            let options = try call.options()
            if !options.isEmpty { text += "Options:\n\n\(JSON.object(options).text(.pythonIndented(2)))\n\n" }
            return text
        }.joined()
    }

    /// The calls as JSON: model, messages and options of each.
    package func json(_ program: CheckedProgram, _ inputs: ValueDict) throws -> JSON {
        .array(
            try calls(program, inputs).map { call in
                [
                    "step": .string(call.path), "model": .string(call.model),
                    "messages": .array(call.request.messages.map(\.json)), "options": .object(try call.options()),
                ]
            })
    }
}
