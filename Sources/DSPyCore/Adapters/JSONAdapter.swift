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

extension Adapter {
    /// Chooses the response format before the call: a strict schema, plain JSON mode, or nothing.
    func prepareResponseFormat(_ call: inout AdapterCall) {
        guard call.lm.capabilities.supportedParams.contains("response_format") else { return }
        let outputs = call.signature.outputs
        let hasOpenMapping = outputs.contains { if case .dict(_, _?) = $0.type { true } else { false } }
        let hasToolCalls = outputs.contains { $0.type == .custom(.toolCalls) }
        var format: JSON = ["type": "json_object"]
        if !hasOpenMapping, !hasToolCalls || useNativeFunctionCalling, call.lm.capabilities.responseSchema,
            let schema = StructuredOutputs.schema(of: call.signature, withoutToolCalls: useNativeFunctionCalling)
        {
            format = [
                "type": "json_schema",
                "json_schema": ["name": "DSPyProgramOutputs", "schema": .object(schema)],
            ]
        }
        call.options["response_format"] = format
    }

    func parseJSONObject(_ signature: Signature, _ reply: String) throws -> ValueDict {
        var json = JSONRepair.loads(reply)
        var text = reply
        if json.object == nil, let braces = Self.balancedBraces(in: reply) {
            text = braces
            json = JSONRepair.loads(text)
        }
        guard case .object(let object) = json else {
            throw AdapterParseError(
                name, signature: signature, reply: text, message: "the answer holds no JSON object")
        }
        var fields = ValueDict()
        for (key, value) in object {
            guard let field = signature[key], field.kind == .output else { continue }
            do {
                fields[key] = try ValueParsing.parse(Value(value), as: field.type)
            } catch {
                throw AdapterParseError(name, signature: signature, reply: text, message: "field `\(key)`: \(error)")
            }
        }
        return try completed(fields, signature, text)
    }

    /// The first `{…}` whose braces balance.
    private static func balancedBraces(in text: String) -> String? {
        let bytes = Array(text.utf8)
        // From the end: the place where the braces that open at each place close, or none.
        var opened: [Int] = []
        var closing: [Int: Int] = [:]
        for (place, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "{") { opened.append(place) }
            if byte == UInt8(ascii: "}"), let open = opened.popLast() { closing[open] = place }
        }
        guard let open = closing.keys.min(), let close = closing[open] else { return nil }
        return String(decoding: bytes[open...close], as: UTF8.self)
    }
}
