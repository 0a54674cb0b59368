import Platform

extension CurlTransport {
    /// libcurl's own description of itself, `libcurl/7.88.1 OpenSSL/3.0.19 …`.
    ///
    /// - Throws: `HTTPError` (`unavailable`) that names the package to install.
    package static func libraryVersion() throws(HTTPError) -> String {
        _ = try CurlLibrary.shared.get()
        typealias Version = @convention(c) () -> UnsafePointer<CChar>?
        guard let address = DynamicLibrary(CurlLibrary.names)?.symbol("curl_version") else {
            return "of unknown version"
        }
        return unsafeBitCast(address, to: Version.self)().map { String(cString: $0) } ?? "of unknown version"
    }
}
