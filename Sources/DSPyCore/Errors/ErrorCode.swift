/// What went wrong, by the stable name that rows, events, traces and server-sent events carry: the one list of these names.
///
/// docs/errors.md says of each what it means and what to do.
public enum ErrorCode: String, Sendable, Hashable, CaseIterable {
    /// A line of a batch that cannot be read.
    case badLine = "bad_line"
    /// A line of a batch that is longer than is allowed.
    case lineTooLong = "line_too_long"
    /// A row whose id another row has already.
    case duplicateID = "duplicate_id"
    /// An input that the program needs is not there.
    case missingInput = "missing_input"
    /// A value that does not fit its type.
    case typeMismatch = "type_mismatch"
    /// An answer that the adapter cannot read.
    case parseFailed = "parse_failed"
    /// An answer that is not the provider's protocol.
    case badReply = "bad_reply"
    /// Too many requests, after all retries.
    case rateLimited = "rate_limited"
    /// No answer in time.
    case timeout
    /// The provider failed.
    case serverError = "server_error"
    /// The connection failed.
    case transport
    /// The key was refused.
    case auth
    /// No credit is left.
    case billing
    /// The provider refused the request, or the program cannot go on with what it has.
    case invalidRequest = "invalid_request"
    /// The prompt is longer than the model takes.
    case contextWindow = "context_window"
    /// The model or the provider has no such feature.
    case unsupported
    /// No key or no model is configured.
    case notConfigured = "not_configured"
    /// The options contradict the model's rules.
    case configuration
    /// A recording or a script has no answer for the request.
    case unanswered
    /// A tool ran and failed, or its arguments were wrong.
    case toolFailed = "tool_failed"
    /// A tool that the caller of the program has not granted.
    case toolDenied = "tool_denied"
    /// The run was stopped before it ended.
    case cancelled

    /// The code of a failed call of a model.
    public init(_ code: LMError.Code) {
        self =
            switch code {
            case .rateLimited: .rateLimited
            case .timeout: .timeout
            case .serverError: .serverError
            case .transport: .transport
            case .auth: .auth
            case .billing: .billing
            case .invalidRequest: .invalidRequest
            case .contextWindow: .contextWindow
            case .unsupported: .unsupported
            case .badReply: .badReply
            case .notConfigured: .notConfigured
            case .configuration: .configuration
            case .unanswered: .unanswered
            }
    }

    /// The code of a failed tool.
    public init(_ reason: ToolError.Reason) {
        self =
            switch reason {
            case .failed: .toolFailed
            case .denied: .toolDenied
            }
    }

    /// Whether the same may succeed later.
    ///
    /// - Source: dspy/clients/execution.py (3.4.1): rate limits, timeouts, server and transport errors.
    public var isRetryable: Bool {
        switch self {
        case .rateLimited, .timeout, .serverError, .transport: true
        default: false
        }
    }

    /// The HTTP status by which a server tells it.
    public var httpStatus: Int {
        switch self {
        case .badLine, .lineTooLong, .duplicateID, .missingInput, .typeMismatch: 422
        case .notConfigured, .configuration, .toolDenied: 500
        case .parseFailed, .badReply, .serverError, .transport, .auth, .billing, .invalidRequest, .contextWindow,
            .unsupported, .unanswered, .toolFailed:
            502
        case .rateLimited, .cancelled: 503
        case .timeout: 504
        }
    }
}
