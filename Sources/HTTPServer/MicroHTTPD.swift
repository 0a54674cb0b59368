import CMicroHTTPD
import Platform

/// The addresses of the libmicrohttpd functions in use, found with dlopen and dlsym when a server starts.
struct MicroHTTPD: @unchecked Sendable {  // no lock: the addresses never change once loaded
    typealias Connection = OpaquePointer
    typealias Response = OpaquePointer

    let startDaemon: UnsafeMutableRawPointer
    let connectionInfo: UnsafeMutableRawPointer
    let daemonInfo: UnsafeMutableRawPointer
    let run: @convention(c) (OpaquePointer?) -> MHD_Result
    let getTimeout: @convention(c) (OpaquePointer?, UnsafeMutablePointer<UInt64>?) -> MHD_Result
    let stopDaemon: @convention(c) (OpaquePointer?) -> Void
    let suspend: @convention(c) (Connection?) -> Void
    let resume: @convention(c) (Connection?) -> Void
    let values: @convention(c) (Connection?, MHD_ValueKind, MHD_KeyValueIteratorN?, UnsafeMutableRawPointer?) -> Int32
    let wholeResponse: @convention(c) (Int, UnsafeMutableRawPointer?, MHD_ResponseMemoryMode) -> Response?
    let pieceResponse:
        @convention(c) (
            UInt64, Int, MHD_ContentReaderCallback?, UnsafeMutableRawPointer?, MHD_ContentReaderFreeCallback?
        ) -> Response?
    let addHeader: @convention(c) (Response?, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> MHD_Result
    let queue: @convention(c) (Connection?, UInt32, Response?) -> MHD_Result
    let destroy: @convention(c) (Response?) -> Void

    /// The library, or why it could not be loaded; looked for once.
    static let shared: Result<MicroHTTPD, ServerError> = Result { () throws(ServerError) in try MicroHTTPD(names: names)
    }

    #if canImport(Darwin)
        static let names = ["libmicrohttpd.dylib", "/opt/homebrew/lib/libmicrohttpd.dylib"]
    #else
        static let names = ["libmicrohttpd.so.12"]
    #endif

    /// Loads the first library of these names that has all functions.
    ///
    /// - Throws: `ServerError` (`unavailable`) that names the package to install.
    init(names: [String]) throws(ServerError) {
        let hint =
            "libmicrohttpd is needed to serve; on Debian and Ubuntu: apt-get install libmicrohttpd12"
        guard let library = DynamicLibrary(names) else {
            throw ServerError(.unavailable, "libmicrohttpd is not installed: \(hint)")
        }
        func find(_ name: String) throws(ServerError) -> UnsafeMutableRawPointer {
            guard let address = library.symbol("MHD_" + name) else {
                throw ServerError(.unavailable, "the installed libmicrohttpd has no MHD_\(name): \(hint)")
            }
            return address
        }
        startDaemon = try find("start_daemon")
        connectionInfo = try find("get_connection_info")
        daemonInfo = try find("get_daemon_info")
        run = unsafeBitCast(try find("run"), to: type(of: run))
        getTimeout = unsafeBitCast(try find("get_timeout"), to: type(of: getTimeout))
        stopDaemon = unsafeBitCast(try find("stop_daemon"), to: type(of: stopDaemon))
        suspend = unsafeBitCast(try find("suspend_connection"), to: type(of: suspend))
        resume = unsafeBitCast(try find("resume_connection"), to: type(of: resume))
        values = unsafeBitCast(try find("get_connection_values_n"), to: type(of: values))
        wholeResponse = unsafeBitCast(try find("create_response_from_buffer"), to: type(of: wholeResponse))
        pieceResponse = unsafeBitCast(try find("create_response_from_callback"), to: type(of: pieceResponse))
        addHeader = unsafeBitCast(try find("add_response_header"), to: type(of: addHeader))
        queue = unsafeBitCast(try find("queue_response"), to: type(of: queue))
        destroy = unsafeBitCast(try find("destroy_response"), to: type(of: destroy))
    }
}
