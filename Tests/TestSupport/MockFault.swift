/// What a mock model server can do wrong; a word in the question asks for it, or chance.
///
/// A word with `ONCE` behind it (`FAIL500ONCE`, `STREAM-RESET-ONCE`) asks for it only at the first time of a question.
package enum MockFault: String, Sendable, CaseIterable {
    /// The status 400, with what looks like a key in it.
    case badRequest = "FAIL400"
    /// The status 401.
    case unauthorized = "FAIL401"
    /// The status 404.
    case notFound = "FAIL404"
    /// The status 429, with no time to wait.
    case rateLimited = "FAIL429"
    /// The status 429, with an hour to wait.
    case wall = "WALL"
    /// The status 500.
    case serverError = "FAIL500"
    /// The status 503.
    case unavailable = "FAIL503"
    /// The connection is reset without an answer.
    case reset = "RESET"
    /// The connection is closed without an answer.
    case close = "CLOSE"
    /// No answer for an hour, or until the client has gone.
    case hang = "HANG"
    /// A web page with the status 200.
    case notJSON = "NOT-JSON"
    /// An answer whose connection is closed in the middle of the body.
    case cut = "CUT"
    /// A stream that is reset.
    case streamReset = "STREAM-RESET"
    /// A stream whose connection is closed before the body is whole.
    case streamClose = "STREAM-CLOSE"
    /// A stream whose body ends as HTTP wants it, without a finish and `[DONE]`.
    case streamEnd = "STREAM-END"
    /// A stream with an error object in a data line.
    case streamError = "STREAM-ERROR"
    /// A stream with a data line that is no JSON.
    case streamBadJSON = "STREAM-BAD-JSON"
    /// A stream with a data line that is no UTF-8.
    case streamBadUTF8 = "STREAM-BAD-UTF8"
    /// A stream that stops to send for an hour, or until the client has gone.
    case streamHang = "STREAM-HANG"
    /// A web page instead of a stream.
    case streamPage = "STREAM-PAGE"
    /// A whole answer instead of a stream, as from a server that knows no streams.
    case streamWhole = "STREAM-WHOLE"

    /// Whether it happens in streams only.
    package var isOfStreams: Bool { rawValue.hasPrefix("STREAM-") }

    /// The fault that a question asks for.
    init?(question: String, isFirst: Bool) {
        for word in question.split(separator: " ") {
            var name = word
            for end in ["-ONCE", "ONCE"] where name.hasSuffix(end) {
                guard isFirst else { return nil }
                name = name.dropLast(end.count)
            }
            if let fault = MockFault(rawValue: String(name)) {
                self = fault
                return
            }
        }
        return nil
    }
}
