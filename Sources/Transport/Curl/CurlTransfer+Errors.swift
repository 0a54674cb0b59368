import Basics
import Platform
import CCurl

extension CurlTransfer {
    /// What libcurl's result means, in words that say what to do.
    func error(for code: CURLcode, library: CurlLibrary) -> HTTPError {
        let host = request.url.origin
        if isUnsent, DescriptorTable.isFull {
            return HTTPError(
                .unavailable,
                "no connection to \(host): no more than \(DescriptorTable.limit) files may be open at a time (ulimit -n)"
            )
        }
        if let strangeStart { return strange(strangeStart, host) }
        let proxy = handle?.proxy
        if let proxy, let refusal = refusal(of: proxy, library) { return refusal }
        switch code {
        case CURLE_OPERATION_TIMEDOUT: return timeout(detail(code, library))
        case CURLE_COULDNT_RESOLVE_HOST:
            return HTTPError(.unreachable, "the host of \(host) is not known; check the address and the network")
        case CURLE_COULDNT_RESOLVE_PROXY:
            return HTTPError(
                .unreachable, "the host of \(proxy?.description ?? "the proxy") is not known; check that variable")
        case CURLE_COULDNT_CONNECT:
            guard let proxy else {
                return HTTPError(.unreachable, "cannot connect to \(host); is the server running?")
            }
            return HTTPError(
                .unreachable,
                "cannot connect to \(proxy.description), through which \(host) is asked: \(detail(code, library)); "
                    + "is it running? no_proxy=HOST goes past it")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_INVALIDCERTSTATUS:
            return HTTPError(
                .refused,
                "the certificate of \(host) could not be checked (\(detail(code, library))); "
                    + "SSL_CERT_FILE or SSL_CERT_DIR name other authorities; when none is known: "
                    + "apt-get install ca-certificates")
        case CURLE_SSL_CONNECT_ERROR where Self.isPlain(detail(code, library)):
            return HTTPError(
                .refused, "\(host) does not speak TLS (\(detail(code, library))); is it http:// in place of https://?")
        case CURLE_SEND_FAIL_REWIND, CURLE_ABORTED_BY_CALLBACK:
            return HTTPError(
                .broken,
                "the connection to \(host) was closed before the answer came; the request may have been served")
        // libcurl takes a head that is cut off for a whole one.
        case CURLE_OK, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2,
            CURLE_HTTP2_STREAM:
            if let proxy, !hasBegun {
                return HTTPError(
                    .broken, "the connection to \(host) through \(proxy.description) was closed without an answer")
            }
            let hint = hasBegun || host.hasPrefix("https") ? "" : "; if that port speaks TLS, write https://"
            let what = hasBegun ? "broke before the answer was complete" : "was closed without an answer"
            return HTTPError(.broken, "the connection to \(host) \(what)\(hint)")
        case CURLE_WRITE_ERROR where isTooLarge:
            return HTTPError(.tooLarge, "the answer of \(host) is larger than \(sizeLimit / 1_048_576) MB")
        case CURLE_WRITE_ERROR, CURLE_BAD_CONTENT_ENCODING:
            return HTTPError(
                .broken, "the answer of \(host) is compressed and cannot be read: \(detail(code, library))")
        case CURLE_URL_MALFORMAT:
            return HTTPError(.malformed, "the address \(host) cannot be read: \(detail(code, library))")
        case CURLE_UNSUPPORTED_PROTOCOL:
            return HTTPError(.malformed, "\"\(host)\" is not an http:// or https:// address")
        default:
            return HTTPError(.unreachable, "cannot reach \(host): \(detail(code, library))")
        }
    }

    /// No answer in time: no connection, nothing of an answer, or not all of it.
    private func timeout(_ detail: String) -> HTTPError {
        let host = request.url.origin
        guard detail.isEmpty || detail.contains("Operation") else {
            let limit = min(request.timeout, .milliseconds(CurlHandle.connectMilliseconds))
            let place = handle?.proxy.map { "\(host) through \($0.description)" } ?? host
            return HTTPError(
                .timeout, "no connection to \(place) within \(limit.words); check the address and the network")
        }
        let what = hasBegun ? "the answer of \(host) was not complete" : "no answer from \(host)"
        return HTTPError(.timeout, "\(what) within \(request.timeout.words); allow more time or try later")
    }

    /// What it means when something answers that is no HTTP.
    private func strange(_ start: [UInt8], _ host: String) -> HTTPError {
        // A record of TLS: an alert, or a greeting.
        if start.count > 1, start[0] == 0x15 || start[0] == 0x16, start[1] == 3 {
            let other = host.hasPrefix("http:") ? "https:" + host.dropFirst(5) : host
            return HTTPError(.refused, "\(host) speaks TLS; write \(other)")
        }
        let text = String(decoding: start.prefix { $0 >= 0x20 && $0 < 0x7F }, as: UTF8.self)
        let name = text.hasPrefix("SSH-") ? "speaks SSH and not HTTP" : "does not speak HTTP"
        let said = text.isEmpty ? "" : " (it says \"\(text)\")"
        return HTTPError(.refused, "\(host) \(name)\(said); check the port of the address")
    }

    /// What a proxy answered that opens no way to the server; nil where it did, or was not asked to.
    private func refusal(of proxy: ProxyRoute, _ library: CurlLibrary) -> HTTPError? {
        var status = 0
        if let handle { _ = dspy_getinfo_long(library.easyGetinfo, handle.pointer, CURLINFO_HTTP_CONNECTCODE, &status) }
        guard status >= 300 else { return nil }
        let advice =
            status == 407
            ? "it wants a login; write it into \(proxy.variable) as http://NAME:PASSWORD@HOST:PORT"
            : "ask whoever runs it, or go past it with no_proxy=HOST"
        return HTTPError(
            status < 500 ? .refused : .unreachable,
            "\(proxy.description) does not let this through to \(request.url.origin) (HTTP \(status)); \(advice)")
    }

    /// Whether a handshake failed because the other side answered without TLS, in OpenSSL's and GnuTLS' words.
    private static func isPlain(_ detail: String) -> Bool {
        ["wrong version number", "http request", "packet length too long", "unexpected TLS packet", "record layer"]
            .contains { detail.contains($0) }
    }

    private func detail(_ code: CURLcode, _ library: CurlLibrary) -> String {
        let text = handle.map { String(cString: $0.errorText) } ?? ""
        // Some of libcurl's texts show a proxy's address as it is, with its login.
        let login = handle?.proxy?.login ?? ""
        if !text.isEmpty, login.isEmpty || text.start(of: login) == nil { return text }
        return library.easyStrerror(code).map { String(cString: $0) } ?? "libcurl error \(code.rawValue)"
    }
}
