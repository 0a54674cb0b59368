/// What carries a request to a server and brings the answer back.
package protocol HTTPTransport: Sendable {
    /// Sends one request and waits for the whole answer, whatever its status.
    ///
    /// - Throws: `HTTPError`, or `CancellationError`.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse

    /// Sends one request and hands over the answer while it comes in.
    ///
    /// - Throws: as `send`, until the header is there.
    func stream(_ request: HTTPRequest) async throws -> HTTPStream
}
