import Platform
import Basics
import CCurl

/// One of libcurl's handles, with what stays the same from one exchange to the next like it.
///
/// - Important: Only the engine's thread touches it.
final class CurlHandle {
    let pointer: UnsafeMutableRawPointer
    let errorText: UnsafeMutablePointer<CChar>
    /// What it has in common with others.
    private let form: CurlForm
    private let library: CurlLibrary
    private var request: HTTPRequest { form.request }
    /// Whether head and body go out together.
    ///
    /// libcurl would silently send such a request again when a connection that was used before dies, so this needs its
    /// question before each request (7.80 and newer). An older one reads the body piece by piece, and cannot go back.
    private var sendsWhole = false
    /// Whether the time limit is that of the form.
    private var hasOwnLimit = true

    /// A handle that is ready for requests like this one, but for the body and where the answer goes.
    ///
    /// - Throws: `HTTPError` (`unavailable`) when libcurl has no handle left.
    init(_ form: CurlForm, library: CurlLibrary) throws(HTTPError) {
        guard let pointer = library.easyInit() else {
            throw HTTPError(.unavailable, "libcurl has no memory left for another request")
        }
        self.pointer = pointer
        self.form = form
        self.library = library
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        setOptions()
        setTimeout()
        setMethod()
        setHeaders()
    }

    /// How long a connection may take.
    static let connectMilliseconds = 15_000

    /// The proxy in between.
    var proxy: ProxyRoute? { form.proxy }

    /// Gives everything back.
    deinit {
        library.easyCleanup(pointer)
        errorText.deallocate()
    }

    /// Whether another request differs from the one it was made for in nothing but the body.
    func suits(_ other: HTTPRequest, isStream: Bool) -> Bool { form.suits(other, isStream: isStream) }

    private func set(_ option: CURLoption, _ value: Int) {
        _ = dspy_setopt_long(library.easySetopt, pointer, option, value)
    }

    private func set(_ option: CURLoption, _ text: String) {
        _ = text.withCString { dspy_setopt_pointer(library.easySetopt, pointer, option, $0) }
    }

