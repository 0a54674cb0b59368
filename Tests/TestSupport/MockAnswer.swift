import OrderedJSON

/// Writes the answers of a mock model server.
struct MockAnswer {
    private let prompt: MockPrompt
    private let options: MockModelServer.Options

    init(_ prompt: MockPrompt, _ options: MockModelServer.Options) {
        self.prompt = prompt
        self.options = options
    }

    /// The answer, with a fault if there is to be one.
    func reply(_ fault: MockFault?) -> LoopbackServer.Reply {
        let words = Set(prompt.wish.split(separator: " "))
        let pace = words.contains("SLOW") ? 10 : 1
        let isGarbage = words.contains("GARBAGE")
        let text = isGarbage ? "no field in sight" : prompt.text { options.answer($0, prompt.question) }
        if let failed = fault.flatMap(refusal) { return failed }
        var reply: LoopbackServer.Reply
        switch fault {
        case .notJSON, .streamPage:
            reply = .init(
                headers: [("Content-Type", "text/html")], chunks: [Array("<html><body>Welcome!</body></html>".utf8)])
        case .streamWhole: reply = .init(whole(text).text())
        case _ where prompt.streams:
            let stream = MockStream(text, prompt, usage: usage)
            reply = .init(
                headers: [("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache")],
                chunks: stream.pieces(options.cut, fault))
            reply.isChunked = true
        default: reply = .init(whole(text).text())
        }
        if fault == .cut {
            reply.chunks = reply.chunks.map { Array($0.prefix($0.count / 2)) }
            reply.ending = .closed
        }
        if fault == .streamClose { reply.ending = .closed }
        if fault == .streamReset { reply.ending = .reset }
        reply.delay = options.latency * pace
        reply.gap = options.gap * pace
        if fault == .streamHang { reply.pause = .seconds(3600) }
        return reply
    }

    /// An answer that is none.
    private func refusal(_ fault: MockFault) -> LoopbackServer.Reply? {
        switch fault {
        case .badRequest: return Self.failure(400, "no sk-very-secret")
        case .unauthorized: return Self.failure(401, "who are you?")
        case .notFound: return Self.failure(404, "no such model")
        case .rateLimited: return Self.failure(429, "slow down", retryAfter: "0")
        case .wall: return Self.failure(429, "come back later", retryAfter: "3600")
        case .serverError: return Self.failure(500, "boom")
        case .unavailable: return Self.failure(503, "overloaded")
        case .close: return .drop
        case .reset, .hang:
            var reply = LoopbackServer.Reply.drop
            if fault == .reset { reply.ending = .reset } else { reply.delay = .seconds(3600) }
            return reply
        default: return nil
        }
    }

    /// An error as OpenAI writes it.
    static func failure(_ status: Int, _ message: String, retryAfter: String? = nil) -> LoopbackServer.Reply {
        let body: JSON = ["error": ["message": .string(message), "type": "mock", "code": .null]]
        return .init(status: status, headers: retryAfter.map { [("Retry-After", $0)] } ?? [], body.text())
    }

    private var usage: JSON {
        let (prompt, completion) = options.tokens
        return [
            "prompt_tokens": .int(prompt), "completion_tokens": .int(completion),
            "total_tokens": .int(prompt + completion),
        ]
    }

    private func whole(_ content: String) -> JSON {
        [
            "id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": .string(prompt.model),
            "choices": [
                ["index": 0, "message": ["role": "assistant", "content": .string(content)], "finish_reason": "stop"]
            ],
            "usage": usage,
        ]
    }
}
