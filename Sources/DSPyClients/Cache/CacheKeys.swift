import DSPy
import OrderedJSON

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Makes the keys of the requests to one model.
///
/// Of nearly all requests only the last message differs: what is the same for all is worked out once.
final class CacheKeys: Sendable {
    /// Blocks that canonical requests begin with, and SHA-256's state after them.
    private struct Head {
        let bytes: [UInt8]
        let state: SHA256.Digest
    }

    private let model: String
    private let defaults: JSONObject
    private let isReasoning: Bool
    /// What the role `system` is called.
    private let system: String
    /// The members of a request without options of its own, in their order.
    private let plain: [JSONObject.Member]
    private let heads = Locked<[Head]>([])

    private static let headLimit = 16

    /// Keys of requests to a model with these defaults.
    init(model: String, defaults: JSONObject) {
        self.model = model
        self.defaults = defaults
        isReasoning = ModelCapabilities.isOpenAIReasoning(model)
        let isResponses = defaults["model_type"] == "responses"
        system = isResponses && defaults["use_developer_role"] == true ? "developer" : "system"
        plain = Self.members([:], model: model, defaults: defaults, isReasoning: isReasoning)
    }

    /// The key of a request.
    func key(of request: LMRequest) -> CacheKey {
        let (bytes, beforeLast) = canonical(request)
        return bytes.withUnsafeBytes { bytes in
            let length = beforeLast & ~63
            guard length > 0 else { return CacheKey(SHA256.digest(of: bytes)) }
            let state = state(after: UnsafeRawBufferPointer(rebasing: bytes[..<length]))
            return CacheKey(SHA256.digest(of: bytes, after: state, from: length))
        }
    }

    private func state(after head: UnsafeRawBufferPointer) -> SHA256.Digest {
        let known: SHA256.Digest? = heads.withLock { heads in
            for place in heads.indices where heads[place].bytes.hasSameBytes(as: head) { return heads[place].state }
            return nil
        }
        if let known { return known }
        let new = Head(bytes: Array(head), state: SHA256.state(after: head))
        heads.withLock { heads in
            if heads.count == Self.headLimit { heads.removeFirst() }
            heads.append(new)
        }
        return new.state
    }

    /// The bytes that are hashed, and how many stand before the last message.
    func canonical(_ request: LMRequest) -> (bytes: [UInt8], beforeLast: Int) {
        let members =
            request.options.isEmpty
            ? plain : Self.members(request.options, model: model, defaults: defaults, isReasoning: isReasoning)
        var writer = CanonicalJSON(capacity: 4096)
        var beforeLast = 0
        writer.write(sorted: members) { key, writer in
            guard key == "messages" else { return false }
            beforeLast = writer.write(request.messages, system: system)
            return true
        }
        return (writer.bytes, beforeLast)
    }

    /// The members of a request, those of `messages` apart, in their order.
    private static func members(
        _ options: JSONObject, model: String, defaults: JSONObject, isReasoning: Bool
    ) -> [JSONObject.Member] {
        let limit = isReasoning ? "max_completion_tokens" : "max_tokens"
        // DSPy's models always hold these two.
        var members: JSONObject = ["temperature": .null]
        members[limit] = .null
        for (key, value) in defaults where !left.contains(key) {
            members[isReasoning && key == "max_tokens" ? limit : key] = value
        }
        for (key, value) in options where !left.contains(key) { members[key] = value }
        if members["rollout_id"]?.isNull == true { members["rollout_id"] = nil }
        members["model"] = .string(model)
        members["messages"] = .null
        members["_fn_identifier"] = defaults["model_type"] == "responses" ? responses : chat
        return CanonicalJSON.sorted(members.members)
    }

    /// Names that are no part of a request: where it goes, and what only steers the client.
    private static let left: Set<String> = [
        "api_key", "api_base", "base_url", "cache", "model", "messages", "model_type", "use_developer_role",
        "num_retries", "engine",
    ]

    private static let chat: JSON = "dspy.clients.lm.litellm_completion"
    private static let responses: JSON = "dspy.clients.lm.litellm_responses_completion"
}

extension [UInt8] {
    fileprivate func hasSameBytes(as other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count, let start = other.baseAddress else { return count == other.count }
        return withUnsafeBytes { $0.baseAddress.map { memcmp($0, start, other.count) == 0 } ?? true }
    }
}
