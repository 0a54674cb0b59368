import Basics
import DSPyCore
import OrderedJSON
import Transport

/// Reads a reply that came as a whole, with a status of success.
struct ReplyReader {
    let dialect: any ModelDialect
    /// The options of the request.
    let options: JSONObject
    /// The model as the provider names it.
    let model: String

    /// The answer in a reply: a completion, or the events of one where a server streams that was not asked to.
    ///
    /// - Throws: `LMError`: the provider's own, or `bad_reply`.
    func answer(in response: HTTPResponse) throws -> LMResponse {
        do {
            return try dialect.response(from: try ReplyText.json(response.body), options: options, model: model)
        } catch let error as JSONError {
            if let answer = try streamed(response) { return answer }
            if let coding = response.headers["content-encoding"], coding.lowercased() != "identity" {
                throw LMError(
                    .transport, "the compressed reply (\(coding.shortened(to: 40))) is not whole: \(error.message)",
                    status: response.status)
            }
            let type = response.headers["content-type"].map { ", " + $0 } ?? ""
            throw LMError(
                .badReply,
                "the reply (HTTP \(response.status)\(type), \(response.body.count) bytes) is not JSON: \(error.message); "
                    + "it starts with \"\(response.text.shortened(to: 80))\"; a gateway or proxy in front of the provider "
                    + "is the usual cause",
                status: response.status)
        }
    }

    /// The answer in server-sent events; nil where there are none.
    private func streamed(_ response: HTTPResponse) throws -> LMResponse? {
        var parser = ServerSentEventParser()
        var reader = dialect.streamReader(options: options, model: model)
        var hasEvents = false
        let events = try parser.feed(response.body) + parser.finish()
        for event in events where !event.isBlank {
            hasEvents = true
            _ = try reader.take(event)
        }
        return hasEvents ? try reader.finish() : nil
    }
}
