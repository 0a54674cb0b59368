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
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            return HTTPError(.timeout, "no answer from \(host) within \(request.timeout); allow more time or try later")
        case CURLE_COULDNT_RESOLVE_HOST:
            return HTTPError(.unreachable, "the host of \(host) is not known; check the address and the network")
        case CURLE_COULDNT_RESOLVE_PROXY:
            return HTTPError(.unreachable, "the proxy's host is not known; check http_proxy and https_proxy")
        case CURLE_COULDNT_CONNECT:
            return HTTPError(.unreachable, "cannot connect to \(host); is the server running?")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE:
            return HTTPError(
                .unreachable,
                "the certificate of \(host) could not be checked (\(detail(code, library))); "
                    + "SSL_CERT_FILE names other authorities; when none is known: apt-get install ca-certificates")
        case CURLE_SEND_FAIL_REWIND, CURLE_ABORTED_BY_CALLBACK:
            return HTTPError(
                .broken,
                "the connection to \(host) was closed before the answer came; the request may have been served")
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM:
            return HTTPError(.broken, "the connection to \(host) broke before the answer was complete")
        case CURLE_WRITE_ERROR where isTooLarge:
            return HTTPError(.tooLarge, "the answer of \(host) is larger than \(sizeLimit / 1_048_576) MB")
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            return HTTPError(.malformed, "\"\(host)\" is not an http:// or https:// address")
        default:
            return HTTPError(.unreachable, "cannot reach \(host): \(detail(code, library))")
        }
    }

    private func detail(_ code: CURLcode, _ library: CurlLibrary) -> String {
        let text = handle.map { String(cString: $0.errorText) } ?? ""
        if !text.isEmpty { return text }
        return library.easyStrerror(code).map { String(cString: $0) } ?? "libcurl error \(code.rawValue)"
    }
}
