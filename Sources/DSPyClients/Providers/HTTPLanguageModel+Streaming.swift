import Transport
import Basics
import Platform
package import DSPyCore
import OrderedJSON

extension HTTPLanguageModel {
    /// Sends the request, and tells the answer while it comes in.
    package func stream(
        _ request: LMRequest, onEvent: (LMStreamEvent) async throws -> Void
    ) async throws -> LMResponse {
        do {
            return try await streamedExchange(request, onEvent)
        } catch {
            throw explained(error)
        }
    }

    private func streamedExchange(
        _ request: LMRequest, _ onEvent: (LMStreamEvent) async throws -> Void
    ) async throws -> LMResponse {
        let options = try LMOptions(request, defaults: defaults).values
        let body = try dialect.streamBody(for: request, model: wireModel, defaults: defaults)
        let sent = httpRequest(request, body: body)
        var patience = StreamPatience(sent)
        onCall?()
        let stream = try await transport.stream(sent)
        onHeaders?(stream.headers)
        guard stream.status == 200 else {
            let response = try await whole(stream, limit: 1 << 20, patience)
            throw HTTPErrorReader.error(in: response, secrets: secrets, now: Double(SystemClock.seconds))
        }
        // A server that does not stream answers as it always does, and a gateway with a page of its own.
        let type = stream.headers["content-type"]?.lowercased() ?? ""
        if type.contains("application/json") || type.contains("text/html") {
            let response = try await whole(stream, limit: 64 << 20, patience)
            let answer = try dialect.response(from: try parse(response), options: options, model: wireModel)
            try await answer.deliver(to: onEvent)
            return answer
        }
        var reader = dialect.streamReader(options: options, model: wireModel)
        var parser = ServerSentEventParser()
        var chunks = stream.makeAsyncIterator()
        var size = 0
        while let chunk = try await next(&chunks, reader.isComplete) {
            for event in try parser.feed(chunk) {
                for told in try reader.take(event) {
                    size += told.size
                    guard size <= Self.answerLimit else { throw Self.endless }
                    try await onEvent(told)
                    // Not before it was taken: a slow reader is no silence.
                    if told.size > 0 { patience.renew() }
                }
            }
            if reader.isComplete, patience.isOver(at: chunks.arrival) { break }
            try patience.check(at: chunks.arrival)
        }
        if let last = try parser.finish() {
            for told in try reader.take(last) { try await onEvent(told) }
        }
        return try reader.finish()
    }

    /// How many bytes of text a streamed answer may have.
    private static let answerLimit = 16 << 20

    private static let endless = LMError(
        .badReply,
        "the streamed reply has more than \(answerLimit >> 20) MiB of text; the model does not come to an end")

    /// The next chunk; a connection that breaks off behind a complete answer only ends it.
    private func next(_ chunks: inout HTTPStream.AsyncIterator, _ isComplete: Bool) async throws -> [UInt8]? {
        do {
            return try await chunks.next()
        } catch let error as HTTPError {
            if isComplete { return nil }
            throw error
        }
    }

    private func whole(
        _ stream: HTTPStream, limit: Int, _ patience: StreamPatience
    ) async throws -> HTTPResponse {
        var response = HTTPResponse(status: stream.status, headers: stream.headers)
        var chunks = stream.makeAsyncIterator()
        while let chunk = try await chunks.next() {
            response.body += chunk
            try patience.check(at: chunks.arrival)
            guard response.body.count <= limit else {
                throw LMError(
                    .badReply, "the reply (HTTP \(stream.status)) has more than \(limit) bytes", status: stream.status)
            }
        }
        return response
    }
}

extension LMStreamEvent {
    /// How many bytes it adds to the answer.
    fileprivate var size: Int {
        switch self {
        case .text(let text), .reasoning(let text), .toolCall(_, _, _, let text): text.utf8.count
        case .start, .restart: 0
        }
    }
}
