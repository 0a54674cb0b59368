import OrderedJSON

/// Fields as XML elements; lists and records of outputs as nested elements.
///
/// - Source: dspy/adapters/xml_adapter.py (3.4.1).
public struct XMLAdapter: Adapter {
    /// `XMLAdapter`.
    public var name: String { "XMLAdapter" }
    /// One element for each field.
    public var streamFormat: StreamFormat { .xml }
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

    /// The structure: every field as an element.
    public func fieldStructure(_ signature: Signature) throws -> String {
        func blocks(_ fields: [Field]) throws -> String {
            try fields.map { field in
                if field.kind == .output, XMLFormat.isNested(field.type) {
                    return try XMLFormat.skeleton(field)
                }
                return try XMLFormat.block(field, .string(try FieldFormat.placeholder(field)))
            }.joined(separator: "\n\n")
        }
        return [
            "All interactions will be structured in the following way, with the appropriate values filled in.",
            try blocks(signature.inputs), try blocks(signature.outputs),
        ].joined(separator: "\n\n")
    }

    /// A user message: the inputs that are there as elements, and the reminder.
    public func userMessage(
        _ signature: Signature, _ inputs: ValueDict, prefix: String, isMainRequest: Bool
    ) throws -> String {
        let blocks = try signature.inputs.compactMap { field in
            try inputs[field.name].map { try XMLFormat.block(field, $0) }
        }
        var parts = [prefix, PythonString.strip(blocks.joined(separator: "\n\n"))]
        if isMainRequest { parts.append(try reminder(signature)) }
        parts.append("")
        return PythonString.strip(parts.joined(separator: "\n\n"))
    }

    private func reminder(_ signature: Signature) throws -> String {
        let fields = signature.outputs.map { "`<\($0.name)>`" }.joined(separator: ", then ")
        let nested = try signature.outputs.filter { XMLFormat.isNested($0.type) }.map(XMLFormat.skeleton)
        let text = "Respond with the corresponding output fields wrapped in XML tags \(fields)."
        return nested.isEmpty ? text : text + " Use this nested XML structure: \(nested.joined(separator: " "))"
    }

    /// An assistant message: the outputs as elements.
    public func assistantMessage(_ signature: Signature, _ outputs: ValueDict, missing: String?) throws -> String {
        let blocks = try signature.outputs.map { field in
            try XMLFormat.block(field, outputs[field.name] ?? missing.map { .string($0) } ?? .null)
        }
        return PythonString.strip(blocks.joined(separator: "\n\n"))
    }

    /// Reads the elements of the reply as values of the fields' types.
    public func parse(_ signature: Signature, _ reply: String) throws -> ValueDict {
        let root: XMLElement
        do {
            root = try XMLParser.parse(reply, wrappedIn: "dspy_root")
        } catch {
            throw AdapterParseError(name, signature: signature, reply: reply, message: "not well-formed XML: \(error)")
        }
        let elements = XMLReading.grouped(root.children)
        var fields = ValueDict()
        for field in signature.outputs {
            guard let found = elements.first(where: { $0.name.hasSameBytes(as: field.name) })?.elements else {
                continue
            }
            do {
                fields[field.name] = try XMLReading.value(of: found, as: field.type)
            } catch {
                throw AdapterParseError(
                    name, signature: signature, reply: reply, message: "field `\(field.name)`: \(error)")
            }
        }
        return try completed(fields, signature, reply)
    }
}
