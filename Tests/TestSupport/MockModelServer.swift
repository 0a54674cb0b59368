import OrderedJSON
import Synchronization

/// An OpenAI-compatible server that keeps the bill: a ledger of every request, answers after a latency, obeys words in the
/// prompt, streams, and can refuse what is beyond its capacity or rate.
///
/// It answers each output field that the prompt asks for (in DSPy's chat, JSON or XML form) with `answer to QUESTION`, or
/// what `Options.answer` says; the question is the first line of the first input. With `"stream": true` the answer is
/// `text/event-stream`, cut as `Options.cut` says, with `Options.gap` between two pieces, and token counts at the end when
/// `stream_options.include_usage` asks for them:
///
/// ```swift
/// var options = MockModelServer.Options()
/// options.gap = .milliseconds(10)
/// options.cut.delta = 3        // Unicode scalars in each delta
/// options.cut.bytes = 7        // pieces of seven bytes, whatever stands in them
/// let server = try MockModelServer(options)
/// // … ask for `q = "STREAM-RESET why?"` at server.address, then:
/// server.entries[0].abandonedAfter    // chunks sent when the client went away; nil when it did not
/// ```
///
/// Words in the question, apart by spaces: those of `MockFault`, `SLOW` (ten times the latency and gap) and `GARBAGE` (an
/// answer without fields). A fault of streams comes after `Options.cut.deltasBeforeFault` deltas. `Options.words` puts such a word into
/// the questions of some prompts. As a program:
/// `mock-model-server latency=100 gap=20 delta=4 rpm=600 fault=STREAM-END …`.
package final class MockModelServer: Sendable {
    /// What decides the answers.
    package struct Options: Sendable {
        /// How long an answer takes, or a stream to its first piece.
        package var latency = Duration.zero
        /// How long a stream waits between two pieces.
        package var gap = Duration.zero
        /// How streams are cut.
        package var cut = MockStream.Cut()
        /// How many requests are answered at once, or nil for any number; others get 429.
        package var capacity: Int?
        /// Rates that header fields tell, and that may be enforced.
        package var limits: MockRateLimits?
        /// What every answer uses.
        package var tokens = (prompt: 10, completion: 5)
        /// The value of a field for a question.
        package var answer: @Sendable (_ field: String, _ question: String) -> String = { "answer to \($1)" }
        /// Words that a question is read with where a message of its prompt holds a text: one of several prompts fails or is slow.
        package var words: [(text: String, word: String)] = []
        /// Faults by chance: each with its part of all requests.
        package var faults: [(fault: MockFault, part: Double)] = []
        /// What chance follows from.
        package var seed: UInt64 = 1
        /// How often chance may strike one question.
        package var mostFaults = 4
        /// Gets each request's question as it comes.
        package var onRequest: @Sendable (String) -> Void = { _ in }
        /// Gets each request whose client has gone before the answer was whole.
        package var onDisconnect: @Sendable (MockLedger.Entry) -> Void = { _ in }

        /// Answers at once, any number.
        package init() {}
    }

    private struct State {
        var ledger = MockLedger()
        var capacity: Int?
        var limits: MockRateLimits?
    }

    private final class Book: Sendable {
        let state: Mutex<State>
        private let start = ContinuousClock.now

        init(_ options: Options) { state = Mutex(State(capacity: options.capacity, limits: options.limits)) }

        var now: Double {
            let parts = (ContinuousClock.now - start).components
            return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
        }
    }

    private let book: Book
    private let server: LoopbackServer

    /// Starts listening on a free port of 127.0.0.1.
    package init(_ options: Options = Options()) throws {
        let book = Book(options)
        self.book = book
        server = try LoopbackServer { request, _ in Self.answer(request, options, book) }
    }

    /// `http://127.0.0.1:PORT/v1`.
    package var address: String { server.address + "/v1" }
    /// The questions in the order in which requests came.
    package var ledger: [String] { entries.map(\.question) }
    /// All that is known of the requests, in the order in which they came.
    package var entries: [MockLedger.Entry] { book.state.withLock { $0.ledger.entries } }
    /// How many requests were refused for want of capacity or rate.
    package var refused: Int { entries.count { $0.isRefused } }
    /// The most requests that were answered at once.
    package var most: Int { book.state.withLock { $0.ledger.most } }
    /// Seconds since the server started.
    package var now: Double { book.now }

    /// Changes how many requests are answered at once.
    package func setCapacity(_ capacity: Int?) { book.state.withLock { $0.capacity = capacity } }

    /// Stops listening.
    package func stop() { server.stop() }

    private static func answer(
        _ request: LoopbackServer.Request, _ options: Options, _ book: Book
    ) -> LoopbackServer.Reply {
        let prompt = MockPrompt(request.body, words: options.words)
        options.onRequest(prompt.question)
        let now = book.now
        let (entry, place, headers) = book.state.withLock { state in
            let place = state.ledger.open(prompt.question, at: now)
            let isFull = state.capacity.map { state.ledger.busy >= $0 } ?? false
            let tokens = options.tokens.prompt + options.tokens.completion
            let quota = isFull ? nil : state.limits?.take(tokens: tokens, at: now)
            state.ledger.entries[place].isRefused = isFull || quota?.isIn == false
            let entry = state.ledger.entries[place]
            if !entry.isRefused {
                state.ledger.entries[place].fault = MockChance.fault(prompt, entry.attempt, options)
                state.ledger.begin()
            }
            return (state.ledger.entries[place], place, quota?.headers ?? [])
        }
        var reply =
            entry.isRefused
            ? MockAnswer.failure(429, "too much at once") : MockAnswer(prompt, options).reply(entry.fault)
        reply.headers += headers
        reply.onEnd = { fate in
            let now = book.now
            var chunks: Int?
            if case .abandoned(let count) = fate { chunks = count }
            let entry = book.state.withLock { state in
                state.ledger.end(place, abandonedAfter: chunks, at: now)
                return state.ledger.entries[place]
            }
            if chunks != nil { options.onDisconnect(entry) }
        }
        return reply
    }
}
