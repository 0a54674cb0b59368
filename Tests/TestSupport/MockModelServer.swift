import OrderedJSON
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An OpenAI-compatible server that keeps the bill: a ledger of every request, answers after a latency, obeys words in the
/// prompt, and can refuse what is beyond its capacity.
///
/// Words in the question: `SLOW` (ten times the latency), `FAIL429ONCE`, `FAIL500ONCE`, `FAIL400`, `WALL` (429 with an
/// hour to wait), `GARBAGE` (an answer without fields), `RESET` (the connection is closed).
package final class MockModelServer: Sendable {
    /// What decides the answers.
    package struct Options: Sendable {
        /// How long an answer takes.
        package var latency = Duration.zero
        /// How many requests are answered at once, or nil for any number; others get 429.
        package var capacity: Int?
        /// Gets each request's question as it comes.
        package var onRequest: @Sendable (String) -> Void = { _ in }

        /// Answers at once, any number.
        package init() {}
    }

    private struct State {
        var ledger: [String] = []
        var seen: Set<String> = []
        var inFlight = 0
        var refused = 0
    }

    private let options: Options
    private let book: Book
    private let server: LoopbackServer

    private final class Book: Sendable {
        let state = Mutex(State())
    }

    /// Starts listening on a free port of 127.0.0.1.
    package init(_ options: Options = Options()) throws {
        self.options = options
        let book = Book()
        self.book = book
        server = try LoopbackServer { request, _ in Self.answer(request, options, book) }
    }

    /// `http://127.0.0.1:PORT/v1`.
    package var address: String { server.address + "/v1" }
    /// The questions in the order in which requests came.
    package var ledger: [String] { book.state.withLock { $0.ledger } }
    /// How many requests were refused for want of capacity.
    package var refused: Int { book.state.withLock { $0.refused } }

    /// Stops listening.
    package func stop() { server.stop() }

    private static func answer(
        _ request: LoopbackServer.Request, _ options: Options, _ book: Book
    ) -> LoopbackServer.Reply {
        let question = question(request.text)
        options.onRequest(question)
        let (isFirst, isRefused) = book.state.withLock { state in
            state.ledger.append(question)
            state.inFlight += 1
            let isRefused = options.capacity.map { state.inFlight > $0 } ?? false
            if isRefused { state.refused += 1 }
            return (state.seen.insert(question).inserted, isRefused)
        }
        defer { book.state.withLock { $0.inFlight -= 1 } }
        if isRefused { return failure(429, "over capacity") }
        if question.contains("FAIL429ONCE"), isFirst { return failure(429, "slow down", retryAfter: "0") }
        if question.contains("FAIL500ONCE"), isFirst { return failure(500, "boom") }
        if question.contains("WALL") { return failure(429, "come back later", retryAfter: "3600") }
        if question.contains("FAIL400") { return failure(400, "no sk-very-secret") }
        if question.contains("RESET") { return .drop }
        sleep(options.latency * (question.contains("SLOW") ? 10 : 1))
        if question.contains("GARBAGE") { return .init(chat("no field in sight")) }
        return .init(chat("[[ ## a ## ]]\nanswer to \(question)\n"))
    }

    private static func sleep(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        guard seconds > 0 || attoseconds > 0 else { return }
        // The handler has a thread of its own for each connection.
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        var rest = timespec()
        while nanosleep(&time, &rest) != 0, errno == EINTR { time = rest }
    }

    private static func failure(_ status: Int, _ message: String, retryAfter: String? = nil) -> LoopbackServer.Reply {
        let body: JSON = ["error": ["message": .string(message), "type": "mock", "code": .null]]
        return .init(status: status, headers: retryAfter.map { [("Retry-After", $0)] } ?? [], body.text())
    }

    /// What stands under the first input's header of the last message.
    private static func question(_ body: String) -> String {
        guard let messages = (try? JSON(parsing: body))?["messages"]?.array,
            let text = messages.last?["content"]?.string
        else { return "?" }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.count > 1 && lines[0].hasPrefix("[[ ## ") ? String(lines[1]) : "?"
    }

    private static func chat(_ content: String) -> String {
        let body: JSON = [
            "id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": "any",
            "choices": [
                ["index": 0, "message": ["role": "assistant", "content": .string(content)], "finish_reason": "stop"]
            ],
            "usage": ["prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15],
        ]
        return body.text()
    }
}
