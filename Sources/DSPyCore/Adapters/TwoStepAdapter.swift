import OrderedJSON

/// Asks in plain words, then has a second model extract the fields from the answer.
///
/// - Source: dspy/adapters/two_step_adapter.py (3.4.1).
public struct TwoStepAdapter: Adapter {
    /// `TwoStepAdapter`.
    public var name: String { "TwoStepAdapter" }
    /// The model that extracts the fields.
    public var extractionModel: any LanguageModel

    /// An adapter that extracts with the given model.
    public init(extractionModel: any LanguageModel) { self.extractionModel = extractionModel }

    /// Asks the main model, then the extraction model once per generation.
    public func call(_ call: AdapterCall) async throws -> [ValueDict] {
        let messages = try format(call.signature, demos: call.demos, inputs: call.inputs)
        let request = LMRequest(messages: messages, options: call.options)
        let response =
            if let stream = call.stream {
                try await stream.complete(call.lm, request)
            } else {
                try await call.send(call.lm, request)
            }
        var generations: [ValueDict] = []
        for output in response.outputs {
            let text = output.text ?? ""
            do {
                var extraction = AdapterCall(
                    lm: extractionModel, options: [:], signature: extractor(call.signature), demos: [],
                    inputs: ["text": .string(text)], send: call.send)
                // Of several generations the first is the prediction's, and the one that is told.
                if generations.isEmpty { extraction.stream = call.stream }
                guard let fields = try await ChatAdapter().call(extraction).first else { continue }
                generations.append(fields)
            } catch let error as AdapterParseError {
                call.lm.forget(request)
                throw output.explained(
                    AdapterParseError(
                        name, signature: call.signature, reply: text,
                        message: "the fields could not be extracted from the answer: \(error)"))
            }
        }
        return generations
    }

    /// System, demos and the inputs in plain words; no reminder.
    public func format(_ signature: Signature, demos: [ValueDict], inputs: ValueDict) throws -> [LMMessage] {
        var messages = [LMMessage(role: "system", text: taskDescription(signature))]
        messages += try self.demos(demos, signature)
        messages.append(
            LMMessage(role: "user", text: try userMessage(signature, inputs, prefix: "", isMainRequest: false)))
        return messages
    }

    /// The task in plain words.
    public func taskDescription(_ signature: Signature) -> String {
        var parts = [
            "You are a helpful assistant that can solve tasks based on user input.",
            "As input, you will be provided with:\n" + FieldFormat.descriptions(signature.inputs),
            "Your outputs must contain:\n" + FieldFormat.descriptions(signature.outputs),
            "You should lay out your outputs in detail so that your answer can be understood by another agent",
        ]
        let instructions = signature.instructions
        if !instructions.isEmpty { parts.append("Specific instructions: \(instructions)") }
        return parts.joined(separator: "\n")
    }

    /// `name: value` for each input that is there.
    public func userMessage(
        _ signature: Signature, _ inputs: ValueDict, prefix: String, isMainRequest: Bool
    ) throws -> String {
        Self.lines(signature.inputs, inputs, prefix: prefix)
    }

    /// `name: value` for each output that is there.
    public func assistantMessage(_ signature: Signature, _ outputs: ValueDict, missing: String?) throws -> String {
        Self.lines(signature.outputs, outputs, prefix: nil)
    }

    private static func lines(_ fields: [Field], _ values: ValueDict, prefix: String?) -> String {
        let shown = fields.compactMap { field in values[field.name].map { "\(field.name): \($0.pythonString)" } }
        return PythonString.strip(
            ((prefix.map { [$0] } ?? []) + shown + (prefix == nil ? [] : [""])).joined(separator: "\n\n"))
    }

    /// Only a running call can extract; the text alone cannot be read.
    public func parse(_ signature: Signature, _ reply: String) throws -> ValueDict {
        throw AdapterParseError(name, signature: signature, reply: reply, message: "needs its extraction model")
    }

    private func extractor(_ signature: Signature) -> Signature {
        let outputs = signature.outputs.map { "`\($0.name)`" }.joined(separator: ", ")
        // The run of spaces is the reference's: a line of its source that goes on.
        let instructions =
            "The input is a text that should contain all the necessary information to produce the fields \(outputs). "
            + "            Your job is to extract the fields from the text verbatim. "
            + "Extract precisely the appropriate value (content) for each field."
        return Signature(fields: [Field(name: "text", kind: .input)] + signature.outputs, instructions: instructions)
    }
}
