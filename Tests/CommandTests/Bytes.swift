#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Files of raw bytes.
enum Bytes {
    /// Writes the bytes and gives the path back.
    static func write(_ bytes: [UInt8], to path: String) throws -> String {
        guard let file = fopen(path, "wb") else { throw Failure() }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
        return path
    }

    /// Writes the bytes to standard error, for figures that a person wants to see.
    static func tell(_ bytes: [UInt8]) {
        guard let file = fdopen(dup(2), "w") else { return }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    /// Removes a file.
    static func remove(_ path: String) { unlink(path) }

    /// Puts a file in another's place.
    static func move(_ path: String, to other: String) { rename(path, other) }

    /// Cuts a file to a length.
    static func cut(_ path: String, to length: Int) { truncate(path, off_t(length)) }

    /// Whether there is a file.
    static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

    struct Failure: Error {}
}
