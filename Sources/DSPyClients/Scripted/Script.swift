import Platform
import Basics
package import DSPyCore
import OrderedJSON

/// The answers of a scripted model: some in order, some for requests that hold a certain text.
package struct Script: Sendable {
    /// One answer.
    package enum Reply: Sendable {
        /// A text.
        case text(String)
        /// A whole output, with tool calls, reasoning and so on.
        case output(LMResponse.Output)
        /// A failure.
        case failure(LMError)
        /// An answer in these pieces, which may break off with a failure.
        case stream([Piece], failure: LMError?)
    }

    /// A piece of a streamed answer.
    package enum Piece: Sendable {
        /// What the model sends.
        case event(LMStreamEvent)
        /// For how long it then sends nothing.
        case pause(Duration)
    }

    /// Answers for the requests that none of `rules` fits, first to last.
    package var replies: [Reply]
    /// Answers for the requests whose messages hold the text; the first that fits counts, as often as it fits.
    package var rules: [(text: String, reply: Reply)]

    package init(replies: [Reply] = [], rules: [(text: String, reply: Reply)] = []) {
        self.replies = replies
        self.rules = rules
    }

    /// Reads a script: one JSON array, one JSON object, or JSON Lines of strings and objects.
    ///
    /// A string is the next answer. An object with `text`, `tool_calls`, `error` or `stream` (a list of strings,
    /// `{"reasoning"}`, `{"pause": SECONDS}` and `{"error"}`) is the next answer too; any other object maps a text that a
    /// request may hold to the answer it then gets.
    /// - Throws: `LMError` (`configuration`) with the line in it.
    package init(parsing bytes: [UInt8], name: String) throws(LMError) {
        self.init()
        let whole = try? JSON(parsing: bytes, options: .jsonc)
        if let items = whole?.array {
            for item in items { try add(item, place: name) }
            return
        }
        if let whole {
            try add(whole, place: name)
            return
        }
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let text = String(decoding: line, as: UTF8.self)
            if text.trimmed.isEmpty { continue }
            let item: JSON
            do {
                item = try JSON(parsing: text)
            } catch {
                throw LMError(.configuration, "\(name):\(index + 1): \(error.message)")
            }
            try add(item, place: "\(name):\(index + 1)")
        }
    }

    private mutating func add(_ item: JSON, place: String) throws(LMError) {
        if let object = item.object, !Self.isReply(object) {
            for (text, value) in object { rules.append((text, try Self.reply(value, place: place))) }
        } else {
            replies.append(try Self.reply(item, place: place))
        }
    }

    private static func failure(_ object: JSONObject, place: String) throws(LMError) -> LMError? {
        guard let name = object["error"]?.string else { return nil }
        guard let code = LMError.Code(rawValue: name) else {
            let known = LMError.Code.allCases.map(\.rawValue).joined(separator: ", ")
            throw LMError(.configuration, "\(place): unknown error \"\(name)\"; known are \(known)")
        }
        return LMError(code, object["message"]?.string ?? "the script says so")
    }

    private static func stream(_ pieces: [JSON], place: String) throws(LMError) -> Reply {
        var read: [Piece] = []
        for piece in pieces {
            if let text = piece.string ?? piece["content"]?.string {
                read.append(.event(.text(text)))
            } else if let reasoning = piece["reasoning"]?.string {
                read.append(.event(.reasoning(reasoning)))
            } else if let seconds = piece["pause"]?.number, (0...86_400).contains(seconds) {
                read.append(.pause(.seconds(seconds)))
            } else if let object = piece.object, let error = try failure(object, place: place) {
                return .stream(read, failure: error)
            } else {
                throw LMError(
                    .configuration,
                    "\(place): a piece of a stream is a string, {\"reasoning\": …}, {\"pause\": SECONDS} or "
                        + "{\"error\": …}, not \(piece.text())")
            }
        }
        return .stream(read, failure: nil)
    }

    private static func isReply(_ object: JSONObject) -> Bool {
        ["text", "tool_calls", "error", "stream"].contains { object.contains($0) }
    }

    private static func reply(_ value: JSON, place: String) throws(LMError) -> Reply {
        if let text = value.string { return .text(text) }
        guard let object = value.object else {
            throw LMError(.configuration, "\(place): a reply is a string or an object, not \(value.kindName)")
        }
        if let error = try failure(object, place: place) { return .failure(error) }
        if let pieces = object["stream"]?.array { return try stream(pieces, place: place) }
        guard isReply(object) else { return .text(value.text(.python)) }
        return .output(
            LMResponse.Output(
                text: object["text"]?.string, reasoning: object["reasoning"]?.string,
                toolCalls: object["tool_calls"]?.array ?? [], finishReason: object["finish_reason"]?.string ?? "stop"))
    }
}
