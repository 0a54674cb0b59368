import CCurl
import DSPy

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension CurlTransfer {
    /// Gives libcurl everything it needs to know about this exchange.
    ///
    /// - Throws: `LMError` (`transport`) when libcurl has no handle left.
    func prepare(with library: CurlLibrary) throws(LMError) {
        guard let handle = library.easyInit() else {
            throw LMError(.transport, "libcurl has no memory left for another request")
        }
        self.handle = handle
        let setopt = library.easySetopt
        let context = Unmanaged.passUnretained(self).toOpaque()
        func set(_ option: CURLoption, _ value: Int) { _ = dspy_setopt_long(setopt, handle, option, value) }
        func set(_ option: CURLoption, _ text: String) {
            _ = text.withCString { dspy_setopt_pointer(setopt, handle, option, $0) }
        }

        set(CURLOPT_URL, request.url)
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, 15_000)
        setTimeout(set)
        // A connection that idles longer is not used again, which makes a request on a dead one rare.
        set(CURLOPT_MAXAGE_CONN, 60)
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        if !request.isLoopback { set(CURLOPT_PIPEWAIT, 1) }
        if request.isLoopback { set(CURLOPT_PROXY, "") }
        // As OpenSSL and curl itself do; libcurl does not look.
        if let file = getenv("SSL_CERT_FILE") { set(CURLOPT_CAINFO, String(cString: file)) }
        _ = dspy_setopt_close_on_exec(setopt, handle)
        _ = dspy_setopt_pointer(setopt, handle, CURLOPT_ERRORBUFFER, errorText)
        _ = dspy_setopt_callback(setopt, handle, CURLOPT_HEADERFUNCTION, receiveHeader)
        _ = dspy_setopt_pointer(setopt, handle, CURLOPT_HEADERDATA, context)
        _ = dspy_setopt_callback(setopt, handle, CURLOPT_WRITEFUNCTION, receiveBody)
        _ = dspy_setopt_pointer(setopt, handle, CURLOPT_WRITEDATA, context)
        setBody(set, context: context, handle: handle, setopt: setopt)
        setHeaders(library, handle: handle)
    }

    private func setTimeout(_ set: (CURLoption, Int) -> Void) {
        let (seconds, attoseconds) = request.timeout.components
        let milliseconds = Int(clamping: seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
        if case .stream = sink {
            set(CURLOPT_LOW_SPEED_LIMIT, 1)
            set(CURLOPT_LOW_SPEED_TIME, max(1, (milliseconds + 999) / 1000))
        } else {
            set(CURLOPT_TIMEOUT_MS, max(1, milliseconds))
        }
    }

    private func setBody(
        _ set: (CURLoption, Int) -> Void, context: UnsafeMutableRawPointer, handle: UnsafeMutableRawPointer,
        setopt: UnsafeMutableRawPointer
    ) {
        if let body = request.body {
            set(CURLOPT_POST, 1)
            _ = dspy_setopt_off(setopt, handle, CURLOPT_POSTFIELDSIZE_LARGE, Int64(body.count))
            _ = dspy_setopt_callback(setopt, handle, CURLOPT_READFUNCTION, sendBody)
            _ = dspy_setopt_pointer(setopt, handle, CURLOPT_READDATA, context)
        } else {
            set(CURLOPT_HTTPGET, 1)
        }
        if request.method != (request.body == nil ? "GET" : "POST") {
            _ = request.method.withCString { dspy_setopt_pointer(setopt, handle, CURLOPT_CUSTOMREQUEST, $0) }
        }
    }

    private func setHeaders(_ library: CurlLibrary, handle: UnsafeMutableRawPointer) {
        // An empty `Expect` stops libcurl from waiting for `100 Continue` before a large body.
        var lines = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        if request.body != nil { lines.append("Expect:") }
        for line in lines { headerList = library.slistAppend(headerList, line) }
        _ = dspy_setopt_pointer(library.easySetopt, handle, CURLOPT_HTTPHEADER, headerList)
    }

    /// Gives everything back that `prepare` took.
    func release(to library: CurlLibrary) {
        if let handle { library.easyCleanup(handle) }
        if let headerList { library.slistFree(headerList) }
        handle = nil
        headerList = nil
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

private func receiveHeader(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context else { return size * count }
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    transfer(at: context).receive(headerLine: String(decoding: line, as: UTF8.self))
    return size * count
}

private func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context, size * count > 0 else { return size * count }
    return transfer(at: context).receive(chunk: UnsafeRawBufferPointer(start: bytes, count: size * count))
}
