#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What this process runs on.
package enum Machine {
    /// How many processors it may use, at least one.
    package static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// The system and the kind of processor: `Linux x86_64`.
    package static var name: String {
        var name = utsname()
        uname(&name)
        let parts = [
            withUnsafeBytes(of: &name.sysname) { text(of: $0) }, withUnsafeBytes(of: &name.machine) { text(of: $0) },
        ]
        return parts.joined(separator: " ")
    }

    private static func text(of bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
