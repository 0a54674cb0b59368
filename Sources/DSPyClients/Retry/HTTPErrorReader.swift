import Transport
import Basics
import DSPyCore
import OrderedJSON

/// Makes DSPy's classes of error out of what a provider answers.
///
/// - Source: dspy/_vendor/lm15/errors.py, `map_http_error`; providers/openai.py, `normalize_error` (3.4.1).
enum HTTPErrorReader {
    /// The error behind an answer whose status is not 200.
    ///
    /// - Parameters:
    ///   - response: The answer.
    ///   - secrets: What the provider may have echoed and must not be shown.
    ///   - now: Seconds since 1970, for a `Retry-After` that is a date.
    static func error(in response: HTTPResponse, secrets: Secrets, now: Double) -> LMError {
        let reply = try? JSON(parsing: response.body, options: .python)
        let envelope = reply?["error"]
        var words =
            envelope?["message"]?.filled ?? envelope?.filled ?? reply?["detail"]?.filled
            ?? reply?["message"]?.filled ?? (reply == nil ? response.text : "")
        if words.trimmed.isEmpty { words = "the provider gave no reason" }
        let code = text(envelope?["code"])
        let type = text(envelope?["type"])
        if let code, Int(code) == nil, !words.contains(code) { words += " (\(code))" }
        var error = LMError(
            classify(status: response.status, code: code, type: type, words: words),
            secrets.redacted(words).shortened(to: 500), status: response.status,
            providerCode: (code ?? type).map { secrets.redacted($0) })
        error.requestID = requestID(response.headers).map { secrets.redacted($0) }
        error.retryAfter = RetryAfter.seconds(in: response.headers, now: now)
        if error.retryAfter == nil, response.status == 429 {
            error.retryAfter = RateLimitHeaders(response.headers, now: now).refusal
        }
        return error
    }

    /// The error in an envelope that came with status 200.
    static func error(inReply envelope: JSON) -> LMError {
        let code = text(envelope["code"])
        let words = envelope["message"]?.filled ?? code ?? "the provider reports an error"
        let kind: LMError.Code =
            switch code ?? "" {
            case "rate_limit_exceeded", "no_capacity", "too_many_requests": .rateLimited
            case "vector_store_timeout": .timeout
            case "context_length_exceeded": .contextWindow
            case "insufficient_quota": .billing
            case let code where modelCodes.contains(code): .unsupported
            case let code where code.contains("image") || code == "invalid_prompt": .invalidRequest
            default: .serverError
            }
        return LMError(kind, words.shortened(to: 500), providerCode: code)
    }

    private static let modelCodes: Set<String> = [
        "model_not_found", "model_not_available", "unsupported_model", "DeploymentNotFound",
    ]

    private static func classify(status: Int, code: String?, type: String?, words: String) -> LMError.Code {
        if isAboutContext(status: status, code: code, type: type, words: words) { return .contextWindow }
        if let code, modelCodes.contains(code) { return .unsupported }
        // Billing before rate limit: both come as 429, and only one is worth a second try.
        if code == "insufficient_quota" || code == "1113" || type == "insufficient_quota"
            || type == "exceeded_current_quota_error"
        {
            return .billing
        }
        if code == "invalid_api_key" || type == "authentication_error" { return .auth }
        if code == "rate_limit_exceeded" || type == "rate_limit_error" { return .rateLimited }
        switch status {
        case 401, 403: return .auth
        case 402: return .billing
        case 408, 504: return .timeout
        case 429: return .rateLimited
        case 400, 404, 409, 413, 422: return .invalidRequest
        case 500...599: return .serverError
        default: return .badReply
        }
    }

    /// Servers without OpenAI's code say it in words (vLLM, Groq) or with a type of their own (llama.cpp).
    private static func isAboutContext(status: Int, code: String?, type: String?, words: String) -> Bool {
        if code == "context_length_exceeded" || type == "exceed_context_size_error" { return true }
        guard status == 400 || status == 413 else { return false }
        let lower = words.lowercased()
        return lower.contains("maximum context length") || lower.contains("reduce the length of the messages")
    }

    private static func text(_ value: JSON?) -> String? {
        switch value {
        case .string(let text): text.isEmpty ? nil : text
        case .int(let number): number == 0 ? nil : String(number)
        default: nil
        }
    }

    private static func requestID(_ headers: HTTPHeaders) -> String? {
        let names = [
            "x-request-id", "request-id", "x-amzn-requestid", "x-amz-request-id", "x-ms-request-id", "apim-request-id",
        ]
        return names.lazy.compactMap { headers[$0] }.first { !$0.isEmpty }?.shortened(to: 100)
    }
}
