package import Basics
package import DSPyCore
package import OrderedJSON

/// Reads the events of a streamed response of OpenAI's responses API.
///
/// Its last event holds the whole response, which is read as one that came without a stream.
///
/// - Source: dspy/_vendor/lm15/providers/openai.py (3.4.1), the stream of events.
package struct ResponsesStreamReader: ModelStreamReader {
    private let dialect: OpenAIResponsesDialect
    private let options: JSONObject
    private let model: String
    private var response: JSON?
    private var hasStarted = false
    /// The place among the calls, by the output's place.
    private var calls: [Int: Int] = [:]

    /// A reader of one answer.
    package init(dialect: OpenAIResponsesDialect = OpenAIResponsesDialect(), options: JSONObject, model: String) {
        self.dialect = dialect
        self.options = options
        self.model = model
    }

    /// The last event has come.
    package var isComplete: Bool { response != nil }

    /// The last event has come.
    package var isOver: Bool { response != nil }

    /// Takes an event; behind the last one, nothing counts.
    package mutating func take(_ event: ServerSentEvent) throws(LMError) -> [LMStreamEvent] {
        guard response == nil, !event.isDone, !event.isBlank else { return [] }
        let json = try ChatStreamReader.json(event.data)
        let place = json["output_index"]?.int ?? 0
        let delta = json["delta"]?.filled
        switch json["type"]?.string ?? event.name {
        case "response.created":
            guard !hasStarted else { return [] }
            hasStarted = true
            return [.start(id: json["response"]?["id"]?.filled, model: json["response"]?["model"]?.filled)]
        case "response.output_text.delta": return delta.map { [.text($0)] } ?? []
        case "response.reasoning_summary_text.delta": return delta.map { [.reasoning($0)] } ?? []
        // Between two parts of one summary stands a line feed.
        case "response.reasoning_summary_part.added":
            return (json["summary_index"]?.int ?? 0) > 0 ? [.reasoning("\n")] : []
        case "response.output_item.added":
            guard let item = json["item"], item["type"] == "function_call" else { return [] }
            calls[place] = calls.count
            return [
                .toolCall(
                    index: calls[place] ?? 0, id: item["call_id"]?.filled ?? item["id"]?.filled,
                    name: item["name"]?.filled, arguments: "")
            ]
        case "response.function_call_arguments.delta":
            return delta.map { [.toolCall(index: calls[place] ?? 0, id: nil, name: nil, arguments: $0)] } ?? []
        case "response.completed", "response.incomplete":
            response = json["response"]
            return []
        case "response.failed":
            throw HTTPErrorReader.error(inReply: json["response"]?["error"] ?? [:])
        case "error":
            throw HTTPErrorReader.error(inReply: json["error"]?.object == nil ? json : json["error"] ?? json)
        default:
            // What stands between a client and the provider knows nothing of the protocol's events.
            if let error = ChatStreamReader.error(in: json, event.name) {
                throw HTTPErrorReader.error(inReply: error)
            }
            return []
        }
    }

    /// The answer as it would have come without a stream.
    package mutating func finish() throws(LMError) -> LMResponse {
        guard let response else { throw LMError(.transport, "the streamed reply broke off before its end") }
        return try dialect.response(from: response, options: options, model: model)
    }
}
