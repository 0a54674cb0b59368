import CCurl
import DSPyCore

extension CurlTransfer {
    /// What libcurl's result means, in words that say what to do.
    func error(for code: CURLcode, library: CurlLibrary) -> LMError {
        let host = request.url.origin
        if isUnsent, DescriptorTable.isFull {
            return LMError(
                .transport,
                "no connection to \(host): no more than \(DescriptorTable.limit) files may be open at a time (ulimit -n)"
            )
        }
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            return LMError(.timeout, "no answer from \(host) within \(request.timeout); allow more time or try later")
        case CURLE_COULDNT_RESOLVE_HOST:
            return LMError(.transport, "the host of \(host) is not known; check the address and the network")
        case CURLE_COULDNT_RESOLVE_PROXY:
            return LMError(.transport, "the proxy's host is not known; check http_proxy and https_proxy")
        case CURLE_COULDNT_CONNECT:
            return LMError(.transport, "cannot connect to \(host); is the server running?")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE:
            return LMError(
                .transport,
                "the certificate of \(host) could not be checked (\(detail(code, library))); "
                    + "SSL_CERT_FILE names other authorities; when none is known: apt-get install ca-certificates")
        case CURLE_SEND_FAIL_REWIND, CURLE_ABORTED_BY_CALLBACK:
            return LMError(
                .transport,
                "the connection to \(host) was closed before the answer came; the request may have been served")
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM:
            return LMError(.transport, "the connection to \(host) broke before the answer was complete")
        case CURLE_WRITE_ERROR where isTooLarge:
            return LMError(.badReply, "the answer of \(host) is larger than \(sizeLimit / 1_048_576) MB")
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            return LMError(.configuration, "\"\(host)\" is not an http:// or https:// address")
        default:
            return LMError(.transport, "cannot reach \(host): \(detail(code, library))")
        }
    }

    private func detail(_ code: CURLcode, _ library: CurlLibrary) -> String {
        let text = handle.map { String(cString: $0.errorText) } ?? ""
        if !text.isEmpty { return text }
        return library.easyStrerror(code).map { String(cString: $0) } ?? "libcurl error \(code.rawValue)"
    }
}

extension String {
    /// Scheme, host and port of an address: what may be shown, since user names, paths and queries can hold secrets.
    var origin: String {
        guard let start = range(after: "://") else { return "this address" }
        let authority = self[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        return String(self[..<start] + host)
    }
}
