#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension LoopbackServer {
    /// What to answer.
    package struct Reply: Sendable {
        /// How an answer ends.
        package enum Ending: Sendable, Hashable {
            /// As HTTP wants it.
            case whole
            /// The connection is closed before the body is whole.
            case closed
            /// The connection is reset before the body is whole.
            case reset
        }

        /// What became of an answer.
        package enum Fate: Sendable, Hashable {
            /// It is about to end.
            case sent
            /// The client closed the connection after so many chunks.
            case abandoned(chunks: Int)
        }

        /// The status code.
        package var status: Int
        /// Header fields beside Content-Length.
        package var headers: [(name: String, value: String)]
        /// Parts of the body; more than one are sent one by one, chunked.
        package var chunks: [[UInt8]]
        /// How long to wait before the answer, and between chunks unless `gap` says otherwise.
        package var delay: Duration
        /// How long to wait between chunks.
        package var gap: Duration?
        /// Whether to close the connection instead of answering.
        package var drops: Bool
        /// How the answer ends.
        package var ending = Ending.whole
        /// How long to wait behind the last chunk, before the answer ends.
        package var pause = Duration.zero
        /// Whether the body is chunked even if it is one part.
        package var isChunked = false
        /// The answer byte for byte, head and all, whatever the other properties say; the connection ends behind it,
        /// after `pause`.
        package var raw: [UInt8]?
        /// Gets the place of each chunk of a chunked body, just before it is sent.
        package var onChunk: (@Sendable (Int) -> Void)?
        /// Gets what became of the answer, once: just before its end, or when the client has gone.
        package var onEnd: (@Sendable (Fate) -> Void)?

        /// An answer.
        package init(
            status: Int = 200, headers: [(name: String, value: String)] = [], chunks: [[UInt8]],
            delay: Duration = .zero,
            drops: Bool = false
        ) {
            self.status = status
            self.headers = headers
            self.chunks = chunks
            self.delay = delay
            self.drops = drops
        }

        /// An answer of JSON, or any, text.
        package init(status: Int = 200, headers: [(name: String, value: String)] = [], _ text: String) {
            let type = (name: "Content-Type", value: "application/json")
            self.init(status: status, headers: [type] + headers, chunks: [Array(text.utf8)])
        }

        /// An answer byte for byte, head and all; the connection ends behind it, after a pause.
        package init(raw: [UInt8], pause: Duration = .zero) {
            self.init(chunks: [])
            self.raw = raw
            self.pause = pause
        }

        /// The connection closed without an answer.
        package static let drop = Reply(chunks: [], drops: true)
    }
}

extension LoopbackServer.Reply {
    /// Sends the answer; whether another request may follow on this connection.
    func send(to socket: Int32) -> Bool {
        let socket = PeerSocket(socket)
        guard socket.wait(delay) else {
            onEnd?(.abandoned(chunks: 0))
            return false
        }
        if let raw {
            let isHere = socket.send(raw) && socket.wait(pause)
            onEnd?(isHere ? .sent : .abandoned(chunks: 0))
            return false
        }
        if drops || chunks.isEmpty && ending != .whole {
            onEnd?(.sent)
            if ending == .reset { socket.reset() }
            return false
        }
        let isChunked = isChunked || chunks.count > 1
        guard isChunked else {
            onEnd?(.sent)
            // A body that is cut short is told to be longer than it is.
            let length = (chunks.first?.count ?? 0) + (ending == .whole ? 0 : 1000)
            guard socket.send(head("Content-Length: \(length)") + (chunks.first ?? [])) else { return false }
            return ends(socket)
        }
        guard socket.send(head("Transfer-Encoding: chunked")) else {
            onEnd?(.abandoned(chunks: 0))
            return false
        }
        for (place, chunk) in chunks.enumerated() {
            let isHere = place == 0 ? !socket.isGone : socket.wait(gap ?? delay)
            let endsHere = isHere && place == chunks.count - 1 && pause == .zero
            if endsHere { onEnd?(.sent) }
            onChunk?(place)
            let size = String(chunk.count, radix: 16) + "\r\n"
            guard isHere, socket.send(Array(size.utf8) + chunk + [13, 10]) else {
                if !endsHere { onEnd?(.abandoned(chunks: place)) }
                return false
            }
        }
        if pause > .zero {
            let isHere = socket.wait(pause)
            onEnd?(isHere ? .sent : .abandoned(chunks: chunks.count))
            guard isHere else { return false }
        }
        guard ends(socket) else { return false }
        return socket.send(Array("0\r\n\r\n".utf8))
    }

    private func head(_ length: String) -> [UInt8] {
        var head = "HTTP/1.1 \(status) Status\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        return Array((head + length + "\r\n\r\n").utf8)
    }

    private func ends(_ socket: PeerSocket) -> Bool {
        if ending == .reset { socket.reset() }
        return ending == .whole
    }
}
