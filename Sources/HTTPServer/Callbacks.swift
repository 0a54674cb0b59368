import CMicroHTTPD

// What libmicrohttpd calls, on the server's thread; `context` is the listener.

private func listener(_ context: UnsafeMutableRawPointer?) -> HTTPListener? {
    context.map { Unmanaged<HTTPListener>.fromOpaque($0).takeUnretainedValue() }
}

private func connection(_ pointer: OpaquePointer?, _ listener: HTTPListener) -> ServerConnection? {
    dspy_mhd_socket_context(listener.library.connectionInfo, pointer)
        .map { Unmanaged<ServerConnection>.fromOpaque($0).takeUnretainedValue() }
}

func acceptClient(
    _ context: UnsafeMutableRawPointer?, _: UnsafePointer<sockaddr>?, _: socklen_t
) -> MHD_Result {
    listener(context)?.hasRoom ?? false ? .YES : .NO
}

func connectionChanged(
    _ context: UnsafeMutableRawPointer?, _ pointer: OpaquePointer?,
    _ place: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ what: MHD_ConnectionNotificationCode
) {
    guard let listener = listener(context), let pointer, let place else { return }
    if what == .CONNECTION_NOTIFY_STARTED {
        place.pointee = Unmanaged.passRetained(listener.opened(pointer)).toOpaque()
    } else if let held = place.pointee {
        let connection = Unmanaged<ServerConnection>.fromOpaque(held).takeRetainedValue()
        listener.connections[connection.id] = nil
        place.pointee = nil
    }
}

/// The first line of a request is there.
func noteTarget(
    _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _ pointer: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let listener = listener(context), let connection = connection(pointer, listener) else { return nil }
    connection.exchange = Exchange(target: target.map { String(cString: $0) } ?? "")
    return nil
}

func handleRequest(
    _ context: UnsafeMutableRawPointer?, _ pointer: OpaquePointer?, _: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ data: UnsafePointer<CChar>?,
    _ size: UnsafeMutablePointer<Int>?, _: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let listener = listener(context), let connection = connection(pointer, listener),
        let exchange = connection.exchange, let size
    else { return .NO }
    return listener.handle(connection, exchange, method: method, version: version, data: data, size: size)
}

func requestCompleted(
    _ context: UnsafeMutableRawPointer?, _ pointer: OpaquePointer?,
    _: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _: MHD_RequestTerminationCode
) {
    guard let listener = listener(context), let connection = connection(pointer, listener),
        let exchange = connection.exchange
    else { return }
    listener.completed(connection, exchange)
}

/// Headers, and where they stand behind the start of the head.
struct FoundFields {
    let start: UnsafeRawPointer?
    var fields: [RequestHead.Field] = []
    var spans: [HeadMemory.Span] = []

    init(start: UnsafeRawPointer?) { self.start = start }
}

func collectField(
    _ list: UnsafeMutableRawPointer?, _: MHD_ValueKind, _ name: UnsafePointer<CChar>?, _ nameSize: Int,
    _ value: UnsafePointer<CChar>?, _ valueSize: Int
) -> MHD_Result {
    guard let list else { return .NO }
    func text(_ start: UnsafePointer<CChar>?, _ size: Int) -> String {
        String(decoding: UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : size), as: UTF8.self)
    }
    let found = list.assumingMemoryBound(to: FoundFields.self)
    found.pointee.fields.append(RequestHead.Field(text(name, nameSize).lowercased(), text(value, valueSize)))
    if let start = found.pointee.start, let name {
        let end = value.map { UnsafeRawPointer($0) + valueSize } ?? UnsafeRawPointer(name) + nameSize
        found.pointee.spans.append((UnsafeRawPointer(name) - start, end - start))
    }
    return .YES
}

func readPiece(
    _ context: UnsafeMutableRawPointer?, _: UInt64, _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int
) -> Int {
    guard let context, let buffer else { return -2 }
    return Unmanaged<PieceSource>.fromOpaque(context).takeUnretainedValue()
        .read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
}

func releasePieces(_ context: UnsafeMutableRawPointer?) {
    if let context { Unmanaged<PieceSource>.fromOpaque(context).release() }
}
