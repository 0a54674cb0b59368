import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How many connections a batch opens, and when it lets go of them.
@Suite struct BatchConnections {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A server that fills both fields once `wait`, called on the request's own thread with its number, has returned.
    private func server(_ wait: @escaping @Sendable (Int) -> Void) throws -> LoopbackServer {
        let text = #"[[ ## a ## ]]\nx\n\n[[ ## b ## ]]\ny\n\n[[ ## completed ## ]]"#
        let body = #"{"choices": [{"index": 0, "message": {"role": "assistant", "content": "\#(text)"}}]}"#
        return try LoopbackServer { _, number in
            wait(number)
            return LoopbackServer.Reply(body)
        }
    }

    private func batch(
        _ program: String, rows: Int, inFlight: Int, _ server: LoopbackServer
    ) async throws -> ToolRun {
        try folder.write((0..<rows).map { "{\"q\": \"\($0)\"}\n" }.joined(), to: "in.jsonl")
        try folder.write(program, to: "p.json")
        return try await ToolRun.run(
            [
                "batch", "p.json", "in.jsonl", "-o", "out.jsonl", "--no-cache", "--concurrency", "\(inFlight)", "--lm",
                "openai/any", "--api-base", server.address + "/v1",
            ], in: folder, environment: ["OPENAI_API_KEY": "sk-none"])
    }

    @Test("rows of two calls need no more connections than rows are in flight, to the very end")
    func reuse() async throws {
        let server = try server { usleep(UInt32(60 + $0 * 37 % 110) * 1000) }
        defer { server.stop() }
        let run = try await batch(#"{"steps": ["q -> a", "a -> b"]}"#, rows: 14, inFlight: 6, server)
        #expect(run.code == 0, "\(run.errors)")
        let requests = server.requests
        #expect(requests.count == 28)
        #expect(Set(requests.map(\.connection)).count == 6)
    }

    @Test("two hundred rows in flight, on both threads of the network, need two hundred connections")
    func bothThreads() async throws {
        let arrived = Atomic(0)
        let server = try server { number in
            arrived.add(1, ordering: .relaxed)
            // None is answered before two hundred are asked for.
            for _ in 0..<2_000 where arrived.load(ordering: .relaxed) < 200 { usleep(10_000) }
            usleep(UInt32(number % 7) * 1000)
        }
        defer { server.stop() }
        let run = try await batch(#"{"steps": ["q -> a", "a -> b"]}"#, rows: 500, inFlight: 200, server)
        #expect(run.code == 0, "\(run.errors)")
        let requests = server.requests
        #expect(requests.count == 1000)
        #expect(Set(requests.map(\.connection)).count == 200)
    }

    @Test("connections that no row needs any more are closed while the last answer is waited for")
    func lettingGo() async throws {
        let last = 19
        let answered = Atomic(0)
        let closed = Atomic(-1)
        let box = Mutex<LoopbackServer?>(nil)
        let output = folder.path + "/out.jsonl"
        let server = try server { number in
            guard let server = box.withLock({ $0 }) else { return }
            // All rows are asked before the first is answered; each is answered once the one before has its line.
            waitUntil(seconds: 120) {
                server.connections.opened == last + 1 && answered.load(ordering: .relaxed) == number
                    && (Golden.text(of: output) ?? "").utf8.count { $0 == 0x0A } == number
            }
            // libcurl closes at most one connection for each answer: the thread that does it has to hear of the line first.
            usleep(200_000)
            // What the answers before this one bring about is seen, but for the last two.
            waitUntil { server.connections.closed >= number - 2 }
            if number == last { closed.store(server.connections.closed, ordering: .relaxed) }
            answered.store(number + 1, ordering: .relaxed)
        }
        box.withLock { $0 = server }
        defer {
            box.withLock { $0 = nil }
            server.stop()
        }
        let run = try await batch(#"{"signature": "q -> a"}"#, rows: last + 1, inFlight: last + 1, server)
        #expect(run.code == 0, "\(run.errors)")
        let count = closed.load(ordering: .relaxed)
        #expect((last - 2...last).contains(count), "\(count) of \(last) were closed before the last answer")
    }

    /// Looks again and again, for five seconds at most, or for so many.
    private func waitUntil(seconds: Int = 5, _ isSo: () -> Bool) {
        for _ in 0..<seconds * 100 {
            if isSo() { return }
            usleep(10_000)
        }
    }
}
