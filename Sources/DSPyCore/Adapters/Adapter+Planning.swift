import OrderedJSON

/// What a model can do by itself is taken out of the prompt before, and put back into the answer after.
///
/// - Source: dspy/adapters/base.py (3.4.1), `_call_preprocess`, `_call_postprocess`.
extension Adapter {
    /// The signature that the prompt shows: without tools and reasoning where the model has them natively.
    func plan(_ call: inout AdapterCall) throws -> Signature {
        var signature = call.signature
        let callsField = signature.outputs.first { $0.type == .custom(.toolCalls) }?.name
        if !useNativeFunctionCalling {
            dropToolOptions(&call.options)
        } else if let callsField {
            guard let toolsField = signature.inputs.first(where: { Self.holdsTools($0.type) })?.name else {
                throw AdapterFormatError(
                    "ValueError",
                    "the output `\(callsField)` takes tool calls, but no input of type `list[dspy.Tool]` names the tools"
                )
            }
            if call.lm.capabilities.functionCalling {
                guard let given = call.inputs[toolsField] else {
                    throw AdapterFormatError("KeyError", "the input `\(toolsField)` is missing")
                }
                call.options["tools"] = .array(Self.tools(in: given).map(\.functionCall))
                if let parallelToolCalls, call.options["parallel_tool_calls"].map(\.isNull) ?? true {
                    call.options["parallel_tool_calls"] = .bool(parallelToolCalls)
                }
                signature = signature.deleting(callsField).deleting(toolsField)
            } else {
                dropToolOptions(&call.options)
            }
        }
        for field in signature.outputs where field.type == .custom(.reasoning) {
            let effort = call.options["reasoning_effort"] ?? call.lm.defaults["reasoning_effort"] ?? "low"
            // The chat API of this family of models does not return the reasoning text.
            guard !effort.isNull, call.lm.capabilities.reasoning, !call.lm.model.contains("gpt-5") else { continue }
            call.options["reasoning_effort"] = effort
            signature = signature.deleting(field.name)
        }
        return signature
    }

    private func dropToolOptions(_ options: inout JSONObject) {
        for key in ["tools", "tool_choice", "parallel_tool_calls"] { options[key] = nil }
    }

    private static func holdsTools(_ type: FieldType) -> Bool {
        switch type {
        case .custom(.tool), .list(name: "list", element: .custom(.tool)): true
        default: false
        }
    }

    private static func tools(in value: Value) -> [ToolDescription] {
        (value.list ?? [value]).compactMap { if case .custom(.tool(let tool)) = $0 { tool } else { nil } }
    }

    /// The output fields of one generation: the text read, native parts put in, the rest None.
    func read(_ output: LMResponse.Output, rendered: Signature, original: Signature) throws -> ValueDict {
        let callsField = original.outputs.first { $0.type == .custom(.toolCalls) }?.name
        let hasCalls = callsField != nil && !output.toolCalls.isEmpty
        let text = output.text ?? ""
        var fields: ValueDict
        if hasCalls {
            do {
                fields = text.isEmpty || rendered.outputs.isEmpty ? [:] : try parse(rendered, text)
            } catch is AdapterParseError {
                fields = [:]
            }
        } else {
            guard !text.isEmpty else {
                throw AdapterParseError(
                    name, signature: original, reply: text, message: "The LM returned an empty or null response.")
            }
            fields = try parse(rendered, text)
        }
        fields = ValueParsing.withDefaults(fields, original)
        for field in original.outputs where !fields.contains(field.name) { fields[field.name] = Value.null }
        if hasCalls, let callsField {
            fields[callsField] = .custom(.toolCalls(ToolCalls(output.toolCalls.compactMap(Self.toolCall))))
        }
        if let reasoning = output.reasoning {
            for field in original.outputs where field.type == .custom(.reasoning) {
                fields[field.name] = .custom(.reasoning(reasoning))
            }
        }
        if let logprobs = output.logprobs { fields["logprobs"] = Value(logprobs) }
        return fields
    }

    private static func toolCall(_ json: JSON) -> ToolCalls.Call? {
        let function = json["function"]
        guard let name = function?["name"]?.string ?? json["name"]?.string else { return nil }
        var arguments = function?["arguments"] ?? json["arguments"] ?? [:]
        if case .string(let text) = arguments { arguments = JSONRepair.loads(text) }
        guard case .dict(let args) = Value(arguments) else { return nil }
        return ToolCalls.Call(id: json["call_id"]?.string ?? json["id"]?.string, name: name, args: args)
    }
}
