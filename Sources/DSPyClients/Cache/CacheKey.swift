package import DSPy
package import OrderedJSON

/// What tells one request from another: the SHA-256 of the request as DSPy writes it for its own cache.
///
/// Of DSPy's two keys for one request (sync and async functions are different there) this is the sync one, whichever
/// way the request was made. Keys and addresses of servers are no part of it; `rollout_id` is, and never goes out.
/// - Source: dspy/clients/cache.py and execution.py (3.4.1), `cache_key`, `PreparedCall.key`.
package struct CacheKey: Sendable, Hashable {
    /// The digest.
    let digest: SHA256.Digest

    /// The key of a request to a model.
    package init(_ request: LMRequest, model: String, defaults: JSONObject) {
        digest = SHA256.digest(of: Self.canonical(request, model: model, defaults: defaults))
    }

    /// The digest in 64 hexadecimal digits.
    package var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The first 16 bytes, under which the file keeps the answer: enough that no two requests ever meet.
    var short: [UInt8] {
        var words = digest.lowHalf
        for place in 0..<4 { words[place] = words[place].bigEndian }
        return withUnsafeBytes(of: words) { Array($0) }
    }

    /// The first eight bytes as a number.
    var prefix: UInt64 { UInt64(digest[0]) << 32 | UInt64(digest[1]) }

    /// The digest's 32 bytes.
    var bytes: [UInt8] {
        var words = digest
        for place in 0..<8 { words[place] = words[place].bigEndian }
        return withUnsafeBytes(of: words) { Array($0) }
    }

    /// Names that are no part of a request: where it goes, and what only steers the client.
    private static let left: Set<String> = [
        "api_key", "api_base", "base_url", "cache", "model", "messages", "model_type", "use_developer_role",
        "num_retries", "engine",
    ]

    /// The bytes that are hashed.
    static func canonical(_ request: LMRequest, model: String, defaults: JSONObject) -> [UInt8] {
        let isResponses = defaults["model_type"] == "responses"
        let isReasoning = ModelCapabilities.isOpenAIReasoning(model)
        let limit = isReasoning ? "max_completion_tokens" : "max_tokens"
        // DSPy's models always hold these two.
        var options: JSONObject = ["temperature": .null]
        options[limit] = .null
        for (key, value) in defaults where !left.contains(key) {
            options[isReasoning && key == "max_tokens" ? limit : key] = value
        }
        for (key, value) in request.options where !left.contains(key) { options[key] = value }
        if options["rollout_id"]?.isNull == true { options["rollout_id"] = nil }
        options["model"] = .string(model)
        options["messages"] = .null
        options["_fn_identifier"] = isResponses ? responses : chat
        let system = isResponses && defaults["use_developer_role"] == true ? "developer" : "system"
        var writer = CanonicalJSON(capacity: 4096)
        writer.write(options.members) { key, writer in
            guard key == "messages" else { return false }
            writer.write(request.messages, system: system)
            return true
        }
        return writer.bytes
    }

    private static let chat: JSON = "dspy.clients.lm.litellm_completion"
    private static let responses: JSON = "dspy.clients.lm.litellm_responses_completion"
}
