import Basics
import OrderedJSON

extension StreamItem {
    /// The item as one server-sent event.
    ///
    /// - Throws: `ModuleError` (`ValueError`) in the strict form, for an item that DSPy has no event for.
    public func serverSentEvent(isStrict: Bool = false) throws -> String {
        switch self {
        case .prediction(let prediction):
            let shown = prediction.fields.members.filter { !$0.key.pythonString.hasPrefix("dspy_") }
            return Self.event("prediction", OrjsonText.json(of: .dict(ValueDict(unique: shown))))
        case .chunk(let chunk): return Self.event("chunk", chunk.json)
        case .custom(let text) where PythonString.hasPrefix(text, "data:"): return text
        case let item where isStrict:
            throw ModuleError("ValueError", "Unknown chunk value type: \(item)")
        case .custom(let text): return Self.event("custom", .string(text))
        case .status(let status): return Self.event("status", ["message": .string(status.message)])
        case .response(let response):
            return Self.event(
                "response",
                [
                    "predict_name": .string(response.predictName), "call": .int(response.call),
                    "signature_field_name": .string(response.signatureFieldName), "chunk": .string(response.chunk),
                    "is_last_chunk": .bool(response.isLastChunk),
                ])
        case .reset(let reset):
            return Self.event(
                "reset",
                [
                    "predict_name": .string(reset.predictName), "call": .int(reset.call),
                    "signature_field_name": .string(reset.signatureFieldName),
                ])
        }
    }

    /// A failure as one server-sent event.
    static func serverSentEvent(of error: any Error) -> String {
        event("error", .object(ErrorReport(error).members))
    }

    private static func event(_ name: String, _ body: JSON) -> String {
        ServerSentEvent(OrjsonText.text(of: .object([name: body]))).text
    }
}
