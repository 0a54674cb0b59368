import OrderedJSON

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
