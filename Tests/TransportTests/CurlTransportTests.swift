import TestSupport
import Testing

@testable import Transport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("HTTP through libcurl")
struct CurlTransportTests {
    private let transport = CurlTransport.shared

    private func request(_ server: LoopbackServer, timeout: Duration = .seconds(300)) -> HTTPRequest {
        HTTPRequest(
            url: server.address + "/v1/x", headers: [("Content-Type", "application/json"), ("X-A", "b")],
            body: Array("{\"é\":1}".utf8), timeout: timeout)
    }

    private func failure(_ request: HTTPRequest, _ transport: CurlTransport = .shared) async -> HTTPError? {
        do {
            _ = try await transport.send(request)
            return nil
        } catch {
            return error as? HTTPError
        }
    }

    @Test("sends method, path, headers and body, and brings status, headers and body back")
    func roundTrip() async throws {
        let server = try LoopbackServer(replies: [.init(status: 418, headers: [("X-Request-ID", " r1 ")], "tea")])
        let response = try await transport.send(request(server))
        #expect(response.status == 418)
        #expect(response.headers["x-request-id"] == "r1")
        #expect(response.text == "tea")
        let seen = try #require(server.requests.first)
        #expect(seen.method == "POST" && seen.path == "/v1/x" && seen.text == "{\"é\":1}")
        #expect(seen.headers["accept"] == "*/*" && seen.headers["x-a"] == "b" && seen.headers["expect"] == nil)
    }

    @Test("a body of several megabytes goes out whole and without waiting for 100 Continue")
    func largeBody() async throws {
        let server = try LoopbackServer { request, _ in .init("\(request.body.count)") }
        var large = request(server)
        large.body = [UInt8](repeating: 120, count: 3_000_000)
        #expect(try await transport.send(large).text == "3000000")
    }

    @Test("a connection is used again")
    func reuse() async throws {
        let clock = ContinuousClock()
        var connections: Set<Int> = []
        // One that was idle for a minute is not used again, and a busy machine may let a minute pass.
        for _ in 0..<5 {
            let server = try LoopbackServer(replies: [.init("ok")])
            let start = clock.now
            for _ in 0..<5 { _ = try await transport.send(request(server)) }
            connections = Set(server.requests.map(\.connection))
            if clock.now - start < .seconds(50) { break }
        }
        #expect(connections == [0])
    }

