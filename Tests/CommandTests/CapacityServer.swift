import OrderedJSON
import Synchronization
import TestSupport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A model server that takes so many requests at once, and remembers when each one came.
final class CapacityServer: Sendable {
    /// What the server has seen.
    struct Seen {
        var busy = 0
        /// The most requests at once, refused ones not counted.
        var most = 0
        var answered = 0
        /// When requests came, in seconds since the first one.
        var arrivals: [Double] = []
        /// When requests were refused.
        var refusals: [Double] = []
        fileprivate var start: ContinuousClock.Instant?

        fileprivate mutating func now() -> Double {
            let now = ContinuousClock.now
            let first = start ?? now
            start = first
            let parts = (now - first).components
            return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
        }
    }

    private let server: LoopbackServer
    private let state: Shared

    private final class Shared: Sendable {
        let seen = Mutex(Seen())
    }

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - milliseconds: How long an answer takes.
    ///   - refusing: The number of the one request that is refused although there is room, if any.
    ///   - headers: Header fields of refusals.
    ///   - onRequest: Gets the number of each request, from 0.
    init(
        capacity: Int = .max, milliseconds: UInt32 = 20, refusing: Int? = nil,
        headers: [(name: String, value: String)] = [], onRequest: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws {
        let state = Shared()
        self.state = state
        server = try LoopbackServer { _, number in
            let isIn = state.seen.withLock { seen in
                let now = seen.now()
                seen.arrivals.append(now)
                guard seen.busy < capacity, number != refusing else {
                    seen.refusals.append(now)
                    return false
                }
                seen.busy += 1
                seen.most = max(seen.most, seen.busy)
                return true
            }
            onRequest(number)
            guard isIn else {
                return .init(status: 429, headers: headers, #"{"error": {"message": "too many at once"}}"#)
            }
            usleep(milliseconds * 1000)
            state.seen.withLock { seen in
                seen.busy -= 1
                seen.answered += 1
            }
            return .init(Self.answer)
        }
    }

    private static let answer: String = {
        let body: JSON = [
            "id": "1", "object": "chat.completion", "created": 0, "model": "any",
            "choices": [
                [
                    "index": 0, "finish_reason": "stop",
                    "message": ["role": "assistant", "content": "[[ ## a ## ]]\nyes\n"],
                ]
            ], "usage": ["prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100],
        ]
        return body.text()
    }()

    /// The address to give as `--api-base`.
    var address: String { server.address + "/v1" }

    /// What it has seen so far.
    var seen: Seen { state.seen.withLock { $0 } }

    /// Takes no further connections.
    func stop() { server.stop() }
}
