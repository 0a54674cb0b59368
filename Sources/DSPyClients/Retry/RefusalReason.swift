import Basics
import DSPyCore
import OrderedJSON

/// What a refusal says of its reason: words, and the provider's own code and type.
///
/// OpenAI's envelope is `{"error": {"message", "code", "type"}}`. Everything else that stands between a client and a model has a
/// shape of its own: `detail` with the place of each fault (FastAPI), an envelope inside an array (Google), `errors` (Cloudflare),
/// the upstream's reply as a text inside the gateway's (OpenRouter), a page.
struct RefusalReason {
    /// The reason; nil where there is none that could be told from the rest.
    let words: String?
    /// The provider's own code.
    let code: String?
    /// The provider's own kind of error.
    let type: String?

    /// The reason in the body of a reply.
    init(_ reply: JSON) {
        let outer = Self.firstObject(in: reply)
        let error = outer?["error"] ?? outer?["errors"]
        let envelope = error.flatMap(Self.firstObject)
        words = Self.words(in: reply)
        code = Self.text(envelope?["code"]) ?? Self.text(outer?["code"])
        type = Self.text(envelope?["type"]) ?? Self.text(outer?["type"])
    }

    /// The reason in an envelope, which is the `error` of a reply.
    init(envelope: JSON) { self.init(["error": envelope]) }

    /// The object itself, or the first one of an array.
    private static func firstObject(in json: JSON) -> JSON? {
        json.object == nil ? json.array?.first { $0.object != nil } : json
    }

    /// Deeper shapes say nothing that somebody would read.
    private static let depthLimit = 8
    private static let listLimit = 8

    private static func words(in json: JSON, depth: Int = 0) -> String? {
        guard depth < depthLimit else { return nil }
        switch json {
        case .string(let text): return text.trimmed.isEmpty ? nil : String(text.trimmed)
        case .array(let items):
            let texts = items.prefix(listLimit).compactMap { words(in: $0, depth: depth + 1) }
            return texts.isEmpty ? nil : texts.joined(separator: "; ")
        case .object(let object): return words(in: object, depth)
        default: return nil
        }
    }

    private static func words(in object: JSONObject, _ depth: Int) -> String? {
        var found: String?
        var summary: String?
        for key in keys {
            guard let text = object[key].flatMap({ words(in: $0, depth: depth + 1) }) else { continue }
            // `{"error": "Bad Request", "message": "…"}`: what is only a heading does not stand for the reason.
            if headings.contains(key), object[key]?.string != nil, summary == nil {
                summary = text
                continue
            }
            found = text
            break
        }
        if let heading = summary, let reason = found, !reason.contains(heading) {
            found = heading.contains(reason) ? heading : "\(heading): \(reason)"
        }
        guard var words = found ?? summary ?? fields(object, depth) else { return nil }
        if let place = place(object["loc"]) { words = "\(place): \(words)" }
        if let upstream = upstream(object["metadata"]?["raw"], depth), !words.contains(upstream) {
            words += ": \(upstream)"
        }
        return words
    }

    /// Where a reason stands, the nearest first.
    private static let keys = [
        "error", "title", "message", "msg", "detail", "error_description", "errors", "error_message", "errorMessage",
        "error_msg", "Message", "description", "reason", "details", "faultstring", "fault",
    ]
    /// Names whose text is a heading where another one says more.
    private static let headings: Set<String> = ["error", "title"]

    /// Faults by the name of their field: `{"prompt": ["is too long"]}`.
    private static func fields(_ object: JSONObject, _ depth: Int) -> String? {
        let texts = object.members.prefix(listLimit).compactMap { member -> String? in
            guard case .array = member.value, let text = words(in: member.value, depth: depth + 1) else { return nil }
            return "\(member.key): \(text)"
        }
        return depth == 0 || texts.isEmpty ? nil : texts.joined(separator: "; ")
    }

    /// The place of a fault in the request, as FastAPI tells it: `body.messages.0.content`.
    private static func place(_ json: JSON?) -> String? {
        guard let parts = json?.array, !parts.isEmpty else { return nil }
        return parts.prefix(listLimit).map { $0.string ?? $0.text() }.joined(separator: ".")
    }

    /// What the server behind a gateway said, which the gateway passes on as a text.
    private static func upstream(_ raw: JSON?, _ depth: Int) -> String? {
        guard let raw else { return nil }
        guard let text = raw.string else { return words(in: raw, depth: depth + 1) }
        guard let reply = try? JSON(parsing: text, options: .python), reply.string == nil else {
            return text.trimmed.isEmpty ? nil : String(text.trimmed)
        }
        return words(in: reply, depth: depth + 1) ?? text
    }

    private static func text(_ value: JSON?) -> String? {
        switch value {
        case .string(let text): text.isEmpty ? nil : text
        case .int(let number): number == 0 ? nil : String(number)
        default: nil
        }
    }
}