    @Test("tasks may run on the network's own thread, with other tasks' work in between")
    func executor() async throws {
        let server = try LoopbackServer { request, _ in .init(String(decoding: request.body, as: UTF8.self)) }
        let executor = try #require(CurlTransport.executor)
        let (transport, base) = (transport, request(server))
        let seen = try await withTaskExecutorPreference(executor) {
            try await withThrowingTaskGroup(of: (String, UInt).self) { group in
                for number in 0..<100 {
                    group.addTask {
                        var request = base
                        var text = ""
                        for round in 0..<3 {
                            request.body = Array("\(number).\(round);".utf8)
                            text += try await transport.send(request).text
                            await Task.yield()
                            // Waits elsewhere, and comes back.
                            text += await Task.detached { "-" }.value
                        }
                        return (text, Self.thread)
                    }
                }
                return try await group.reduce(into: [(String, UInt)]()) { $0.append($1) }
            }
        }
        #expect(
            Set(seen.map(\.0)) == Set((0..<100).map { "\($0).0;-\($0).1;-\($0).2;-" }))
        #expect(Set(seen.map(\.1)).count == 1)
    }

    private static var thread: UInt { UInt(bitPattern: Int(pthread_self())) }

    @Test("a POST on a connection that died is an error, never sent twice in silence")
    func noSilentRepeat() async throws {
        let server = try LoopbackServer { _, number in number == 0 ? .init("ok") : .drop }
        _ = try await transport.send(request(server))
        let error = await failure(request(server))
        #expect(error?.reason == .broken)
        #expect(server.requests.count == 2)
    }

    @Test("hundreds of requests at once, more than one thread takes, all come back")
    func manyAtOnce() async throws {
        let server = try LoopbackServer { request, _ in .init(request.text) }
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<300 {
                group.addTask {
                    let body = Array("\(number)".utf8)
                    return try await CurlTransport.shared.send(HTTPRequest(url: server.address, body: body)).text
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(texts == Set((0..<300).map(String.init)))
    }

    @Test("an answer that does not come in time is a timeout")
    func timeout() async throws {
        let server = try LoopbackServer(replies: [.init(chunks: [[65]], delay: .seconds(5))])
        let error = await failure(request(server, timeout: .milliseconds(100)))
        #expect(error?.reason == .timeout)
        #expect(error?.message.contains(server.address) == true)
    }

    @Test("a cancelled task ends its exchange at once")
    func cancellation() async throws {
        let server = try LoopbackServer(replies: [.init(chunks: [[65]], delay: .seconds(3600))])
        let request = request(server)
        let task = Task { try await CurlTransport.shared.send(request) }
        while server.requests.isEmpty { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("an answer above the limit is refused")
    func sizeLimit() async throws {
        let server = try LoopbackServer(replies: [.init(chunks: [[UInt8](repeating: 65, count: 300_000)])])
        let error = await failure(request(server), CurlTransport(sizeLimit: 100_000))
        #expect(error?.reason == .tooLarge)
    }

    @Test("a refused connection says where and what to look at")
    func refused() async throws {
        let server = try LoopbackServer(replies: [.init("ok")])
        let request = HTTPRequest(url: "http://user:secret@127.0.0.1:1/key-in-path")
        server.stop()
        let error = await failure(request)
        #expect(error?.reason == .unreachable)
        #expect(error?.message == "cannot connect to http://127.0.0.1:1; is the server running?")
    }

    @Test("a header with a line break, or another scheme, never reaches the network")
    func defects() async {
        let broken = HTTPRequest(url: "http://127.0.0.1:1", headers: [("Authorization", "Bearer sk-x\r\nX: y")])
        let error = await failure(broken)
        #expect(error?.reason == .malformed)
        #expect(error?.message.contains("sk-x") == false)
        #expect(await failure(HTTPRequest(url: "file:///etc/passwd"))?.reason == .malformed)
    }

    @Test("a request says who asks, and asks for no compression; a header of the caller's own counts")
    func agent() async throws {
        let server = try LoopbackServer(replies: [.init("ok")])
        _ = try await transport.send(request(server))
        var other = request(server)
        other.headers.append(("User-Agent", "mine"))
        _ = try await transport.send(other)
        #expect(server.requests[0].headers["user-agent"]?.hasPrefix("dspy-swift/") == true)
        #expect(server.requests[0].headers["accept-encoding"] == "identity")
        #expect(server.requests[1].headers["user-agent"] == "mine")
    }

    @Test("what is compressed all the same is read; what cannot be is a broken answer")
    func compressed() async throws {
        // gzip of "hello hello hello hello\n".
        let packed: [UInt8] = [
            0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40, 0x27, 0xB9, 0, 0, 0x88,
            0x59,
            0x0B, 0x18, 0, 0, 0,
        ]
        func reply(_ coding: String, _ body: [UInt8]) -> LoopbackServer.Reply {
            LoopbackServer.Reply(headers: [("Content-Encoding", coding)], chunks: [body])
        }
        let server = try LoopbackServer(replies: [reply("gzip", packed), reply("gzip", [1, 2, 3]), reply("odd", [1])])
        #expect(try await transport.send(request(server)).text == "hello hello hello hello\n")
        for _ in 0..<2 {
            let error = await failure(request(server))
            #expect(
                error?.reason == .broken && error?.message.contains("compressed") == true,
                "\(String(describing: error))")
        }
    }

    @Test(
        "a port that speaks something else is named, once for all attempts",
        arguments: [
            (Array("SSH-2.0-OpenSSH_9.2\r\n".utf8), "speaks SSH and not HTTP"),
            ([0x15, 3, 1, 0, 2, 2, 70], "speaks TLS; write https://127.0.0.1"),
            (Array("220 mail.example ESMTP\r\n".utf8), "does not speak HTTP (it says \"220 mail.example ESMTP\")"),
        ] as [([UInt8], String)])
    func otherProtocols(start: [UInt8], words: String) async throws {
        let server = try LoopbackServer(replies: [.init(raw: start, pause: .seconds(60))])
        defer { server.stop() }
        let error = await failure(request(server))
        #expect(error?.reason == .refused && error?.message.contains(words) == true, "\(String(describing: error))")
    }

    @Test("a head that is cut off, and no answer at all, are broken connections")
    func cutOff() async throws {
        let half = LoopbackServer.Reply(raw: Array("HTTP/1.1 200 OK\r\nContent-Type: te".utf8))
        let server = try LoopbackServer(replies: [half, .drop])
        #expect(await failure(request(server))?.reason == .broken)
        let error = await failure(request(server))
        #expect(error?.reason == .broken && error?.message.contains("if that port speaks TLS, write https://") == true)
    }

    @Test("an answer that has begun and is not complete in time says so, with the time that was set")
    func slowAnswer() async throws {
        var reply = LoopbackServer.Reply(chunks: [[65], [66]])
        reply.gap = .seconds(60)
        let server = try LoopbackServer(replies: [reply])
        defer { server.stop() }
        let error = await failure(request(server, timeout: .seconds(3)))
        #expect(error?.reason == .timeout)
        #expect(error?.message.contains("was not complete within 3 seconds") == true, "\(String(describing: error))")
    }

    @Test("a missing library is named with its Debian package")
    func missingLibrary() {
        #expect {
            try CurlLibrary(names: ["libnowhere.so.4"])
        } throws: { error in
            (error as? HTTPError)?.message.contains("apt-get install libcurl4") == true
        }
    }

    @Test("a stream delivers chunks as they come")
    func streaming() async throws {
        let chunks = (0..<5).map { Array("chunk \($0);".utf8) }
        let server = try LoopbackServer(replies: [.init(chunks: chunks, delay: .milliseconds(5))])
        let stream = try await transport.stream(request(server))
        #expect(stream.status == 200)
        var text = ""
        var count = 0
        for try await chunk in stream {
            text += String(decoding: chunk, as: UTF8.self)
            count += 1
        }
        #expect(text == "chunk 0;chunk 1;chunk 2;chunk 3;chunk 4;")
        #expect(count > 1)
    }

    @Test("a slow reader holds the sender back and still gets every byte")
    func backpressure() async throws {
        let block = [UInt8](repeating: 66, count: 500_000)
        let server = try LoopbackServer(replies: [.init(chunks: [block, block, block, block])])
        var count = 0
        for try await chunk in try await transport.stream(request(server)) {
            count += chunk.count
            await Task.yield()
        }
        #expect(count == 2_000_000)
    }
}
