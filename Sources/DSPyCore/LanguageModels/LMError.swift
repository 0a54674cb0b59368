/// A language model call that failed, in DSPy's classes.
///
/// - Source: dspy/utils/exceptions.py (3.4.1).
public struct LMError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong; `rawValue` is the stable name that rows, events and messages carry.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// Too many requests (429).
        case rateLimited = "rate_limited"
        /// No answer in time.
        case timeout
        /// The provider failed (5xx).
        case serverError = "server_error"
        /// The connection failed.
        case transport
        /// The key was refused (401, 403) .
        case auth
        /// No credit left (402, or the provider's word for it).
        case billing
        /// The provider refused the request (400, 404, 422).
        case invalidRequest = "invalid_request"
        /// The prompt is longer than the model takes.
        case contextWindow = "context_window"
        /// The model, or the provider, has no such feature.
        case unsupported
        /// An answer that is not the protocol.
        case badReply = "bad_reply"
        /// No key, or no model, is configured.
        case notConfigured = "not_configured"
        /// The options contradict the model's rules.
        case configuration
        /// A replayed or scripted model has no answer for the request.
        case unanswered
    }

    /// What went wrong.
    public var code: Code
    /// What was found, expected and to be done; one line, never with a key in it.
    public var message: String
    /// `provider/model`.
    public var model: String?
    /// The provider's name.
    public var provider: String?
    /// The HTTP status.
    public var status: Int?
    /// The provider's own code (`context_length_exceeded`).
    public var providerCode: String?
    /// The provider's id of the request.
    public var requestID: String?
    /// How many seconds the provider asks to wait.
    public var retryAfter: Double?
    /// How many requests went out before giving up.
    public var attempts: Int
    /// Whether no attempt will fare better, whatever the code says: a certificate, a port that speaks something else.
    package var isFinal = false

    /// An error.
    public init(
        _ code: Code, _ message: String, model: String? = nil, provider: String? = nil, status: Int? = nil,
        providerCode: String? = nil, requestID: String? = nil, retryAfter: Double? = nil, attempts: Int = 1
    ) {
        self.code = code
        self.message = message
        self.model = model
        self.provider = provider
        self.status = status
        self.providerCode = providerCode
        self.requestID = requestID
        self.retryAfter = retryAfter
        self.attempts = attempts
    }

    /// Whether the same request may succeed later.
    ///
    /// - Source: dspy/clients/execution.py (3.4.1): rate limits, timeouts, server and transport errors.
    public var isRetryable: Bool { !isFinal && ErrorCode(code).isRetryable }

    /// The class DSPy raises for it.
    public var dspyClass: String {
        switch code {
        case .rateLimited: "LMRateLimitError"
        case .timeout: "LMTimeoutError"
        case .serverError: "LMServerError"
        case .transport: "LMTransportError"
        case .auth: "LMAuthError"
        case .billing: "LMBillingError"
        case .invalidRequest: "LMInvalidRequestError"
        case .contextWindow: "ContextWindowExceededError"
        // Providers refuse a model; features are refused before anything is sent.
        case .unsupported where providerCode == nil && status == nil: "LMUnsupportedFeatureError"
        case .unsupported: "LMUnsupportedModelError"
        case .badReply: "LMProviderError"
        case .notConfigured: "LMNotConfiguredError"
        case .configuration: "LMConfigurationError"
        case .unanswered: "LMUnexpectedError"
        }
    }

    /// `openai/gpt-4o-mini: rate_limited (HTTP 429, request req_8f2): …`.
    public var description: String {
        var facts: [String] = []
        if let status { facts.append("HTTP \(status)") }
        if let providerCode { facts.append(providerCode) }
        if let requestID { facts.append("request \(requestID)") }
        if attempts > 1 { facts.append("\(attempts) attempts") }
        let detail = facts.isEmpty ? "" : " (\(facts.joined(separator: ", ")))"
        return "\(model.map { $0 + ": " } ?? "")\(code.rawValue)\(detail): \(message)"
    }
}