    private func setOptions() {
        let setopt = library.easySetopt
        setAddress()
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, Self.connectMilliseconds)
        // A connection that idles longer is not used again, which makes a request on a dead one rare.
        set(CURLOPT_MAXAGE_CONN, 60)
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        let isLoopback = request.isLoopback
        if !isLoopback { set(CURLOPT_PIPEWAIT, 1) }
        if isLoopback { set(CURLOPT_PROXY, "") }
        // The one variable that libcurl does not look at.
        if let proxy = form.proxy, proxy.variable == "HTTP_PROXY" { set(CURLOPT_PROXY, proxy.address) }
        // A proxy's answer to CONNECT is none of the server's.
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // As OpenSSL and curl itself do; libcurl does not look.
        if let file = Environment.value("SSL_CERT_FILE") { set(CURLOPT_CAINFO, file) }
        if let folder = Environment.value("SSL_CERT_DIR") { set(CURLOPT_CAPATH, folder) }
        // Asked for is no compression, which would hold back a stream; what is compressed all the same is read.
        set(CURLOPT_ACCEPT_ENCODING, "identity")
        set(CURLOPT_USERAGENT, "dspy-swift/\(ToolVersion.text)")
        // What is no HTTP is let in, and then named: `CurlTransfer.receive(chunk:)`.
        set(CURLOPT_HTTP09_ALLOWED, 1)
        _ = dspy_setopt_close_on_exec(setopt, pointer)
        _ = dspy_setopt_pointer(setopt, pointer, CURLOPT_ERRORBUFFER, errorText)
        _ = dspy_setopt_callback(setopt, pointer, CURLOPT_HEADERFUNCTION, receiveHeader)
        _ = dspy_setopt_callback(setopt, pointer, CURLOPT_WRITEFUNCTION, receiveBody)
    }

    /// Sets the address in parts: as a text, libcurl would take it apart and put it together again for each exchange.
    private func setAddress() {
        guard let address = form.address,
            dspy_setopt_pointer(library.easySetopt, pointer, CURLOPT_CURLU, UnsafeRawPointer(address)) == CURLE_OK
        else { return set(CURLOPT_URL, request.url) }
    }

    private func setTimeout() {
        hasOwnLimit = true
        limit(to: request.timeout)
        guard form.isStream else { return }
        // Never reached: it only makes libcurl look at the time each second, also when the limit has changed meanwhile.
        set(CURLOPT_LOW_SPEED_LIMIT, 1)
        set(CURLOPT_LOW_SPEED_TIME, Int(Int32.max))
    }

    /// Sets how long the exchange may take from its start; nil for no limit.
    func limit(to time: Duration?) {
        let milliseconds = time.map { max(1, min(Int(saturating: $0 / .milliseconds(1)), Int(Int32.max))) } ?? 0
        set(CURLOPT_TIMEOUT_MS, milliseconds)
        hasOwnLimit = time == request.timeout
    }

    private func setMethod() {
        if request.body != nil {
            set(CURLOPT_POST, 1)
            sendsWhole = dspy_setopt_before_request(library.easySetopt, pointer, mayBeSent) == CURLE_OK
            if !sendsWhole { _ = dspy_setopt_callback(library.easySetopt, pointer, CURLOPT_READFUNCTION, sendBody) }
        } else {
            set(CURLOPT_HTTPGET, 1)
        }
        if request.method != (request.body == nil ? "GET" : "POST") { set(CURLOPT_CUSTOMREQUEST, request.method) }
    }

    private func setHeaders() {
        _ = dspy_setopt_pointer(library.easySetopt, pointer, CURLOPT_HTTPHEADER, form.headerList)
    }

    /// Makes it serve an exchange: its callbacks get this context.
    fileprivate func serve(_ context: UnsafeMutableRawPointer, body: [UInt8]?) {
        let setopt = library.easySetopt
        errorText.pointee = 0
        _ = dspy_setopt_pointer(setopt, pointer, CURLOPT_HEADERDATA, context)
        _ = dspy_setopt_pointer(setopt, pointer, CURLOPT_WRITEDATA, context)
        guard let body else { return }
        _ = dspy_setopt_off(setopt, pointer, CURLOPT_POSTFIELDSIZE_LARGE, Int64(body.count))
        guard sendsWhole else {
            _ = dspy_setopt_pointer(setopt, pointer, CURLOPT_READDATA, context)
            return
        }
        _ = dspy_setopt_before_request_data(setopt, pointer, context)
        body.withUnsafeBytes { _ = dspy_setopt_pointer(setopt, pointer, CURLOPT_COPYPOSTFIELDS, $0.baseAddress) }
    }

    /// Gives back what the exchange needed.
    func rest() {
        if !hasOwnLimit { limit(to: request.timeout) }
        if sendsWhole { _ = dspy_setopt_pointer(library.easySetopt, pointer, CURLOPT_POSTFIELDS, nil) }
    }
}

extension CurlTransfer {
    /// Takes a handle: one of the idle ones that suits, else a new one.
    ///
    /// - Throws: `HTTPError`: `malformed` for a request that cannot be sent, `unavailable` when libcurl has no handle left.
    func prepare(
        with library: CurlLibrary, _ watch: CurlWatch, idle: inout [CurlHandle], form: inout CurlForm?
    ) throws(HTTPError) {
        let isStream = if case .stream = sink { true } else { false }
        let handle: CurlHandle
        if let place = idle.lastIndex(where: { $0.suits(request, isStream: isStream) }) {
            handle = idle.remove(at: place)
        } else {
            // What an idle handle suits was looked at when that was made.
            if let defect = request.defect { throw HTTPError(.malformed, defect) }
            let shared: CurlForm
            if let form, form.suits(request, isStream: isStream) {
                shared = form
            } else {
                shared = CurlForm(request, isStream: isStream, library)
                form = shared
            }
            handle = try CurlHandle(shared, library: library)
            watch.attach(toHandle: handle.pointer, library: library)
        }
        handle.serve(Unmanaged.passUnretained(self).toOpaque(), body: request.body)
        self.handle = handle
    }
}

private func transfer(at context: UnsafeMutableRawPointer) -> CurlTransfer {
    Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
}

private func sendBody(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let buffer, let context else { return 0 }
    return transfer(at: context).read(into: buffer, capacity: size * count)
}

private func mayBeSent(
    _ context: UnsafeMutableRawPointer?, _: UnsafeMutablePointer<CChar>?, _: UnsafeMutablePointer<CChar>?, _: Int32,
    _: Int32
) -> Int32 {
    guard let context else { return 0 }
    return transfer(at: context).mayBeSent() ? 0 : 1
}

private func receiveHeader(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context else { return size * count }
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    transfer(at: context).receive(headerLine: line)
    return size * count
}

private func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context, size * count > 0 else { return size * count }
    return transfer(at: context).receive(chunk: UnsafeRawBufferPointer(start: bytes, count: size * count))
}
