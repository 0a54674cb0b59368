import Transport
import Basics
import Platform
package import DSPyCore
package import OrderedJSON

/// A model behind an HTTP address; one request per generation, no retries.
package struct HTTPLanguageModel: LanguageModel {
    /// `provider/model`.
    package let model: String
    /// What adapters may ask of it.
    package let capabilities: LMCapabilities
    /// The model's own options.
    package let defaults: JSONObject
    /// The provider's name, for messages.
    let provider: String
    /// The model as the provider names it.
    let wireModel: String
    /// The full address.
    let url: String
    /// The server, as the cache tells it from others.
    var server = CacheServer.own
    /// The header fields of every request, ``contentType`` and the key among them.
    let headers: [(name: String, value: String)]
    let dialect: any ModelDialect
    let transport: any HTTPTransport
    let timeout: Duration
    let secrets: Secrets
    let authHint: String
    /// Hears of each request before it is sent.
    var onCall: (@Sendable () -> Void)?
    /// Gets the header fields of each answer.
    var onHeaders: (@Sendable (HTTPHeaders) -> Void)?

    /// What the body of every request is.
    static let contentType = (name: "Content-Type", value: "application/json")

    /// Sends the request and reads the answer.
    package func complete(_ request: LMRequest) async throws -> LMResponse {
        do {
            return try await exchange(request)
        } catch {
            throw explained(error)
        }
    }

    /// As ``explained(_:)-(LMError)`` for an error of the model; others stay as they are.
    @inline(never)
    func explained(_ error: any Error) -> any Error {
        LMError(of: error).map { explained($0) as any Error } ?? error
    }

    /// An error with the model in it, and with what helps against it.
    func explained(_ error: LMError) -> LMError {
        var error = error
        error.model = model
        error.provider = provider
        error.message = secrets.redacted(error.message)
        if error.code == .auth { error.message += "; \(authHint)" }
        // A wrong path is answered by whatever stands there, in words of its own.
        if error.code == .invalidRequest, let status = error.status, status == 404 || status == 405 {
            error.message += "; asked was \(AddressSecrets.hidden(url)): is the path of the address (--api-base) right?"
        }
        // OpenAI serves some models with tools on its responses only, and says so.
        if error.code == .invalidRequest, error.message.start(of: "/v1/responses") != nil {
            error.message += "; set model_type to \"responses\" for this model"
        }
        return error
    }

    /// The HTTP request around a body.
    func httpRequest(_ request: LMRequest, body: [UInt8]) -> HTTPRequest {
        let fields = headers + LMOptions.headers(request, defaults: defaults)
        let seconds = (request.options["timeout"] ?? defaults["timeout"])?.number
        return HTTPRequest(
            url: url, headers: fields, body: body, timeout: seconds.map { .bounded(seconds: $0) } ?? timeout)
    }

    private func exchange(_ request: LMRequest) async throws -> LMResponse {
        onCall?()
        return try answer(in: try await transport.send(try httpRequest(request)), request)
    }

    @inline(never)
    private func httpRequest(_ request: LMRequest) throws -> HTTPRequest {
        httpRequest(request, body: try dialect.body(for: request, model: wireModel, defaults: defaults))
    }

    @inline(never)
    private func answer(in response: HTTPResponse, _ request: LMRequest) throws -> LMResponse {
        onHeaders?(response.headers)
        guard response.isSuccess else {
            throw HTTPErrorReader.error(
                in: response, secrets: secrets, proxy: HTTPRequest(url: url).proxy?.description,
                now: Double(SystemClock.seconds))
        }
        let options = try LMOptions(request, defaults: defaults).values
        if let quick = dialect.quickResponse(from: response.body, options: options, model: wireModel) { return quick }
        return try ReplyReader(dialect: dialect, options: options, model: wireModel).answer(in: response)
    }
}
