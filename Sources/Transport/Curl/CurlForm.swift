import Basics
import CCurl

/// What requests that differ only in their bodies have in common, as libcurl wants it; many handles share one.
///
/// - Important: Only the engine's thread touches it.
final class CurlForm {
    /// A request of this form.
    let request: HTTPRequest
    /// Whether the answers are streams.
    let isStream: Bool
    /// The address in parts; nil where libcurl cannot read it, and says why at the exchange.
    let address: OpaquePointer?
    /// The proxy in between.
    let proxy: ProxyRoute?
    /// The lines of the head.
    let headerList: UnsafeMutablePointer<curl_slist>?
    private let library: CurlLibrary

    /// The form of a request.
    init(_ request: HTTPRequest, isStream: Bool, _ library: CurlLibrary) {
        self.request = request
        self.isStream = isStream
        self.library = library
        proxy = request.proxy
        address = Self.address(request.url, library)
        // An empty `Expect` stops libcurl from waiting for `100 Continue` before a large body.
        var lines = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        if request.body != nil { lines.append("Expect:") }
        headerList = lines.reduce(nil) { library.slistAppend($0, $1) }
    }

    deinit {
        if let headerList { library.slistFree(headerList) }
        if let address { library.urlCleanup(address) }
    }

    /// Whether another request differs from the first of this form in nothing but the body.
    func suits(_ other: HTTPRequest, isStream: Bool) -> Bool {
        self.isStream == isStream && request.url == other.url && request.method == other.method
            && request.timeout == other.timeout && (request.body == nil) == (other.body == nil)
            && (request.headers.isSameStorage(as: other.headers)
                || request.headers.elementsEqual(other.headers) { $0.name == $1.name && $0.value == $1.value })
    }

    private static func address(_ text: String, _ library: CurlLibrary) -> OpaquePointer? {
        guard let address = library.urlInit() else { return nil }
        // As libcurl itself reads a text.
        let flags = UInt32(CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME)
        if text.withCString({ library.urlSet(address, CURLUPART_URL, $0, flags) }) == CURLUE_OK { return address }
        library.urlCleanup(address)
        return nil
    }
}
