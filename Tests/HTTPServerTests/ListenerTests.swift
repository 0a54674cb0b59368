import Basics
import Platform
import TestSupport
import Testing

@testable import HTTPServer

/// A server on a port of its own, and its application.
final class LiveServer: Sendable {
    let application: EchoApplication
    let listener: HTTPListener
    let port: Int

    init(bodyLimit: Int = 1000, _ change: (inout ServerLimits) -> Void = { _ in }) throws {
        application = EchoApplication(bodyLimit: bodyLimit)
        let socket = try ListeningSocket(host: "127.0.0.1", port: 0)
        var limits = ServerLimits()
        change(&limits)
        listener = try HTTPListener(socket, limits: limits, application: application)
        port = socket.port
    }

    func client(receiveBuffer: Int? = nil) -> RawClient { RawClient(port: port, receiveBuffer: receiveBuffer) }

    /// Does something that waits, on a thread of its own.
    func blocking<Value: Sendable>(_ body: @escaping @Sendable (LiveServer) -> Value) async throws -> Value {
        try await BlockingThread.run { _ in body(self) }
    }

    /// Waits until something holds, for as long as a busy machine may need.
    func until(_ holds: @Sendable (EchoApplication) -> Bool) async throws -> Bool {
        for _ in 0..<9000 {
            if holds(application) { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}

@Suite("A server over real sockets", .timeLimit(.minutes(5)))
struct ListenerTests {
    private func get(_ path: String, _ fields: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
    }

    private func post(_ path: String, _ body: String, _ fields: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
    }

    @Test("answers come at once and later, on one connection, also to requests that were sent together")
    func answers() async throws {
        let server = try LiveServer()
        let replies = try await server.blocking { server in
            let client = server.client()
            client.send(get("/now") + post("/later", "abc") + get("/nothing") + get("/later") + post("/now", "x"))
            return (0..<5).map { _ in client.reply() }
        }
        #expect(replies.map { $0?.status } == [200, 200, 404, 200, 200])
        #expect(replies.map { $0?.body } == ["", "abc", "not found\n", "", "x"])
        #expect(replies.allSatisfy { $0?["server"] == "dspy-swift" && $0?["x-content-type-options"] == "nosniff" })
        await server.listener.end()
        #expect(server.application.records.count == 5)
    }

    @Test("HEAD has a head only, and the request's own name comes back")
    func head() async throws {
        let server = try LiveServer()
        let text = try await server.blocking { server in
            let client = server.client()
            client.send("HEAD /now HTTP/1.1\r\nHost: a\r\nX-Request-Id: mine\r\nConnection: close\r\n\r\n")
            return client.receiveAll()
        }
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(text.contains("X-Request-Id: mine\r\n"))
        #expect(text.hasSuffix("\r\n\r\n"))
        await server.listener.end()
    }

    @Test("pieces come chunked, and another answer in their place while there are none")
    func pieces() async throws {
        let server = try LiveServer()
        let (text, other) = try await server.blocking { server in
            let client = server.client()
            client.send(get("/pieces"))
            let text = client.receive(until: "0\r\n\r\n")
            client.send(get("/refusing"))
            return (text, client.reply())
        }
        #expect(text.contains("Transfer-Encoding: chunked"))
        #expect(text.replacing("\r\n", with: "").contains("piece 0\n"))
        #expect(other?.status == 502)
        #expect(other?.body == "instead\n")
        await server.listener.end()
    }

    @Test("a head that is refused ends the connection, and nothing behind it is read as a request")
    func unreadable() async throws {
        let server = try LiveServer()
        let bad = [
            "GET /now HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET http://a/now HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "GET /now HTTP/1.1\r\n\r\n", "GET /a%00 HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST /now HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
        ]
        for head in bad {
            let text = try await server.blocking { server in
                let client = server.client()
                client.send(head + get("/now"))
                return client.receiveAll()
            }
            #expect(text.hasPrefix("HTTP/1.1 4") || text.hasPrefix("HTTP/1.1 501"), "\(head): \(text)")
            #expect(!text.contains("200 OK"), "\(head)")
        }
        await server.listener.end()
    }

    @Test("a client that is refused before it has sent all can read why")
    func large() async throws {
        let server = try LiveServer()
        let body = String(repeating: "x", count: 3_000_000)
        let chunked =
            "POST /now HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + String(body.utf8.count, radix: 16) + "\r\n\(body)\r\n0\r\n\r\n"
        for request in [post("/now", body), chunked, post("/refused", body)] {
            let reply = try await server.blocking { server in
                let client = server.client()
                client.send(request)
                return client.reply()
            }
            #expect(reply?.status == (request.hasPrefix("POST /refused") ? 403 : 413))
            #expect(reply?["connection"] == "close")
        }
        await server.listener.end()
    }

    @Test("a client that leaves ends its run: waiting, writing, silent, by its end or a reset")
    func leaving() async throws {
        for path in ["/wait", "/endless", "/silent"] {
            for how in 0..<3 {
                let server = try LiveServer { $0.ping = .milliseconds(30) }
                try await server.blocking { server in
                    let client = server.client(receiveBuffer: 4096)
                    client.send(get(path))
                    SystemThread.sleep(.milliseconds(100))
                    switch how {
                    case 0: client.leave()
                    case 1: client.reset()
                    default: client.finishSending()
                    }
                    SystemThread.sleep(.milliseconds(5))
                }
                #expect(try await server.until { $0.records.count == 1 }, "\(path) \(how)")
                // On a busy machine it may have left before its run began.
                #expect(try await server.until { $0.stops.count == $0.runs }, "\(path) \(how)")
                #expect(server.application.stops.allSatisfy { $0 == .left })
                await server.listener.idle()
                await server.listener.end()
            }
        }
    }

    @Test("a head, a body and a run that take too long are ended, each by its own time")
    func deadlines() async throws {
        let server = try LiveServer {
            $0.head = .milliseconds(300)
            $0.body = .milliseconds(300)
            $0.request = .milliseconds(300)
            // On a busy machine the run may take long to notice.
            $0.lastWords = .seconds(200)
        }
        let head = try await server.blocking { server in
            let client = server.client()
            // A byte now and then keeps no connection open.
            for _ in 0..<20 {
                client.send("G")
                SystemThread.sleep(.milliseconds(50))
            }
            return client.receiveAll()
        }
        #expect(!head.contains("200"))
        let body = try await server.blocking { server in
            let client = server.client()
            client.send("POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n")
            for _ in 0..<20 {
                client.send("x")
                SystemThread.sleep(.milliseconds(50))
            }
            return client.receiveAll()
        }
        #expect(body.hasPrefix("HTTP/1.1 408") || body.isEmpty, "\(body)")
        let run = try await server.blocking { server in
            let client = server.client()
            client.send(get("/wait"))
            return client.reply()
        }
        #expect(run?.status == 504)
        #expect(server.application.stops == [.deadline])
        await server.listener.end()
    }

    @Test("a stream that is silent says so")
    func ping() async throws {
        let server = try LiveServer { $0.ping = .milliseconds(50) }
        let text = try await server.blocking { server in
            let client = server.client()
            client.send(get("/silent"))
            return client.receive(until: ": ping\n")
        }
        #expect(text.contains(": ping\n"))
        server.listener.stopRuns(.shuttingDown)
        #expect(try await server.until { $0.stops.first != nil })
        await server.listener.end()
    }

    @Test("a slow reader holds its own answer back, and nobody else's")
    func slowReader() async throws {
        let server = try LiveServer()
        let (slow, reply) = try await server.blocking { server in
            let slow = server.client(receiveBuffer: 4096)
            slow.send(get("/endless"))
            SystemThread.sleep(.milliseconds(300))
            let other = server.client()
            other.send(get("/later"))
            return (slow, other.reply())
        }
        #expect(reply?.status == 200)
        slow.leave()
        #expect(try await server.until { $0.records.count == 2 })
        // The kernel's buffers and ours: an endless answer would have been hundreds of megabytes by now.
        #expect(server.application.records.allSatisfy { $0.bytesOut < 16 << 20 })
        await server.listener.end()
    }

    @Test("more connections than are allowed are closed, the others are answered")
    func tooMany() async throws {
        let server = try LiveServer { $0.connections = 3 }
        let counts = try await server.blocking { server in
            let clients = (0..<6).map { _ in
                let client = server.client()
                SystemThread.sleep(.milliseconds(20))
                return client
            }
            for client in clients { client.send(get("/now")) }
            return clients.map { $0.reply()?.status ?? 0 }
        }
        #expect(counts == [200, 200, 200, 0, 0, 0])
        await server.listener.end()
    }

    @Test("many clients at once, each with many requests, get their own answers")
    func many() async throws {
        let server = try LiveServer()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for client in 0..<16 {
                group.addTask {
                    try await server.blocking { server in
                        let peer = server.client()
                        return (0..<200).allSatisfy { number in
                            peer.send(post(number % 2 == 0 ? "/later" : "/now", "\(client)-\(number)"))
                            return peer.reply()?.body == "\(client)-\(number)"
                        }
                    }
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
        #expect(try await server.until { $0.records.count == 3200 })
        await server.listener.end()
    }
}
