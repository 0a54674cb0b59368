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
