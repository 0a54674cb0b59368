package import DSPyCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension CurlTransport {
    /// libcurl's own description of itself, `libcurl/7.88.1 OpenSSL/3.0.19 …`.
    ///
    /// - Throws: `LMError` (`transport`) that names the package to install.
    package static func libraryVersion() throws(LMError) -> String {
        _ = try CurlLibrary.shared.get()
        typealias Version = @convention(c) () -> UnsafePointer<CChar>?
        for name in CurlLibrary.names {
            guard let library = dlopen(name, RTLD_NOW | RTLD_LOCAL), let address = dlsym(library, "curl_version") else {
                continue
            }
            let version = unsafeBitCast(address, to: Version.self)
            return version().map { String(cString: $0) } ?? name
        }
        return "of unknown version"
    }
}
