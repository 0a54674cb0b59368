import OrderedJSON

/// Asks for one JSON object, with a strict schema where the model takes one.
///
/// - Source: dspy/adapters/json_adapter.py (3.4.1).
public struct JSONAdapter: Adapter {
    /// `JSONAdapter`.
    public var name: String { "JSONAdapter" }
    /// One JSON object.
    public var streamFormat: StreamFormat { .json }
    /// Nothing of the adapter's own options stands there.
    public var headIsCacheable: Bool { true }
    /// Whether tools go to the model's own function calling where it has one.
    public var useNativeFunctionCalling: Bool
    /// Whether the model may call several tools in one turn; nil leaves it to the provider.
    public var parallelToolCalls: Bool?

    /// An adapter with DSPy's defaults.
    public init(useNativeFunctionCalling: Bool = true, parallelToolCalls: Bool? = nil) {
        self.useNativeFunctionCalling = useNativeFunctionCalling
        self.parallelToolCalls = parallelToolCalls
    }

    /// Chooses the response format.
    public func prepare(_ call: inout AdapterCall) { prepareResponseFormat(&call) }

    /// Reads the object in the reply, wherever it stands and however damaged it is.
    public func parse(_ signature: Signature, _ reply: String) throws -> ValueDict {
        try parseJSONObject(signature, reply)
    }

    /// The structure: inputs under headers, outputs as a JSON object.
    public func fieldStructure(_ signature: Signature) throws -> String {
        var outputs = JSONObject()
        for field in signature.outputs { outputs[field.name] = .string(try FieldFormat.placeholder(field)) }
        return PythonString.strip(
            [
                "All interactions will be structured in the following way, with the appropriate values filled in.",
                "Inputs will have the following structure:",
                try placeholderBlocks(signature.inputs),
                "Outputs will be a JSON object with the following fields.",
                JSON.object(outputs).text(.pythonIndented(2)),
            ].joined(separator: "\n\n"))
    }

    /// A user message: the inputs that are there under their headers, and the reminder.
    public func userMessage(
        _ signature: Signature, _ inputs: ValueDict, prefix: String, isMainRequest: Bool
    ) throws -> String {
        try inputsUnderHeaders(
            signature, inputs, prefix: prefix, reminder: isMainRequest ? Self.reminder(signature) : nil)
    }

    /// An assistant message: the outputs as an indented JSON object.
    public func assistantMessage(_ signature: Signature, _ outputs: ValueDict, missing: String?) throws -> String {
        Self.assistantObject(signature, outputs, missing: missing)
    }
}

extension JSONAdapter {
    static func reminder(_ signature: Signature) -> String {
        "Respond with a JSON object in the following order of fields: "
            + signature.outputs.map { "`\($0.name)`\(FieldFormat.reminder(of: $0.type))" }.joined(separator: ", then ")
            + "."
    }

    static func assistantObject(_ signature: Signature, _ outputs: ValueDict, missing: String?) -> String {
        let members = signature.outputs.map { field -> (String, Value) in
            (field.name, outputs[field.name] ?? missing.map { .string($0) } ?? .null)
        }
        return Value.dict(ValueDict(members)).json.text(.pythonIndented(2))
    }
}
