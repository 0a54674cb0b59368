// The chat format, which is every adapter's unless it says otherwise.

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
