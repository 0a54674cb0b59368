import Basics
#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif
import Synchronization

/// An HTTP server on 127.0.0.1 that answers as a test says and remembers what it was asked.
package final class LoopbackServer: Sendable {
    /// One request as it came in.
    package struct Request: Sendable {
        /// `POST`.
        package var method: String
        /// The path with its query.
        package var path: String
        /// Header fields; names in lower case.
        package var headers: [String: String]
        /// The body.
        package var body: [UInt8]
        /// Which connection it came on, from 0.
        package var connection: Int

        /// The body as text.
        package var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// The port it listens on.
    package let port: UInt16
    private let listener: Int32
    private let handler: @Sendable (Request, Int) -> Reply
    private let received = Mutex<[Request]>([])
    private let counted = Mutex((opened: 0, closed: 0))

    /// Starts a server; the handler gets each request and its number from 0.
    package init(_ handler: @escaping @Sendable (Request, Int) -> Reply) throws {
        self.handler = handler
        (listener, port) = try Self.listen()
        let serve: @Sendable () -> Void = { [listener, weak self] in
            var count = 0
            while true {
                let socket = accept(listener, nil, nil)
                guard socket >= 0 else { return }
                let number = count
                count += 1
                self?.counted.withLock { $0.opened += 1 }
                _ = SystemThread.start { [weak self] in
                    self?.serve(socket, number)
                    close(socket)
                    self?.counted.withLock { $0.closed += 1 }
                }
            }
        }
        _ = SystemThread.start(serve)
    }

    /// Starts a server that gives these answers in order, the last one again and again.
    package convenience init(replies: [Reply]) throws {
        try self.init { _, number in replies[min(number, replies.count - 1)] }
    }

    deinit { stop() }

    /// `http://127.0.0.1:PORT`.
    package var address: String { "http://127.0.0.1:\(port)" }
    /// The requests so far.
    package var requests: [Request] { received.withLock { $0 } }

    /// How many connections there have been, and how many of them have ended.
    package var connections: (opened: Int, closed: Int) { counted.withLock { $0 } }

    /// Takes no further connections.
    package func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func serve(_ socket: Int32, _ connection: Int) {
        var reader = SocketReader(socket: socket)
        while var request = reader.nextRequest() {
            request.connection = connection
            let number = received.withLock { all in
                all.append(request)
                return all.count - 1
            }
            guard handler(request, number).send(to: socket) else { return }
        }
    }
}

extension LoopbackServer {
    /// The server cannot listen.
    package struct Failure: Error {
        /// The errno.
        package var code: Int32
    }

    private static func listen() throws -> (listener: Int32, port: UInt16) {
        #if canImport(Glibc)
            let stream = Int32(SOCK_STREAM.rawValue)
        #else
            let stream = SOCK_STREAM
        #endif
        let listener = socket(AF_INET, stream, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                if bind(listener, pointer, size) != 0 { return errno }
                #if canImport(Glibc)
                    if Glibc.listen(listener, 1024) != 0 { return errno }
                #else
                    if Darwin.listen(listener, 1024) != 0 { return errno }
                #endif
                return getsockname(listener, pointer, &size) == 0 ? 0 : errno
            }
        }
        guard listener >= 0, code == 0 else { throw Failure(code: code) }
        return (listener, UInt16(bigEndian: address.sin_port))
    }
}
