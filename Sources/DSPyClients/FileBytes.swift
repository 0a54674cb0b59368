import DSPyCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Whole files as bytes.
enum FileBytes {
    /// The content of a file.
    ///
    /// - Parameters:
    ///   - purpose: What the file is, for messages: `script`, `recording`.
    ///   - isPlain: Whether a pipe or a device in its place is refused, not waited for.
    /// - Throws: `LMError` (`configuration`) with the path and the system's reason.
    static func read(_ path: String, for purpose: String, isPlain: Bool = false) throws(LMError) -> [UInt8] {
        func failure(_ reason: String) -> LMError {
            LMError(.configuration, "cannot read the \(purpose) \"\(path)\": \(reason)")
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | (isPlain ? O_NONBLOCK | O_NOCTTY : 0))
        guard descriptor >= 0, let file = fdopen(descriptor, "rb") else { throw failure(reason) }
        defer { fclose(file) }
        var info = stat()
        if isPlain, fstat(descriptor, &info) != 0 || info.st_mode & S_IFMT != S_IFREG {
            throw failure("it is no plain file")
        }
        var bytes: [UInt8] = []
        while true {
            let chunk = [UInt8](unsafeUninitializedCapacity: 65_536) { space, count in
                count = fread(space.baseAddress, 1, space.count, file)
            }
            if chunk.isEmpty { break }
            bytes += chunk
        }
        if ferror(file) != 0 { throw failure(reason) }
        return bytes
    }

    /// The system's words for the last error.
    static var reason: String { strerror(errno).map { String(cString: $0) } ?? "error \(errno)" }
}
