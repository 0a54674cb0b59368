#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Whole files into memory, by read(2).
package enum FileReading {
    /// How much is read when nobody sets a limit: 1 GiB.
    package static let defaultLimit = 1 << 30

    /// The bytes of a file; `-` is standard input.
    package static func bytes(at path: String, limit: Int = defaultLimit) throws(FileError) -> [UInt8] {
        if path == "-" { return try standardInput(limit: limit) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path, isReading: true, errno: errno) }
        defer { _ = close(descriptor) }
        return try bytes(from: descriptor, named: path, limit: limit)
    }

    /// The bytes of standard input up to its end.
    package static func standardInput(limit: Int = defaultLimit) throws(FileError) -> [UInt8] {
        try bytes(from: 0, named: "standard input", limit: limit)
    }

    /// The bytes of an open descriptor up to its end.
    package static func bytes(
        from descriptor: Int32, named path: String, limit: Int = defaultLimit
    ) throws(FileError) -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        do throws(SystemCall.Failure) {
            while case let count = try SystemCall.readSome(from: descriptor, into: &chunk), count > 0 {
                content += chunk[..<count]
                if content.count > limit { break }
            }
        } catch {
            throw FileError(path, isReading: true, errno: error.code)
        }
        guard content.count <= limit else { throw FileError(path, isReading: true, reason: .tooLarge(limit: limit)) }
        return content
    }

    /// Whether anything stands at a path; a link counts by what it leads to.
    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Whether a path is a folder.
    package static func isDirectory(_ path: String) -> Bool { kind(of: path) == S_IFDIR }

    /// Whether a path is an ordinary file.
    package static func isRegularFile(_ path: String) -> Bool { kind(of: path) == S_IFREG }

    /// Whether two paths lead to one file.
    package static func isSameFile(_ path: String, _ other: String) -> Bool {
        guard let left = status(of: path), let right = status(of: other) else { return false }
        return left.st_dev == right.st_dev && left.st_ino == right.st_ino
    }

    private static func kind(of path: String) -> mode_t? { status(of: path).map { $0.st_mode & S_IFMT } }

    private static func status(of path: String) -> stat? {
        var status = stat()
        return stat(path, &status) == 0 ? status : nil
    }
}
