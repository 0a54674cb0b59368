import DSPy

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Whole files as bytes.
enum FileBytes {
    /// The content of a file.
    ///
    /// - Parameter purpose: What the file is, for messages: `script`, `recording`.
    /// - Throws: `LMError` (`configuration`) with the path and the system's reason.
    static func read(_ path: String, for purpose: String) throws(LMError) -> [UInt8] {
        guard let file = fopen(path, "rbe") else {
            throw LMError(.configuration, "cannot read the \(purpose) \"\(path)\": \(reason)")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while true {
            let chunk = [UInt8](unsafeUninitializedCapacity: 65_536) { space, count in
                count = fread(space.baseAddress, 1, space.count, file)
            }
            if chunk.isEmpty { break }
            bytes += chunk
        }
        if ferror(file) != 0 { throw LMError(.configuration, "cannot read the \(purpose) \"\(path)\": \(reason)") }
        return bytes
    }

    /// The system's words for the last error.
    static var reason: String { strerror(errno).map { String(cString: $0) } ?? "error \(errno)" }
}
