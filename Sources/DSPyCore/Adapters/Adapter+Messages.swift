import OrderedJSON

/// The order of messages: system, incomplete demos, complete demos, history, the inputs.
///
/// - Source: dspy/adapters/base.py (3.4.1), `Adapter.format` and what it calls.
extension Adapter {
    /// The messages that ask for the outputs.
    public func format(_ signature: Signature, demos: [ValueDict], inputs: ValueDict) throws -> [LMMessage] {
        let historyField = signature.inputs.first { $0.type == .custom(.history) }?.name
        let shown = historyField.map(signature.deleting) ?? signature
        var inputs = inputs
        var history: [LMMessage] = []
        if let historyField, let given = inputs[historyField] {
            history = try self.history(given, shown)
            inputs[historyField] = nil
        }
        var messages = try head(signature, demos)
        messages += history.map(CustomTypeMarkers.expanded)
        let request = try userMessage(shown, inputs, prefix: "", isMainRequest: true)
        if !request.isEmpty { messages.append(CustomTypeMarkers.expanded(LMMessage(role: "user", text: request))) }
        return messages
    }

    /// The system message and the demos.
    private func head(_ signature: Signature, _ demos: [ValueDict]) throws -> [LMMessage] {
        headIsCacheable
            ? try PromptParts.heads.part(Self.self, signature, demos) { try newHead(signature, demos) }
            : try newHead(signature, demos)
    }

    private func newHead(_ signature: Signature, _ demos: [ValueDict]) throws -> [LMMessage] {
        let messages = [LMMessage(role: "system", text: try systemMessage(signature))]
        return (messages + (try self.demos(demos, signature))).map(CustomTypeMarkers.expanded)
    }

    private func systemMessage(_ signature: Signature) throws -> String {
        "\(fieldDescription(signature))\n\(try fieldStructure(signature))\n\(taskDescription(signature))"
    }

    /// Demos as turns: the incomplete ones first, those without any input or output dropped.
    func demos(_ demos: [ValueDict], _ signature: Signature) throws -> [LMMessage] {
        func has(_ demo: ValueDict, _ fields: [Field]) -> Bool { fields.contains { demo.contains($0.name) } }
        let isComplete = { (demo: ValueDict) in
            signature.fields.allSatisfy { !(demo[$0.name] ?? .null).isNull }
        }
        let incomplete = demos.filter { demo in
            !isComplete(demo) && has(demo, signature.inputs) && has(demo, signature.outputs)
        }
        let notice = "This is an example of the task, though some input or output fields are not supplied."
        var messages: [LMMessage] = []
        for demo in incomplete {
            messages += [
                LMMessage(role: "user", text: try userMessage(signature, demo, prefix: notice, isMainRequest: false)),
                LMMessage(
                    role: "assistant",
                    text: try assistantMessage(signature, demo, missing: "Not supplied for this particular example. ")),
            ]
        }
        for demo in demos where isComplete(demo) {
            messages += [
                LMMessage(role: "user", text: try userMessage(signature, demo, prefix: "", isMainRequest: false)),
                LMMessage(
                    role: "assistant",
                    text: try assistantMessage(
                        signature, demo, missing: "Not supplied for this conversation history message. ")),
            ]
        }
        return messages
    }

    // MARK: History

    private func history(_ value: Value, _ signature: Signature) throws -> [LMMessage] {
        guard case .custom(.history(let turns))? = CustomValue(reading: value, as: .history).map({ Value.custom($0) })
        else {
            throw AdapterFormatError(
                "ValueError", "a history is an object with `messages`, found \(value.pythonRepr)")
        }
        return try turns.flatMap { try turn($0, signature) }
    }

    private func turn(_ turn: ValueDict, _ signature: Signature) throws -> [LMMessage] {
        var messages: [LMMessage] = []
        let hasInput = signature.inputs.contains { turn.contains($0.name) }
        let user = try userMessage(signature, turn, prefix: "", isMainRequest: hasInput)
        if !user.isEmpty { messages.append(LMMessage(role: "user", text: user)) }
        let calls = Self.toolCalls(in: turn)
        if useNativeFunctionCalling, let calls {
            return messages + (try nativeToolTurn(turn, calls.calls, signature))
        }
        var answer = turn
        if let calls, calls.calls.results != nil {
            answer[calls.field] = .custom(.toolCalls(ToolCalls(calls.calls.calls)))
        }
        let assistant = try assistantMessage(signature, answer, missing: nil)
        if !assistant.isEmpty { messages.append(LMMessage(role: "assistant", text: assistant)) }
        if let results = calls?.calls.results {
            let field = Field(name: "tool_call_results", kind: .input, type: .any)
            let shown = Value.dict(["tool_call_results": .list(results.map(\.dumped))])
            let text = try userMessage(
                Signature(fields: [field]), ["tool_call_results": shown], prefix: "", isMainRequest: false)
            messages.append(LMMessage(role: "user", text: text))
        }
        return messages
    }

    private static func toolCalls(in turn: ValueDict) -> (field: String, calls: ToolCalls)? {
        for (key, value) in turn {
            let isDict = value.dict?.contains("tool_calls") ?? false
            let isCalls = if case .custom(.toolCalls) = value { true } else { false }
            if isDict || isCalls, let calls = ToolCalls(reading: value) { return (key.pythonString, calls) }
        }
        return nil
    }

    private func nativeToolTurn(
        _ turn: ValueDict, _ calls: ToolCalls, _ signature: Signature
    ) throws -> [LMMessage] {
        var shown = signature
        for field in signature.outputs
        where field.type == .custom(.toolCalls) || (turn[field.name] ?? .null).isNull {
            shown = shown.deleting(field.name)
        }
        let content = shown.outputs.isEmpty ? "" : try assistantMessage(shown, turn, missing: nil)
        var results = calls.results
        let ids = calls.calls.map(\.id)
        if ids.contains(where: { ($0 ?? "").isEmpty }) || ids != results?.map(\.callID) { results = nil }
        var messages: [LMMessage] = []
        if !content.isEmpty || results != nil {
            messages.append(
                LMMessage(
                    role: "assistant", content: content.isEmpty ? .none : .text(content),
                    toolCalls: results == nil ? [] : calls.calls.map(Self.openAIToolCall)))
        }
        for result in results ?? [] {
            let text = result.value.string ?? result.value.json.text(.python)
            messages.append(
                LMMessage(role: "tool", content: .text(text), toolCallID: result.callID, name: result.name))
        }
        return messages
    }

    private static func openAIToolCall(_ call: ToolCalls.Call) -> JSON {
        [
            "id": call.id.map { .string($0) } ?? .null, "type": "function",
            "function": [
                "name": .string(call.name), "arguments": .string(Value.dict(call.args).json.text(.python)),
            ],
        ]
    }
}
