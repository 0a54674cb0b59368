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
