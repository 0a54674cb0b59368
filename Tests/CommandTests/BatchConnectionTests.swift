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
        _ program: String, rows: Int, inFlight: Int, _ server: LoopbackServer,
        onStart: (@Sendable (pid_t) -> Void)? = nil
    ) async throws -> ToolRun {
        try folder.write((0..<rows).map { "{\"q\": \"\($0)\"}\n" }.joined(), to: "in.jsonl")
        try folder.write(program, to: "p.json")
        return try await ToolRun.run(
            [
                "batch", "p.json", "in.jsonl", "-o", "out.jsonl", "--no-cache", "--concurrency", "\(inFlight)", "--lm",
                "openai/any", "--api-base", server.address + "/v1",
            ], in: folder, environment: ["OPENAI_API_KEY": "sk-none"], onStart: onStart)
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

    #if os(Linux)
        @Test("connections that no row needs any more are closed while the last answer is waited for")
        func lettingGo() async throws {
            let process = Process()
            let server = try server { number in
                // All rows are asked before the first is answered; the last waits for what it brings about.
                if number == 19 {
                    process.atFirst.store(process.sockets)
                    process.atLast.store(process.atFirst.load())
                    for _ in 0..<400 where process.atFirst.load() - process.atLast.load() < 17 {
                        usleep(50_000)
                        process.atLast.store(process.sockets)
                    }
                } else {
                    for _ in 0..<400 where process.atFirst.load() == 0 { usleep(50_000) }
                    // One after the other: what the answers before this one bring about is seen, but for the last two.
                    for _ in 0..<400 where process.atFirst.load() - process.sockets < number - 2 { usleep(50_000) }
                }
            }
            defer { server.stop() }
            let program = #"{"signature": "q -> a"}"#
            let run = try await batch(program, rows: 20, inFlight: 20, server) { process.pid.store($0) }
            #expect(run.code == 0, "\(run.errors)")
            // The process has sockets of this one beside its own.
            let (first, last) = (process.atFirst.load(), process.atLast.load())
            #expect((17...19).contains(first - last), "\(first) sockets were open at first, \(last) at last")
        }

        private final class Process: Sendable {
            let pid = Box(0)
            let atFirst = Box(0)
            let atLast = Box(0)

            final class Box: Sendable {
                private let value: Atomic<Int>
                init(_ value: Int) { self.value = Atomic(value) }
                func load() -> Int { value.load(ordering: .relaxed) }
                func store(_ new: some BinaryInteger) { value.store(Int(new), ordering: .relaxed) }
            }

            /// How many sockets the process has open.
            var sockets: Int {
                let path = "/proc/\(pid.load())/fd"
                guard let folder = opendir(path) else { return 0 }
                defer { closedir(folder) }
                var count = 0
                while let entry = readdir(folder) {
                    let name = withUnsafePointer(to: &entry.pointee.d_name) {
                        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                    }
                    var target = [UInt8](repeating: 0, count: 256)
                    let length = target.withUnsafeMutableBytes { bytes in
                        bytes.baseAddress.map { readlink(path + "/" + name, $0, bytes.count) } ?? 0
                    }
                    if target.prefix(max(0, length)).starts(with: "socket:".utf8) { count += 1 }
                }
                return count
            }
        }
    #endif
}
