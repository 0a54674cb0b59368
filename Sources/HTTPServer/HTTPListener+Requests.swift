import CMicroHTTPD

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension HTTPListener {
    // MARK: Requests

    /// One call of libmicrohttpd: a head, a part of a body, or the end of it.
    func handle(
        _ connection: ServerConnection, _ exchange: Exchange, method: UnsafePointer<CChar>?,
        version: UnsafePointer<CChar>?, data: UnsafePointer<CChar>?, size: UnsafeMutablePointer<Int>
    ) -> MHD_Result {
        if exchange.hasLeft { return .NO }
        guard exchange.head != nil else { return begin(connection, exchange, method, version) }
        if size.pointee > 0 {
            exchange.bytesIn += size.pointee
            let limit = exchange.admission?.bodyLimit ?? 0
            guard exchange.body.count + size.pointee <= limit else {
                return refuse(connection, exchange, exchange.admission?.tooLarge ?? Answer(413))
            }
            exchange.body.append(
                contentsOf: UnsafeRawBufferPointer(start: data, count: size.pointee))
            size.pointee = 0
            return .YES
        }
        return finish(connection, exchange)
    }

    /// The head is there.
    private func begin(
        _ connection: ServerConnection, _ exchange: Exchange, _ method: UnsafePointer<CChar>?,
        _ version: UnsafePointer<CChar>?
    ) -> MHD_Result {
        let head = head(connection, exchange, method, version)
        exchange.head = head
        exchange.id = names.name(head["x-request-id"])
        if let status = RequestScreen.refusal(of: head) {
            var answer = Answer.text("\(status)\n", status: status)
            answer.closes = true
            return refuse(connection, exchange, answer)
        }
        switch application.screen(head) {
        case .refuse(let answer, let route, let program):
            exchange.refusal = (route, program)
            if head.announcesBody || answer.closes { return refuse(connection, exchange, answer) }
            exchange.sending = .answer(answer)
        case .admit(let admission):
            exchange.admission = admission
            if let length = head["content-length"].flatMap({ Int($0) }), length > admission.bodyLimit {
                return refuse(connection, exchange, admission.tooLarge)
            }
        }
        expect(.body, within: connection.hasEnded ? Self.grace : limits.body, of: connection)
        return .YES
    }

    /// The head as it stands in libmicrohttpd's memory.
    private func head(
        _ connection: ServerConnection, _ exchange: Exchange, _ method: UnsafePointer<CChar>?,
        _ version: UnsafePointer<CChar>?
    ) -> RequestHead {
        var found = FoundFields(start: UnsafeRawPointer(method))
        withUnsafeMutablePointer(to: &found) { list in
            _ = library.values(connection.pointer, .HEADER_KIND, collectField, UnsafeMutableRawPointer(list))
        }
        var head = RequestHead(
            method: method.map { String(cString: $0) } ?? "", target: exchange.target,
            version: version.map { String(cString: $0) } ?? "", fields: found.fields)
        head.size = dspy_mhd_head_size(library.connectionInfo, connection.pointer)
        if let method, let version {
            let lineEnd = UnsafeRawPointer(version) - UnsafeRawPointer(method) + strlen(version)
            let memory = UnsafeRawBufferPointer(start: method, count: head.size)
            head.hidesSomething =
                lineEnd < 0 || lineEnd > head.size || HeadMemory.hidesSomething(memory, from: lineEnd, found.spans)
        }
        return head
    }

    /// The whole request is there.
    private func finish(_ connection: ServerConnection, _ exchange: Exchange) -> MHD_Result {
        if connection.phase == .answer { return .YES }
        if case .answer = exchange.sending {
            answering(connection, within: nil)
            queue(connection, exchange)
            return .YES
        }
        guard let head = exchange.head, let admission = exchange.admission else { return .NO }
        let stop = StopSwitch()
        let request = ServerRequest(head: head, body: exchange.body, id: exchange.id, stop: stop)
        exchange.body = []
        exchange.stop = stop
        answering(connection, within: admission.isRun ? limits.request : nil)
        switch application.reply(to: request, admission) {
        case .now(let answer):
            exchange.sending = .answer(answer)
            queue(connection, exchange)
        case .later(let make):
            suspend(connection)
            // It is told only once that a client has left; an answer that is there at once goes to it all the same.
            if connection.hasEnded { return abandon(connection, exchange) }
            let id = connection.id
            Task { [self] in send(.answer(id, await make())) }
        }
        return .YES
    }

    private func abandon(_ connection: ServerConnection, _ exchange: Exchange) -> MHD_Result {
        leave(connection, exchange)
        return .YES
    }

    private func answering(_ connection: ServerConnection, within time: Duration?) {
        busy += 1
        expect(.answer, within: time, of: connection)
    }

    // MARK: Answers

    /// Hands over what there is to send, and lets libmicrohttpd look at the connection again where there is something.
    func queue(_ connection: ServerConnection, _ exchange: Exchange) {
        switch exchange.sending {
        case .nothing: return
        case .queued: wakeUp(connection)
        case .answer(let answer):
            switch answer.body {
            case .whole(let bytes): queue(answer, bytes, connection, exchange)
            case .pieces(let pieces): hold(answer, pieces, connection, exchange)
            }
        case .held(let answer, let pipe):
            if let other = pipe.replacement {
                exchange.pipe = nil
                exchange.sending = .answer(other)
                return queue(connection, exchange)
            }
            queue(answer, pipe, connection, exchange)
        }
    }

    /// Starts to make the pieces; their head waits for the first one.
    private func hold(
        _ answer: Answer, _ pieces: Answer.Pieces, _ connection: ServerConnection, _ exchange: Exchange
    ) {
        let id = connection.id
        let pipe = AnswerPipe { [self] in send(.attend(id)) }
        exchange.pipe = pipe
        exchange.sending = .held(answer, pipe)
        exchange.ping = pieces.ping
        exchange.lastPiece = .now
        lookAgain(at: .now + limits.ping)
        if exchange.hasLeft { pipe.close() }
        if !connection.isSuspended { suspend(connection) }
        Task {
            await pieces.produce(AnswerWriter(pipe: pipe))
            pipe.finish()
        }
    }

    private func queue(
        _ answer: Answer, _ bytes: [UInt8], _ connection: ServerConnection, _ exchange: Exchange
    ) {
        let response = bytes.withUnsafeBytes { buffer in
            library.wholeResponse(
                buffer.count, UnsafeMutableRawPointer(mutating: buffer.baseAddress), .RESPMEM_MUST_COPY)
        }
        exchange.bytesOut = bytes.count
        queue(answer, response, connection, exchange)
    }

    private func queue(
        _ answer: Answer, _ pipe: AnswerPipe, _ connection: ServerConnection, _ exchange: Exchange
    ) {
        let source = PieceSource(self, connection, exchange, pipe)
        let context = Unmanaged.passRetained(source).toOpaque()
        guard let response = library.pieceResponse(.max, 32 << 10, readPiece, context, releasePieces) else {
            Unmanaged<PieceSource>.fromOpaque(context).release()
            return leave(connection, exchange)
        }
        queue(answer, response, connection, exchange)
    }

    private func queue(
        _ answer: Answer, _ response: MicroHTTPD.Response?, _ connection: ServerConnection, _ exchange: Exchange
    ) {
        // Without memory there is no answer; a client that waits for ever is worse.
        guard let response else { return leave(connection, exchange) }
        for (name, value) in heading(answer, exchange) { _ = library.addHeader(response, name, value) }
        if answer.closes { _ = library.addHeader(response, "Connection", "close") }
        exchange.status = answer.status
        exchange.code = answer.note
        exchange.sending = .queued
        _ = library.queue(connection.pointer, UInt32(clamping: answer.status), response)
        library.destroy(response)
        wakeUp(connection)
    }

    /// All headers but those that frame the body.
    private func heading(_ answer: Answer, _ exchange: Exchange) -> [(name: String, value: String)] {
        [("Server", "dspy-swift"), ("X-Request-Id", exchange.id), ("X-Content-Type-Options", "nosniff")]
            + answer.fields + (exchange.admission?.fields ?? [])
    }

    // MARK: Refusals

    /// Answers before the whole request is here: the connection ends, but what the client still sends is taken for a while.
    private func refuse(
        _ connection: ServerConnection, _ exchange: Exchange, _ answer: Answer
    ) -> MHD_Result {
        writeRefusal(answer, connection, exchange)
        lingering.keep(connection.socket)
        return .NO
    }

    /// Writes an answer past libmicrohttpd, which takes none in the middle of a body.
    func writeRefusal(_ answer: Answer, _ connection: ServerConnection, _ exchange: Exchange) {
        var body: [UInt8] = []
        if case .whole(let bytes) = answer.body { body = bytes }
        var text = "HTTP/1.1 \(answer.status) \(StatusText.of(answer.status))\r\n"
        for (name, value) in heading(answer, exchange) { text += "\(name): \(value)\r\n" }
        text += "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
        exchange.status = answer.status
        exchange.code = answer.note
        exchange.bytesOut = body.count
        LingeringSockets.write(Array(text.utf8) + (exchange.head?.method == "HEAD" ? [] : body), to: connection.socket)
    }

    // MARK: Ends

    /// A request is over, however it ended.
    func completed(_ connection: ServerConnection, _ exchange: Exchange) {
        if connection.phase == .answer { busy -= 1 }
        // A task that still works on it works for nobody.
        exchange.stop?.stop(.left)
        exchange.pipe?.close()
        exchange.code = exchange.code ?? exchange.pipe?.note ?? (exchange.hasLeft ? "client_left" : nil)
        if exchange.head != nil { application.ended(exchange.record()) }
        connection.exchange = nil
        connection.isSuspended = false
        connection.phase = .idle
        connection.deadline = nil
        if connection.hasEnded {
            // What was sent before the end may be another request.
            expect(.head, within: Self.grace, of: connection)
        } else if connection.hasMore, isReadable(connection.socket) {
            expect(.head, within: limits.head, of: connection)
        }
        connection.hasMore = false
    }

    /// Whether bytes of a next request are here already; they are not told of again.
    private func isReadable(_ socket: Int32) -> Bool {
        var byte: UInt8 = 0
        return recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) > 0
    }
}
