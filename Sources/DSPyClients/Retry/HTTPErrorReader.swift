import Transport
import Basics
import DSPyCore
import OrderedJSON

/// Makes DSPy's classes of error out of what a provider answers.
///
/// - Source: dspy/_vendor/lm15/errors.py, `map_http_error`; providers/openai.py, `normalize_error` (3.4.1).
enum HTTPErrorReader {
    /// The error behind an answer whose status is not one of success.
    ///
    /// - Parameters:
    ///   - response: The answer.
    ///   - secrets: What the provider may have echoed and must not be shown.
    ///   - proxy: The proxy that the request went through, as messages name it.
    ///   - now: Seconds since 1970, for a `Retry-After` that is a date.
    static func error(
        in response: HTTPResponse, secrets: Secrets, proxy: @autoclosure () -> String? = nil, now: Double
    ) -> LMError {
        if isProxys(response) { return refusal(of: proxy() ?? "a proxy", response, secrets) }
        let reply = try? ReplyText.json(response.body)
        let reason = reply.map { RefusalReason($0) }
        let words = redirect(response) ?? reason?.words ?? reasonless(response, isJSON: reply != nil)
        let code = reason?.code
        let isNamed = code.map { Int($0) != nil || words.contains($0) } ?? true
        var error = LMError(
            classify(status: response.status, code: code, type: reason?.type, words: words),
            secrets.redacted(words + (isNamed ? "" : " (\(code ?? ""))")).shortened(to: 500), status: response.status,
            providerCode: (code ?? reason?.type).map { secrets.redacted($0) })
        error.requestID = requestID(response.headers).map { secrets.redacted($0) }
        error.retryAfter = RetryAfter.seconds(in: response.headers, now: now)
        if error.retryAfter == nil, response.status == 429 {
            error.retryAfter = RateLimitHeaders(response.headers, now: now).refusal
        }
        return error
    }

    /// The error in an envelope that came with a status of success.
    ///
    /// Gateways put the status of the provider behind them there, as a number.
    static func error(inReply envelope: JSON) -> LMError {
        let reason = RefusalReason(envelope: envelope)
        let code = reason.code
        let words = reason.words ?? code ?? "the provider reports an error"
        let status = [code, reason.type, envelope["status"]?.int.map { String($0) }].lazy
            .compactMap { $0.flatMap { Int($0) } }.first { (400..<600).contains($0) }
        let kind: LMError.Code =
            switch code ?? "" {
            case "no_capacity", "too_many_requests": .rateLimited
            case "vector_store_timeout": .timeout
            case let code where code.contains("image") || code == "invalid_prompt": .invalidRequest
            default: classify(status: status ?? 500, code: code, type: reason.type, words: words)
            }
        return LMError(kind, words.shortened(to: 500), providerCode: code)
    }

    /// Whether an answer is that of a proxy, which says so.
    private static func isProxys(_ response: HTTPResponse) -> Bool {
        response.status == 407 || response.status >= 400 && response.headers["x-squid-error"] != nil
    }

    private static func refusal(of proxy: String, _ response: HTTPResponse, _ secrets: Secrets) -> LMError {
        let advice =
            response.status == 407
            ? "it wants a login; write it into http_proxy as http://NAME:PASSWORD@HOST:PORT" : "ask whoever runs it"
        let page = (try? ReplyText.json(response.body)).flatMap { RefusalReason($0).words } ?? response.text
        var error = LMError(
            .transport,
            secrets.redacted(
                "\(proxy) does not let the request through; \(advice), or go past it with no_proxy=HOST"
                    + (page.trimmed.isEmpty ? "" : "; it says: \(page.trimmed)")
            ).shortened(to: 500), status: response.status)
        error.isFinal = response.status < 500
        return error
    }

    /// Where a redirect leads, which is not followed: the request holds a key, and the answer would be another server's.
    private static func redirect(_ response: HTTPResponse) -> String? {
        guard (300..<400).contains(response.status), let location = response.headers["location"]?.trimmed,
            !location.isEmpty
        else { return nil }
        return
            "the server redirects to \(AddressSecrets.hidden(String(location))), which is not followed; give the address "
            + "that it means (--api-base), up to its version"
    }

    /// What is said where no reason was found.
    private static func reasonless(_ response: HTTPResponse, isJSON: Bool) -> String {
        let text = response.text.trimmed
        if text.isEmpty { return "the provider gave no reason" }
        return isJSON ? "the reply names no reason that is known; it is \(text)" : String(text)
    }

    private static let modelCodes: Set<String> = [
        "model_not_found", "model_not_available", "unsupported_model", "DeploymentNotFound",
    ]

    private static func classify(status: Int, code: String?, type: String?, words: String) -> LMError.Code {
        if isAboutContext(status: status, code: code, type: type, words: words) { return .contextWindow }
        if let code, modelCodes.contains(code) { return .unsupported }
        if status == 404, isAboutModel([words, code ?? "", type ?? ""]) { return .unsupported }
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
        guard [400, 413, 422].contains(status) else { return false }
        let lower = words.lowercased()
        return contextMarks.contains { lower.contains($0) }
    }

    /// OpenAI's words, which many servers have taken over; Groq's, Anthropic's, Gemini's, Bedrock's, SGLang's, llama.cpp's, TGI's.
    private static let contextMarks = [
        "maximum context length", "reduce the length of the messages", "prompt is too long",
        "exceeds the maximum number of tokens", "input is too long", "the model's context length",
        "the available context size", "`inputs` tokens + `max_new_tokens`",
    ]

    /// Whether a text says that there is no such model.
    ///
    /// - Source: dspy/_vendor/lm15/providers/openai.py (3.4.1), `_is_model_error`.
    private static func isAboutModel(_ texts: [String]) -> Bool {
        let text = texts.joined(separator: " ").lowercased()
        return text.contains("model") && modelMarks.contains { text.contains($0) }
    }

    private static let modelMarks = [
        "not found", "does not exist", "not exist", "not supported", "unsupported", "not available", "unknown",
    ]

    private static func requestID(_ headers: HTTPHeaders) -> String? {
        let names = [
            "x-request-id", "request-id", "x-amzn-requestid", "x-amz-request-id", "x-ms-request-id", "apim-request-id",
        ]
        return names.lazy.compactMap { headers[$0] }.first { !$0.isEmpty }?.shortened(to: 100)
    }
}
