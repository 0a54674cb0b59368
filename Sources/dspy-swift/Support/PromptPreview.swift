import DSPy
import DSPySpec
import OrderedJSON

/// Writes the messages of every module call as they would be sent; values that only a run can know stand as `{name}`.
struct PromptPreview {
    let choice: ModelChoice

    /// One call.
    struct Call {
        /// The path of names, empty for a program that is one call.
        let path: String
        /// The model's name.
        let model: String
        let request: LMRequest
        /// How many tokens an answer may have; nil when nobody says.
        let answerLimit: Int?
    }

    /// The calls in program order.
    func calls(_ program: CheckedProgram, _ inputs: ValueDict) throws -> [Call] {
        try program.root.predictors.map { path, predictor, bindings in
            let lm = choice.sketch(predictor.lm)
            let adapter =
                try predictor.adapter.map { try ProgramBuilder.adapter($0) { choice.sketch($0) } } ?? choice.adapter
            var values = ValueDict()
            for field in predictor.signature.inputs {
                let source = bindings.first { $0.name == field.name }?.path ?? [field.name]
                if let value = Scope(inputs).value(at: source) ?? field.defaultValue {
                    values[field.name] = value
                } else if field.type != .custom(.history) {
                    values[field.name] = .string("{\(source.joined(separator: "."))}")
                }
            }
            let call = AdapterCall(
                lm: lm, options: Predict.options(predictor.config, for: lm), signature: predictor.promptSignature,
                demos: predictor.demos,
                inputs: values)
            let request = try adapter.request(for: call)
            let limits = ["max_tokens", "max_completion_tokens", "max_output_tokens"].lazy
                .compactMap { (request.options[$0] ?? lm.defaults[$0])?.int }
            return Call(path: path, model: lm.model, request: request, answerLimit: limits.first)
        }
    }

    /// The calls as text for people.
    func text(_ program: CheckedProgram, _ inputs: ValueDict) throws -> String {
        let calls = try calls(program, inputs)
        return calls.enumerated().map { place, call in
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
            if !call.request.options.isEmpty {
                text += "Options:\n\n\(JSON.object(call.request.options).text(.pythonIndented(2)))\n\n"
            }
            return text
        }.joined()
    }

    /// The calls as JSON: model, messages and options of each.
    func json(_ program: CheckedProgram, _ inputs: ValueDict) throws -> JSON {
        .array(
            try calls(program, inputs).map { call in
                [
                    "step": .string(call.path), "model": .string(call.model),
                    "messages": .array(call.request.messages.map(\.json)), "options": .object(call.request.options),
                ]
            })
    }
}
