import OrderedJSON
import Synchronization
import TestSupport

/// A server that answers rows, keeps a ledger of what it was asked, and obeys words in the prompt.
final class BatchRig: Sendable {
    private let book = Ledger()
    private let server: LoopbackServer

    /// A server whose answers take so long.
    init(delay: Duration = .zero) throws {
        let book = book
        server = try LoopbackServer { request, _ in book.answer(request, delay) }
    }

    /// The questions in the order in which requests came.
    var ledger: [String] { book.asked }

    /// What to give the tool.
    var flags: [String] { ["--lm", "openai/any", "--api-base", server.address + "/v1", "--no-cache"] }

    /// Stops listening.
    func stop() { server.stop() }
}

/// What a rig was asked, and what it answers.
private final class Ledger: Sendable {
    private struct State {
        var asked: [String] = []
        var failedOnce: Set<String> = []
    }

    private let state = Mutex(State())

    var asked: [String] { state.withLock { $0.asked } }

    func answer(_ request: LoopbackServer.Request, _ delay: Duration) -> LoopbackServer.Reply {
        let question = Self.question(request.text)
        let isFirst = state.withLock { state in
            state.asked.append(question)
            return state.failedOnce.insert(question).inserted
        }
        if question.contains("FAIL429ONCE"), isFirst {
            return .init(status: 429, headers: [("Retry-After", "0")], #"{"error": {"message": "slow down"}}"#)
        }
        if question.contains("FAIL500ONCE"), isFirst { return .init(status: 500, #"{"error": {"message": "boom"}}"#) }
        if question.contains("WALL") {
            return .init(status: 429, headers: [("Retry-After", "3600")], #"{"error": {"message": "come back later"}}"#)
        }
        if question.contains("FAIL400") { return .init(status: 400, #"{"error": {"message": "no sk-very-secret"}}"#) }
        if question.contains("GARBAGE") { return .init(Self.chat("no field in sight")) }
        if question.contains("RESET") { return .drop }
        let wait = question.contains("SLOW") ? delay * 10 : delay
        return .init(
            headers: [("Content-Type", "application/json")],
            chunks: [Array(Self.chat("[[ ## a ## ]]\nanswer to \(question)\n").utf8)], delay: wait)
    }

    private static func question(_ body: String) -> String {
        guard let messages = (try? JSON(parsing: body))?["messages"]?.array,
            let text = messages.last?["content"]?.string,
            let start = text.range(of: "[[ ## q ## ]]\n")
        else { return "?" }
        return String(text[start...].prefix { $0 != "\n" })
    }

    private static func chat(_ content: String) -> String {
        let body: JSON = [
            "id": "1", "object": "chat.completion", "created": 0, "model": "any",
            "choices": [
                ["index": 0, "message": ["role": "assistant", "content": .string(content)], "finish_reason": "stop"]
            ], "usage": ["prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15],
        ]
        return body.text()
    }
}

extension String {
    /// The place behind the first occurrence of a text.
    fileprivate func range(of text: String) -> Index? {
        var place = startIndex
        while place < endIndex {
            if self[place...].hasPrefix(text) { return index(place, offsetBy: text.count) }
            place = index(after: place)
        }
        return nil
    }
}
