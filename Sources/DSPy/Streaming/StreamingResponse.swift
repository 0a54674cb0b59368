import OrderedJSON

extension AsyncSequence where Element == StreamItem, Self: Sendable {
    /// DSPy's `streaming_response`: the items as server-sent events, for the body of an HTTP answer.
    ///
    /// - Parameter isStrict: As DSPy does: only predictions, chunks and lines that begin with `data:` are taken, and an error
    ///   is thrown instead of `[DONE]`. Otherwise all items are written, an error too, and `[DONE]` always comes.
    /// - Source: dspy/streaming/streamify.py (3.4.1), `streaming_response`.
    public func streamingResponse(isStrict: Bool = false) -> StreamingResponse<Self> {
        StreamingResponse(items: self, isStrict: isStrict)
    }
}

/// The items of a streamed program as server-sent events.
public struct StreamingResponse<Items: AsyncSequence>: AsyncSequence where Items.Element == StreamItem {
    let items: Items
    let isStrict: Bool

    /// Walks the events.
    public struct AsyncIterator: AsyncIteratorProtocol {
        var items: Items.AsyncIterator
        let isStrict: Bool
        private var hasFailed = false
        private var isDone = false

        init(items: Items.AsyncIterator, isStrict: Bool) {
            self.items = items
            self.isStrict = isStrict
        }

        /// The next event with its empty line; the last one is `data: [DONE]`.
        public mutating func next() async throws -> String? {
            guard !isDone else { return nil }
            do {
                if !hasFailed, let item = try await items.next(isolation: #isolation) {
                    return try item.serverSentEvent(isStrict: isStrict)
                }
            } catch {
                guard !isStrict else { throw error }
                hasFailed = true
                return StreamItem.serverSentEvent(of: error)
            }
            isDone = true
            return "data: [DONE]\n\n"
        }
    }

    /// Starts the walk.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(items: items.makeAsyncIterator(), isStrict: isStrict)
    }
}

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
        let code: String
        var kind: String?
        switch error {
        case let error as LMError: (code, kind) = (error.code.rawValue, error.dspyClass)
        case is AdapterParseError: (code, kind) = ("parse_failed", "AdapterParseError")
        case let error as AdapterFormatError: (code, kind) = ("type_mismatch", error.kind)
        case let error as ModuleError: (code, kind) = ("invalid_request", error.kind)
        case is CancellationError: code = "cancelled"
        default: code = "invalid_request"
        }
        var body: JSONObject = ["code": .string(code), "message": .string("\(error)")]
        body["class"] = kind.map { .string($0) }
        return event("error", .object(body))
    }

    private static func event(_ name: String, _ body: JSON) -> String {
        "data: \(OrjsonText.text(of: .object([name: body])))\n\n"
    }
}
