import Transport
import DSPyCore

/// One call over HTTP, from the first request to the answer that is no redirect.
struct HTTPExchange {
    private static let mostRedirects = 5

    private var method: String
    private var address: HTTPAddress
    private var headers: [(name: String, value: String)]
    private var body: [UInt8]?
    private let personal: Set<String>
    private let hasPersonalBody: Bool

    /// An exchange that has not started.
    ///
    /// - Parameters:
    ///   - personal: The names, in lower case, of header fields that are for the first host alone.
    ///   - hasPersonalBody: Whether the body is for the first host alone.
    /// - Throws: `ToolError` (`ValueError`) for an address that is none.
    init(
        method: String, address: String, headers: [(name: String, value: String)], body: [UInt8]?,
        personal: Set<String>, hasPersonalBody: Bool
    ) throws(ToolError) {
        guard let parsed = HTTPAddress(address) else { throw ToolError("ValueError", "\"\(address)\" is no address") }
        self.method = method
        self.address = parsed
        self.headers = headers
        self.body = body
        self.hasPersonalBody = hasPersonalBody
        self.personal = personal.union(["authorization", "cookie"])
    }

    /// Sends the request and follows redirects that `mayGo` does not refuse.
    mutating func answer(
        through transport: any HTTPTransport, timeout: Duration, sizeLimit: Int,
        mayGo: (HTTPAddress) throws(ToolError) -> Void
    ) async throws(ToolError) -> HTTPResponse {
        let deadline = ContinuousClock.now + timeout
        for _ in 0...Self.mostRedirects {
            let left = deadline - .now
            guard left > .zero else { throw timedOut(timeout) }
            let request = HTTPRequest(
                method: method, url: address.text, headers: headers, body: body, timeout: left)
            let response: HTTPResponse
            do { response = try await transport.send(request) } catch {
                throw failure(error, timeout: timeout, sizeLimit: sizeLimit)
            }
            guard response.body.count <= sizeLimit else { throw tooLarge(sizeLimit) }
            guard [301, 302, 303, 307, 308].contains(response.status),
                let location = response.headers["location"]
            else { return response }
            try follow(location, status: response.status, mayGo)
        }
        throw ToolError("RuntimeError", "\(address.origin.host) redirects more than \(Self.mostRedirects) times")
    }

    private mutating func follow(
        _ location: String, status: Int, _ mayGo: (HTTPAddress) throws(ToolError) -> Void
    ) throws(ToolError) {
        let host = address.origin.host
        guard let next = address.following(location) else {
            throw ToolError("RuntimeError", "\(host) redirects to what is no address of http or https")
        }
        guard next.origin.isSecure || !address.origin.isSecure else {
            throw ToolError("RuntimeError", "\(host) redirects from https to http, which is not followed")
        }
        try mayGo(next)
        if status == 303 || (status == 301 || status == 302) && method == "POST" {
            method = "GET"
            body = nil
            headers.removeAll { $0.name.lowercased() == "content-type" }
        }
        if next.origin != address.origin {
            guard body == nil || !hasPersonalBody else {
                throw ToolError(
                    "RuntimeError", "\(host) redirects a body that holds something of the environment to another host")
            }
            headers.removeAll { personal.contains($0.name.lowercased()) }
        }
        address = next
    }

    private func failure(_ error: any Error, timeout: Duration, sizeLimit: Int) -> ToolError {
        switch (error as? HTTPError)?.reason {
        case .timeout?: timedOut(timeout)
        case .tooLarge?: tooLarge(sizeLimit)
        case .unreachable?, .refused?, .broken?, .malformed?, .unavailable?, nil:
            ToolError("ConnectionError", "\(error)")
        }
    }

    private func timedOut(_ timeout: Duration) -> ToolError {
        ToolError("TimeoutError", "no answer from \(address.origin.host) within \(timeout)")
    }

    private func tooLarge(_ limit: Int) -> ToolError {
        ToolError("RuntimeError", "the answer of \(address.origin.host) has more than \(limit) bytes")
    }
}
