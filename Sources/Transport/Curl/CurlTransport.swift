import Basics

/// HTTP through libcurl.
///
/// Nothing is loaded or started before the first request, or before `warmUp`.
package final class CurlTransport: HTTPTransport {
    /// The transport of the process, with 64 MB as the largest answer.
    package static let shared = CurlTransport()

    private static let engines: Result<CurlEngines, HTTPError> = CurlLibrary.shared.flatMap { library in
        Result { () throws(HTTPError) in try CurlEngines(library: library) }
    }

    /// Runs tasks on the thread that waits for the network, the first where there are two, so that an answer and what follows
    /// from it need no other thread; nil where libcurl cannot start.
    ///
    /// Good for many small pieces of work between requests, on a machine with few cores; nothing may block in it.
    package static var executor: (any TaskExecutor)? { try? engines.get().first }

    /// Loads libcurl on a thread beside, for who is soon going to send something: it takes several milliseconds.
    package static func warmUp() { _ = SystemThread.start { _ = engines } }

    /// Calls back once libcurl is loaded, with the libraries that it needs itself; at once where it is.
    package static func whenLoaded(_ callback: @escaping @Sendable () -> Void) { CurlLibrary.whenLoaded(callback) }

    /// Says which part of the connections that were in use at most is still needed, from 0 to 1.
    ///
    /// The others are closed as they become idle, while answers are waited for; left to the end of the process, hundreds of
    /// them would hold it up. Requests beyond that part bring everything back.
    package static func keepConnections(fraction part: Double) {
        if case .success(let engines) = engines { engines.keep(part) }
    }

    private let sizeLimit: Int

    /// A transport that takes answers up to a size in bytes.
    ///
    /// All transports share the threads and their connections.
    package init(sizeLimit: Int = 64 * 1024 * 1024) {
        self.sizeLimit = sizeLimit
    }

    /// Sends one request and waits for the whole answer, whatever its status.
    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let (engine, transfer) = try start(request)
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                transfer.sink = .whole(continuation)
                engine.submit(transfer)
            }
        } onCancel: {
            transfer.cancel()
            engine.cancel(transfer)
        }
    }

    /// Sends one request and hands over the answer while it comes in.
    package func stream(_ request: HTTPRequest) async throws -> HTTPStream {
        let (engine, transfer) = try start(request)
        let buffer = ChunkBuffer()
        buffer.onDrain { engine.resume(transfer) }
        transfer.makeStream = { buffer, status, headers in
            let channel = ChunkChannel(buffer: buffer) {
                engine.hurry(transfer, within: $0)
            } cancel: {
                engine.cancel(transfer)
            }
            return HTTPStream(status: status, headers: headers, channel: channel)
        }
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                transfer.sink = .stream(continuation, buffer)
                engine.submit(transfer)
            }
        } onCancel: {
            transfer.cancel()
            engine.cancel(transfer)
        }
    }

    private func start(_ request: HTTPRequest) throws -> (CurlEngine, CurlTransfer) {
        try Task.checkCancellation()
        let (engine, place) = try Self.engines.get().take(for: request.server)
        return (engine, CurlTransfer(request, sizeLimit: sizeLimit, place: place))
    }
}
