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
        onCall?()
        let stream = try await transport.stream(sent)
        onHeaders?(stream.headers)
        let head = HTTPResponse(status: stream.status, headers: stream.headers)
        guard head.isSuccess else {
            let response = try await whole(stream, head)
            throw HTTPErrorReader.error(
                in: response, secrets: secrets, proxy: HTTPRequest(url: url).proxy?.description,
                now: Double(SystemClock.seconds))
        }
        var reply = StreamedReply(dialect: dialect, options: options, model: wireModel)
        var chunks = stream.makeAsyncIterator()
        while let chunk = try await next(&chunks, reply.isComplete) {
            let wasComplete = reply.isComplete
            for told in try reply.take(chunk) { try await onEvent(told) }
            if reply.isOver {
                // The server's end of it is no longer waited for, but may still leave the connection to the next one.
                stream.leave()
                break
            }
            if reply.isComplete, !wasComplete { stream.hurry(within: Self.patienceBehindEnd) }
        }
        let (news, answer, isUntold) = try reply.finish(head)
        for told in news { try await onEvent(told) }
        if isUntold { try await answer.deliver(to: onEvent) }
        return answer
    }

    /// How long the account of an answer (its usage, `[DONE]`) may take behind its end.
    private static let patienceBehindEnd = Duration.seconds(5)

    /// The next chunk; a connection that breaks off, or is held open, behind a complete answer only ends it.
    private func next(_ chunks: inout HTTPStream.AsyncIterator, _ isComplete: Bool) async throws -> [UInt8]? {
        do {
            return try await chunks.next()
        } catch let error as HTTPError {
            if isComplete { return nil }
            throw error
        }
    }

    /// A refusal; of a very long one the beginning.
    private func whole(_ stream: HTTPStream, _ head: HTTPResponse) async throws -> HTTPResponse {
        var response = head
        var chunks = stream.makeAsyncIterator()
        while response.body.count <= 1 << 20, let chunk = try await chunks.next() { response.body += chunk }
        return response
    }
}
