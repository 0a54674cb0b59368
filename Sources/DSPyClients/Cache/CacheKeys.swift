import Basics
import DSPyCore
import OrderedJSON

/// Makes the keys of the requests to one model.
///
/// Of nearly all requests only the last message differs: what comes before it is written and hashed once.
final class CacheKeys: Sendable {
    /// How canonical requests begin, up to their last message.
    private struct Head: Sendable {
        let messages: ArraySlice<LMMessage>
        /// SHA-256's state after whole blocks, and how many bytes these are.
        let state: SHA256.Digest
        let count: Int
        /// What follows them before the last message.
        let rest: [UInt8]
        /// What follows the last message.
        let end: [UInt8]
    }

    private let model: String
    private let defaults: JSONObject
    private let isReasoning: Bool
    /// What the role `system` is called.
    private let system: String
    /// What tells the answers of this server from those of others.
    private let mark: SHA256.Digest
    private let heads = Locked<[Head]>([])

    private static let headLimit = 16

    /// Keys of requests to a model with these defaults, whose answers come from a server.
    init(model: String, defaults: JSONObject, server: CacheServer = .own) {
        self.model = model
        mark = server.mark
        // A key that changes from day to day, in a header or deeper, is none the less one.
        self.defaults = SecretOptions.withoutSecrets(defaults)
        isReasoning = ModelCapabilities.isOpenAIReasoning(model)
        let isResponses = defaults["model_type"] == "responses"
        system = isResponses && defaults["use_developer_role"] == true ? "developer" : "system"
    }

    /// The key under which the answer of the server to a request is kept.
    func place(of request: LMRequest) -> CacheKey { CacheKey(key(of: request).digest ^ mark) }

    /// The key of a request, as DSPy makes it.
    func key(of request: LMRequest) -> CacheKey {
        // Heads are known by their messages alone.
        guard request.options.isEmpty, let last = request.messages.last, request.messages.allSatisfy(\.isPlain) else {
            return CacheKey(SHA256.digest(of: canonical(request).bytes))
        }
        let head = head(of: request)
        var writer = CanonicalJSON(head.rest, capacity: 1024)
        writer.write(last, role: role(of: last))
        writer.append(head.end)
        return writer.bytes.withUnsafeBytes {
            CacheKey(SHA256.digest(of: $0, after: head.state, count: head.count))
        }
    }

    private func head(of request: LMRequest) -> Head {
        let messages = request.messages.dropLast()
        let known: Head? = heads.withLock { heads in
            for place in heads.indices where Self.areSame(heads[place].messages, messages) { return heads[place] }
            return nil
        }
        if let known { return known }
        let (bytes, last) = canonical(request)
        let count = last.lowerBound & ~63
        let new = Head(
            messages: messages, state: bytes.withUnsafeBytes { SHA256.state(after: .init(rebasing: $0[..<count])) },
            count: count, rest: Array(bytes[count..<last.lowerBound]), end: Array(bytes[last.upperBound...]))
        heads.withLock { heads in
            if heads.count == Self.headLimit { heads.removeFirst() }
            heads.append(new)
        }
        return new
    }

    private static func areSame(_ one: ArraySlice<LMMessage>, _ other: ArraySlice<LMMessage>) -> Bool {
        guard one.count == other.count else { return false }
        return zip(one, other).allSatisfy { one, other in
            guard case .text(let text) = one.content, case .text(let otherText) = other.content else { return false }
            return text.hasSameBytes(as: otherText) && one.role.hasSameBytes(as: other.role)
        }
    }

    /// The bytes that are hashed, and where the last message stands in them.
    func canonical(_ request: LMRequest) -> (bytes: [UInt8], last: Range<Int>) {
        var writer = CanonicalJSON(capacity: 4096)
        var last = 0..<0
        writer.write(members(request.options)) { key, writer in
            guard key == "messages" else { return false }
            writer.write(request.messages, role: role)
            last = writer.last
            return true
        }
        return (writer.bytes, last)
    }

    private func role(of message: LMMessage) -> String { message.role == "system" ? system : message.role }

    /// The members of a request with these options; `messages` is only a place.
    private func members(_ options: JSONObject) -> [JSONObject.Member] {
        let limit = isReasoning ? "max_completion_tokens" : "max_tokens"
        // DSPy's models always hold these two.
        var members: JSONObject = ["temperature": .null]
        members[limit] = .null
        for (key, value) in defaults where !Self.left.contains(key) {
            members[isReasoning && key == "max_tokens" ? limit : key] = value
        }
        for (key, value) in options where !Self.left.contains(key) { members[key] = value }
        if members["rollout_id"]?.isNull == true { members["rollout_id"] = nil }
        members["model"] = .string(model)
        members["messages"] = .null
        members["_fn_identifier"] = defaults["model_type"] == "responses" ? Self.responses : Self.chat
        return members.members
    }

    /// Names that are no part of a request: where it goes, and what only steers the client.
    private static let left: Set<String> = [
        "api_key", "api_base", "base_url", "cache", "model", "messages", "model_type", "use_developer_role",
        "num_retries", "engine",
    ]

    private static let chat: JSON = "dspy.clients.lm.litellm_completion"
    private static let responses: JSON = "dspy.clients.lm.litellm_responses_completion"
}

extension LMMessage {
    /// Whether the message is a role and a text and nothing else.
    fileprivate var isPlain: Bool {
        guard case .text = content else { return false }
        return toolCalls.isEmpty && toolCallID == nil && name == nil
    }
}
