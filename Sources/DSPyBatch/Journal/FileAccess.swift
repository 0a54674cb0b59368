import Console

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The system calls that journals need, with their errors in words.
enum FileAccess {
    static func failure(_ path: String, _ code: Int32 = errno) -> BatchFailure {
        .file(path: path, reason: strerror(code).map { String(cString: $0) } ?? "error \(code)")
    }

    static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o644) throws(BatchFailure) -> Int32 {
        #if canImport(Glibc)
            let descriptor = Glibc.open(path, flags | O_CLOEXEC, mode)
        #else
            let descriptor = Darwin.open(path, flags | O_CLOEXEC, mode)
        #endif
        guard descriptor >= 0 else { throw failure(path) }
        return descriptor
    }

    /// Reads a file chunk by chunk from its start.
    static func read(
        _ descriptor: Int32, _ path: String, _ take: (UnsafeRawBufferPointer) throws(BatchFailure) -> Void
    ) throws(BatchFailure) {
        let size = 1 << 18
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        defer { buffer.deallocate() }
        var offset: off_t = 0
        while true {
            let count = pread(descriptor, buffer, size, offset)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            guard count > 0 else { return }
            try take(UnsafeRawBufferPointer(start: buffer, count: count))
            offset += off_t(count)
        }
    }

    /// The size of a regular file; nil for anything else.
    static func size(_ descriptor: Int32) -> Int? {
        var info = stat()
        guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(info.st_size)
    }

    /// Who may read and write an open file; its owner alone when that is not to be had.
    static func mode(_ descriptor: Int32) -> mode_t {
        var info = stat()
        return fstat(descriptor, &info) == 0 ? info.st_mode & 0o777 : 0o600
    }

    /// Whether two descriptors are one file.
    static func isSame(_ left: Int32, _ right: Int32) -> Bool {
        var (a, b) = (stat(), stat())
        guard fstat(left, &a) == 0, fstat(right, &b) == 0, a.st_mode & S_IFMT == S_IFREG else { return false }
        return a.st_dev == b.st_dev && a.st_ino == b.st_ino
    }

    /// A whole small file; nil when there is none.
    static func contents(_ path: String) -> [UInt8]? {
        guard let descriptor = try? open(path, O_RDONLY) else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        try? read(descriptor, path) { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Writes all bytes at the descriptor's place.
    static func write(_ descriptor: Int32, _ path: String, _ bytes: some Collection<UInt8>) throws(BatchFailure) {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { buffer in
                #if canImport(Glibc)
                    Glibc.write(descriptor, buffer.baseAddress, buffer.count)
                #else
                    Darwin.write(descriptor, buffer.baseAddress, buffer.count)
                #endif
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(path) }
            rest = rest.dropFirst(count)
        }
    }

    /// Puts a new content in a file's place, whole or not at all.
    static func replace(_ path: String, _ fill: (Int32, String) throws(BatchFailure) -> Void) throws(BatchFailure) {
        try FileReplacement.replace(path, failed: { .file(path: $0.path, reason: $0.words) }, fill: fill)
    }
}
