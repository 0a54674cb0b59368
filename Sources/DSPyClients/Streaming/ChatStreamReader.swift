package import Basics
package import DSPyCore
package import OrderedJSON

/// Puts together the chunks of a streamed chat completion.
///
/// - Source: dspy/_vendor/lm15/providers/openai_chat.py (3.4.1), the stream of chunks.
package struct ChatStreamReader: ModelStreamReader {
    private let dialect: OpenAIChatDialect
    private let options: JSONObject
    private let model: String
    private var text = ""
    private var reasoning = ""
    private var refusal = ""
    private var calls = StreamedToolCalls()
    /// The number of the choice that is listened to: the first one that came.
    private var choice: Int?
    private var logprobs: [JSON] = []
    private var finishReason: String?
    private var usage: JSON?
    private var servedModel: String?
    private var hasStarted = false
    private var isDone = false

    /// A reader of one answer.
    ///
    /// - Parameters:
    ///   - dialect: Where the server differs from OpenAI.
    ///   - options: The request's options.
    ///   - model: The model as the provider names it.
    package init(dialect: OpenAIChatDialect, options: JSONObject, model: String) {
        self.dialect = dialect
        self.options = options
        self.model = model
    }

    /// `[DONE]`, or a reason to stop, has come.
    package var isComplete: Bool { isDone || finishReason != nil }

    /// `[DONE]` has come.
    package var isOver: Bool { isDone }

    /// Takes a chunk; behind a reason to stop, what is none is passed over.
    package mutating func take(_ event: ServerSentEvent) throws(LMError) -> [LMStreamEvent] {
        guard !isDone, !event.isBlank else { return [] }
        if event.isDone {
            isDone = true
            return []
        }
        guard isComplete else { return try read(event) }
        return (try? read(event)) ?? []
    }

    private mutating func read(_ event: ServerSentEvent) throws(LMError) -> [LMStreamEvent] {
        let chunk = try Self.json(event.data)
        if let error = Self.error(in: chunk, event.name) { throw HTTPErrorReader.error(inReply: error) }
        guard chunk.object != nil else { return [] }
        var events: [LMStreamEvent] = []
        if !hasStarted {
            hasStarted = true
            servedModel = chunk["model"]?.filled
            events.append(.start(id: chunk["id"]?.filled, model: servedModel))
        }
        if let usage = chunk["usage"], usage.object != nil { self.usage = usage }
        guard let choice = ownChoice(chunk["choices"]?.array ?? []) else { return events }
        if let error = choice["error"], error.object != nil { throw HTTPErrorReader.error(inReply: error) }
        logprobs += choice["logprobs"]?["content"]?.array ?? []
        // A server that does not stream may put its whole message into one event.
        let delta = choice["delta"]?.object == nil ? choice["message"] : choice["delta"]
        try add(delta ?? [:], &events)
        if let reason = choice["finish_reason"]?.filled { finishReason = reason }
        return events
    }

    /// What a chunk holds that is an error and no part of an answer.
    static func error(in chunk: JSON, _ name: String) -> JSON? {
        if let error = chunk["error"], !error.isNull { return error }
        guard chunk["choices"] == nil else { return nil }
        // Not in one line: JSON has a `nil` of its own.
        let isError = name == "error" || chunk["object"] == "error" || chunk["type"] == "error"
        if isError { return chunk }
        return nil
    }

    /// The choice that is listened to; one of another number belongs to a generation that was not asked for.
    private mutating func ownChoice(_ choices: [JSON]) -> JSON? {
        choice = choice ?? choices.lazy.compactMap { $0["index"]?.int }.min()
        return choices.first { [nil, choice].contains($0["index"]?.int) }
    }

    private mutating func add(_ delta: JSON, _ events: inout [LMStreamEvent]) throws(LMError) {
        if let piece = delta["reasoning_content"]?.filled ?? delta["reasoning"]?.filled {
            reasoning += piece
            events.append(.reasoning(piece))
        }
        if let piece = OpenAIChatDialect.text(of: delta), !piece.isEmpty {
            text += piece
            events.append(.text(piece))
        }
        if let piece = delta["refusal"]?.filled { refusal += piece }
        if let pieces = delta["tool_calls"]?.array { events += try calls.take(pieces) }
    }

    /// The answer as it would have come without a stream.
    package mutating func finish() throws(LMError) -> LMResponse {
        guard isComplete else {
            throw LMError(
                .transport,
                hasStarted
                    ? "the streamed reply broke off before its end" : "the streamed reply ended before it began")
        }
        var message: JSONObject = ["content": .string(text)]
        if !reasoning.isEmpty { message["reasoning_content"] = .string(reasoning) }
        if !refusal.isEmpty { message["refusal"] = .string(refusal) }
        let calls = calls.whole
        if !calls.isEmpty { message["tool_calls"] = .array(calls) }
        var reply: JSONObject = [
            "choices": [
                [
                    "message": .object(message), "finish_reason": finishReason.map { .string($0) } ?? .null,
                    "logprobs": ["content": .array(logprobs)],
                ]
            ]
        ]
        reply["usage"] = usage
        reply["model"] = servedModel.map { .string($0) }
        return try dialect.response(from: .object(reply), options: options, model: model)
    }

    static func json(_ data: [UInt8]) throws(LMError) -> JSON {
        do {
            return try JSON(parsing: data, options: .python)
        } catch {
            let start = String(decoding: data.prefix(200), as: UTF8.self).shortened(to: 80)
            throw LMError(
                .badReply, "an event of the streamed reply is not JSON: \(error.message); it starts with \"\(start)\"")
        }
    }
}
