import OrderedJSON

/// Asks for JSON with the types of outputs written compactly, as BAML does.
///
/// - Source: dspy/adapters/baml_adapter.py (3.4.1).
public struct BAMLAdapter: Adapter {
    /// `BAMLAdapter`.
    public var name: String { "BAMLAdapter" }
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

    /// Reads the object in the reply.
    public func parse(_ signature: Signature, _ reply: String) throws -> ValueDict {
        try parseJSONObject(signature, reply)
    }

    /// The structure: headers, and each output's type in short.
    public func fieldStructure(_ signature: Signature) throws -> String {
        var parts = [
            "All interactions will be structured in the following way, with the appropriate values filled in.\n"
        ]
        for field in signature.inputs { parts += ["[[ ## \(field.name) ## ]]", "{\(field.name)}", ""] }
        for field in signature.outputs {
            var printer = BAMLTypePrinter()
            let type = try printer.text(of: field.type, indent: 0)
            parts += ["[[ ## \(field.name) ## ]]", "Output field `\(field.name)` should be of type: \(type)\n"]
        }
        parts.append("[[ ## completed ## ]]")
        return parts.joined(separator: "\n")
    }

    /// A user message: records as indented JSON, other inputs as everywhere, and the reminder.
    public func userMessage(
        _ signature: Signature, _ inputs: ValueDict, prefix: String, isMainRequest: Bool
    ) throws -> String {
        var parts = [prefix]
        for field in signature.inputs {
            guard let value = inputs[field.name] else { continue }
            let isModel =
                switch value {
                case .record, .custom: true
                default: false
                }
            let text = isModel ? value.json.text(Self.modelStyle) : try FieldFormat.value(value, of: field.type)
            parts.append("[[ ## \(field.name) ## ]]\n\(text)")
        }
        if isMainRequest { parts.append(JSONAdapter.reminder(signature)) }
        return PythonString.strip(parts.filter { !$0.isEmpty }.joined(separator: "\n\n"))
    }

    /// pydantic's `model_dump_json(indent=2)`.
    private static let modelStyle = JSONStyle.pythonIndented(2)

    /// An assistant message: the outputs as an indented JSON object.
    public func assistantMessage(_ signature: Signature, _ outputs: ValueDict, missing: String?) throws -> String {
        JSONAdapter.assistantObject(signature, outputs, missing: missing)
    }
}
