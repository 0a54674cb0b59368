package import Basics
package import DSPyCore
package import OrderedJSON

/// Puts together the chunks of a streamed chat completion.
///
/// - Source: dspy/_vendor/lm15/providers/openai_chat.py (3.4.1), the stream of chunks.
package struct ChatStreamReader: ModelStreamReader {
    private struct Call: Sendable {
        var id: String?
        var name = ""
        var arguments = ""
        var type: String?
    }

    private let dialect: OpenAIChatDialect
    private let options: JSONObject
    private let model: String
    private var text = ""
    private var reasoning = ""
    private var refusal = ""
    private var calls: [Int: Call] = [:]
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

    /// Takes a chunk.
    package mutating func take(_ event: ServerSentEvent) throws(LMError) -> [LMStreamEvent] {
        guard !isDone else { return [] }
        if event.data.elementsEqual("[DONE]".utf8) {
            isDone = true
            return []
        }
        let chunk = try Self.json(event.data)
        if let error = chunk["error"], !error.isNull {
            throw HTTPErrorReader.error(inReply: error.object == nil ? ["message": error] : error)
        }
        var events: [LMStreamEvent] = []
        if !hasStarted {
            hasStarted = true
            servedModel = chunk["model"]?.filled
            events.append(.start(id: chunk["id"]?.filled, model: servedModel))
        }
        if let usage = chunk["usage"], usage.object != nil { self.usage = usage }
        // A choice of another number belongs to a generation that was not asked for.
        guard let choice = chunk["choices"]?.array?.first(where: { ($0["index"]?.int ?? 0) == 0 }) else {
            return events
        }
        if let error = choice["error"], error.object != nil { throw HTTPErrorReader.error(inReply: error) }
        logprobs += choice["logprobs"]?["content"]?.array ?? []
        try add(choice["delta"] ?? [:], &events)
        if let reason = choice["finish_reason"]?.filled { finishReason = reason }
        return events
    }

    private mutating func add(_ delta: JSON, _ events: inout [LMStreamEvent]) throws(LMError) {
        if let piece = delta["reasoning_content"]?.filled ?? delta["reasoning"]?.filled {
            reasoning += piece
            events.append(.reasoning(piece))
        }
        if let piece = delta["content"]?.filled {
            text += piece
            events.append(.text(piece))
        }
        if let piece = delta["refusal"]?.filled { refusal += piece }
        for (place, piece) in (delta["tool_calls"]?.array ?? []).enumerated() {
            let index = piece["index"]?.int ?? place
            guard (0..<1024).contains(index) else {
                throw LMError(.badReply, "the streamed reply has a tool call with the index \(index)")
            }
            var call = calls[index] ?? Call()
            call.id = call.id ?? piece["id"]?.filled
            call.type = call.type ?? piece["type"]?.filled
            let name = piece["function"]?["name"]?.filled
            if call.name.isEmpty { call.name = name ?? "" }
            // Some servers send the arguments whole, as an object.
            let arguments = piece["function"]?["arguments"]
            let more = arguments?.string ?? arguments?.object.map { JSON.object($0).text() } ?? ""
            call.arguments += more
            calls[index] = call
            events.append(.toolCall(index: index, id: piece["id"]?.filled, name: name, arguments: more))
        }
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
        let calls = calls.sorted { $0.key < $1.key }.map { index, call -> JSON in
            [
                "id": .string(call.id ?? "call_\(index)"), "type": .string(call.type ?? "function"),
                "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
            ]
        }
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
