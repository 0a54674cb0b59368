/// The default adapter: fields between `[[ ## name ## ]]` headers.
///
/// When an answer cannot be read, the model is asked once more through `JSONAdapter`.
///
/// - Source: dspy/adapters/chat_adapter.py (3.4.1).
public struct ChatAdapter: Adapter {
    /// `ChatAdapter`.
    public var name: String { "ChatAdapter" }
    /// Sections under headers.
    public var streamFormat: StreamFormat { .chat }
    /// Nothing of the adapter's own options stands there.
    public var headIsCacheable: Bool { true }
    /// Whether tools go to the model's own function calling where it has one.
    public var useNativeFunctionCalling: Bool
    /// Whether the model may call several tools in one turn; nil leaves it to the provider.
    public var parallelToolCalls: Bool?
    /// Whether an unreadable answer is asked for again as JSON.
    public var useJSONAdapterFallback: Bool

    /// An adapter with DSPy's defaults.
    public init(
        useNativeFunctionCalling: Bool = false, parallelToolCalls: Bool? = nil, useJSONAdapterFallback: Bool = true
    ) {
        self.useNativeFunctionCalling = useNativeFunctionCalling
        self.parallelToolCalls = parallelToolCalls
        self.useJSONAdapterFallback = useJSONAdapterFallback
    }

    /// Asks once; again as JSON when the answer cannot be read.
    public func call(_ call: AdapterCall) async throws -> [ValueDict] {
        try await callWithJSONFallback(call, isOn: useJSONAdapterFallback)
    }

    /// Reads fields between their headers; the first of a name counts.
    public func parse(_ signature: Signature, _ reply: String) throws -> ValueDict {
        var fields = ValueDict()
        for section in ChatSections.split(reply) {
            guard let field = signature[section.name], field.kind == .output, !fields.contains(field.name) else {
                continue
            }
            do {
                fields[field.name] = try ValueParsing.parse(.string(section.text), as: field.type)
            } catch {
                throw AdapterParseError(
                    name, signature: signature, reply: reply, message: "field `\(field.name)`: \(error)")
            }
        }
        return try completed(fields, signature, reply)
    }
}

extension Adapter {
    /// - Source: dspy/adapters/chat_adapter.py (3.4.1), `ChatAdapter.__call__`.
    func callWithJSONFallback(_ call: AdapterCall, isOn: Bool) async throws -> [ValueDict] {
        var call = call
        do {
            return try await ask(&call)
        } catch {
            guard isOn, error is AdapterParseError else { throw error }
            return try await callAsJSON(call)
        }
    }

    @inline(never)
    private func callAsJSON(_ call: AdapterCall) async throws -> [ValueDict] {
        let fallback = JSONAdapter(
            useNativeFunctionCalling: useNativeFunctionCalling, parallelToolCalls: parallelToolCalls)
        return try await fallback.call(call)
    }

    /// The fields with defaults filled in; an error when one is still missing.
    func completed(_ fields: ValueDict, _ signature: Signature, _ reply: String) throws(AdapterParseError) -> ValueDict
    {
        let completed = ValueParsing.withDefaults(fields, signature)
        guard completed.count == signature.outputs.count else {
            throw AdapterParseError(name, signature: signature, reply: reply, found: completed.names)
        }
        return completed
    }
}

// MARK: The chat format, which is every adapter's unless it says otherwise

extension Adapter {
    /// The list of fields that opens the system message.
    public func fieldDescription(_ signature: Signature) -> String {
        "Your input fields are:\n\(FieldFormat.descriptions(signature.inputs))\n"
            + "Your output fields are:\n\(FieldFormat.descriptions(signature.outputs))"
    }

    /// The part of the system message that shows the structure.
    public func fieldStructure(_ signature: Signature) throws -> String {
        PythonString.strip(
            [
                "All interactions will be structured in the following way, with the appropriate values filled in.",
                try placeholderBlocks(signature.inputs), try placeholderBlocks(signature.outputs),
                "[[ ## completed ## ]]\n",
            ].joined(separator: "\n\n"))
    }

    /// The inputs that are there under their headers, and what to say after them.
    func inputsUnderHeaders(
        _ signature: Signature, _ inputs: ValueDict, prefix: String, reminder: String?
    ) throws -> String {
        var text = prefix
        text.reserveCapacity(512)
        for field in signature.inputs {
            guard let value = inputs[field.name] else { continue }
            text += "\n\n[[ ## "
            text += field.name
            text += " ## ]]\n"
            text += try FieldFormat.value(value, of: field.type)
        }
        if let reminder {
            text += "\n\n"
            text += reminder
        }
        return PythonString.strip(text)
    }

    func placeholderBlocks(_ fields: [Field]) throws -> String {
        PythonString.strip(
            try fields.map { "[[ ## \($0.name) ## ]]\n\(try FieldFormat.placeholder($0))" }.joined(separator: "\n\n"))
    }

    /// The part of the system message that says the task.
    public func taskDescription(_ signature: Signature) -> String {
        let lines = PythonString.splitLines(PythonString.dedent(signature.instructions))
        return "In adhering to this structure, your objective is: "
            + lines.map { "\n        " + $0 }.joined()
    }

    /// A user message: the inputs that are there under their headers, and the reminder.
    public func userMessage(
        _ signature: Signature, _ inputs: ValueDict, prefix: String, isMainRequest: Bool
    ) throws -> String {
        try inputsUnderHeaders(
            signature, inputs, prefix: prefix, reminder: isMainRequest ? chatReminder(signature) : nil)
    }

    private func chatReminder(_ signature: Signature) -> String {
        PromptParts.chatReminders.part(ChatAdapter.self, signature) { newChatReminder(signature) }
    }

    private func newChatReminder(_ signature: Signature) -> String {
        var text = "Respond with the corresponding output fields, starting with the field "
        text.reserveCapacity(256)
        for (place, field) in signature.outputs.enumerated() {
            text += place == 0 ? "`[[ ## " : ", then `[[ ## "
            text += field.name
            text += " ## ]]`"
            text += FieldFormat.reminder(of: field.type)
        }
        text += ", and then ending with the marker for `[[ ## completed ## ]]`."
        return text
    }

    /// An assistant message: the outputs under their headers.
    public func assistantMessage(_ signature: Signature, _ outputs: ValueDict, missing: String?) throws -> String {
        let blocks = try signature.outputs.map { field in
            let value = outputs[field.name] ?? missing.map { .string($0) } ?? .null
            return "[[ ## \(field.name) ## ]]\n\(try FieldFormat.value(value, of: field.type))"
        }
        return PythonString.strip(blocks.joined(separator: "\n\n")) + "\n\n[[ ## completed ## ]]\n"
    }
}
