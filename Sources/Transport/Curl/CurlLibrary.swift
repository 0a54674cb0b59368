import Synchronization
import Platform
import CCurl

/// The addresses of the libcurl functions in use, found with dlopen and dlsym at the first call.
///
/// Linking libcurl would cost about 8 ms at every process start, also where nothing is sent.
struct CurlLibrary: @unchecked Sendable {  // no lock: the addresses never change once loaded
    let easySetopt: UnsafeMutableRawPointer
    let easyGetinfo: UnsafeMutableRawPointer
    let multiSetopt: UnsafeMutableRawPointer
    let easyInit: @convention(c) () -> UnsafeMutableRawPointer?
    let easyCleanup: @convention(c) (UnsafeMutableRawPointer?) -> Void
    let easyReset: @convention(c) (UnsafeMutableRawPointer?) -> Void
    let easyPause: @convention(c) (UnsafeMutableRawPointer?, Int32) -> CURLcode
    let easyStrerror: @convention(c) (CURLcode) -> UnsafePointer<CChar>?
    let multiInit: @convention(c) () -> UnsafeMutableRawPointer?
    let multiAdd: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> CURLMcode
    let multiRemove: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> CURLMcode
    let multiSocketAction:
        @convention(c) (UnsafeMutableRawPointer?, curl_socket_t, Int32, UnsafeMutablePointer<Int32>?) -> CURLMcode
    let multiInfoRead:
        @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<Int32>?) -> UnsafeMutablePointer<CURLMsg>?
    let slistAppend:
        @convention(c) (UnsafeMutablePointer<curl_slist>?, UnsafePointer<CChar>?) -> UnsafeMutablePointer<curl_slist>?
    let slistFree: @convention(c) (UnsafeMutablePointer<curl_slist>?) -> Void
    let urlInit: @convention(c) () -> OpaquePointer?
    let urlSet: @convention(c) (OpaquePointer?, CURLUPart, UnsafePointer<CChar>?, UInt32) -> CURLUcode
    let urlCleanup: @convention(c) (OpaquePointer?) -> Void

    /// The library, or why it could not be loaded; looked for once.
    static let shared: Result<CurlLibrary, HTTPError> = Result { () throws(HTTPError) in try CurlLibrary(names: names) }

    private struct Loaded {
        var isLoaded = false
        var callbacks: [@Sendable () -> Void] = []
    }

    private static let loaded = Mutex(Loaded())

    /// Calls back once libcurl, and the libraries that it needs itself, are there.
    static func whenLoaded(_ callback: @escaping @Sendable () -> Void) {
        let isLoaded = loaded.withLock { state in
            if !state.isLoaded { state.callbacks.append(callback) }
            return state.isLoaded
        }
        if isLoaded { callback() }
    }

    #if canImport(Darwin)
        static let names = ["/usr/lib/libcurl.4.dylib", "libcurl.dylib"]
    #else
        static let names = ["libcurl.so.4", "libcurl-gnutls.so.4"]
    #endif

    /// Loads the first library of these names that has all functions.
    ///
    /// - Throws: `HTTPError` (`unavailable`) that names the package to install.
    init(names: [String]) throws(HTTPError) {
        let hint = "libcurl 7.68 or newer is needed to reach a model; on Debian and Ubuntu: apt-get install libcurl4"
        guard let library = DynamicLibrary(names) else {
            throw HTTPError(.unavailable, "libcurl is not installed: \(hint)")
        }
        func find(_ name: String) throws(HTTPError) -> UnsafeMutableRawPointer {
            guard let address = library.symbol(name) else {
                throw HTTPError(.unavailable, "the installed libcurl has no \(name): \(hint)")
            }
            return address
        }
        easySetopt = try find("curl_easy_setopt")
        easyGetinfo = try find("curl_easy_getinfo")
        multiSetopt = try find("curl_multi_setopt")
        easyInit = unsafeBitCast(try find("curl_easy_init"), to: type(of: easyInit))
        easyCleanup = unsafeBitCast(try find("curl_easy_cleanup"), to: type(of: easyCleanup))
        easyReset = unsafeBitCast(try find("curl_easy_reset"), to: type(of: easyReset))
        easyPause = unsafeBitCast(try find("curl_easy_pause"), to: type(of: easyPause))
        easyStrerror = unsafeBitCast(try find("curl_easy_strerror"), to: type(of: easyStrerror))
        multiInit = unsafeBitCast(try find("curl_multi_init"), to: type(of: multiInit))
        multiAdd = unsafeBitCast(try find("curl_multi_add_handle"), to: type(of: multiAdd))
        multiRemove = unsafeBitCast(try find("curl_multi_remove_handle"), to: type(of: multiRemove))
        multiSocketAction = unsafeBitCast(try find("curl_multi_socket_action"), to: type(of: multiSocketAction))
        multiInfoRead = unsafeBitCast(try find("curl_multi_info_read"), to: type(of: multiInfoRead))
        slistAppend = unsafeBitCast(try find("curl_slist_append"), to: type(of: slistAppend))
        slistFree = unsafeBitCast(try find("curl_slist_free_all"), to: type(of: slistFree))
        urlInit = unsafeBitCast(try find("curl_url"), to: type(of: urlInit))
        urlSet = unsafeBitCast(try find("curl_url_set"), to: type(of: urlSet))
        urlCleanup = unsafeBitCast(try find("curl_url_cleanup"), to: type(of: urlCleanup))
        let globalInit = unsafeBitCast(try find("curl_global_init"), to: (@convention(c) (Int) -> CURLcode).self)
        guard globalInit(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK else {
            throw HTTPError(.unavailable, "libcurl could not start: \(hint)")
        }
        Self.loaded.withLock { state in
            state.isLoaded = true
            defer { state.callbacks = [] }
            return state.callbacks
        }.forEach { $0() }
    }
}
