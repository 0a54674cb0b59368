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

    /// The bytes of a file; `-` is standard input, unless a plain file is meant.
    ///
    /// - Parameter isPlain: Whether only an ordinary file is meant: a pipe or a device in its place is refused, not waited for.
    package static func bytes(
        at path: String, limit: Int = defaultLimit, isPlain: Bool = false
    ) throws(FileError) -> [UInt8] {
        if path == "-", !isPlain { return try standardInput(limit: limit) }
        // A pipe that nobody writes to would hold up even opening it.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | (isPlain ? O_NONBLOCK | O_NOCTTY : 0))
        guard descriptor >= 0 else { throw FileError(path, isReading: true, errno: errno) }
        defer { _ = close(descriptor) }
        if isPlain { try refuseSpecial(descriptor, path) }
        return try bytes(from: descriptor, named: path, limit: limit)
    }

    /// The bytes of an ordinary file whose absolute path holds no links.
    ///
    /// The file is opened name by name from the root, so that a link that appears meanwhile leads nowhere.
    package static func bytes(atPathWithoutLinks path: String, limit: Int) throws(FileError) -> [UInt8] {
        var descriptor = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        let names = path.split(separator: "/")
        for (index, name) in names.enumerated() where descriptor >= 0 {
            // A fifo without a writer would block, a device may do anything: neither may happen before it is looked at.
            let isLast = index == names.count - 1
            let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | (isLast ? O_NONBLOCK | O_NOCTTY : O_DIRECTORY)
            let next = openat(descriptor, String(name), flags)
            let code = errno
            _ = close(descriptor)
            errno = code
            descriptor = next
        }
        guard descriptor >= 0 else { throw FileError(path, isReading: true, errno: errno) }
        defer { _ = close(descriptor) }
        try refuseSpecial(descriptor, path)
        return try bytes(from: descriptor, named: path, limit: limit)
    }

    /// Refuses what is no ordinary file.
    private static func refuseSpecial(_ descriptor: Int32, _ path: String) throws(FileError) {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw FileError(path, isReading: true, errno: errno) }
        switch info.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw FileError(path, isReading: true, reason: .directory)
        default: throw FileError(path, isReading: true, reason: .special)
        }
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

    /// Whether a path is a name for an open descriptor, as the shell's `<(command)` is one.
    package static func isDescriptor(_ path: String) -> Bool {
        if ["/dev/stdin", "/dev/stdout", "/dev/stderr"].contains(path) { return true }
        return ["/dev/fd/", "/proc/self/fd/"].contains { folder in
            let number = path.utf8.dropFirst(folder.utf8.count)
            return path.hasPrefix(folder) && !number.isEmpty && number.allSatisfy { (0x30...0x39).contains($0) }
        }
    }

    /// Whether anything stands at a path; a link counts by what it leads to.
    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Whether a path is a folder.
    package static func isDirectory(_ path: String) -> Bool { kind(of: path) == S_IFDIR }

    /// Whether a path is an ordinary file.
    package static func isRegularFile(_ path: String) -> Bool { kind(of: path) == S_IFREG }

    /// The size in bytes of what stands at a path; nil when nothing does.
    package static func size(_ path: String) -> Int? { status(of: path).map { Int($0.st_size) } }

    /// Whether a path is taken, be it by a link that leads nowhere.
    package static func isTaken(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Whether a path is a link.
    package static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// Whether two paths lead to one file.
    package static func isSameFile(_ path: String, _ other: String) -> Bool {
        guard let left = try? FileIdentity(at: path), let right = try? FileIdentity(at: other) else { return false }
        return left == right
    }

    private static func kind(of path: String) -> mode_t? { status(of: path).map { $0.st_mode & S_IFMT } }

    private static func status(of path: String) -> stat? {
        var status = stat()
        return stat(path, &status) == 0 ? status : nil
    }
}
