#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An open descriptor with the name that messages give it; whoever opened it closes it.
package struct OpenFile: Sendable {
    /// What a file is opened for.
    package enum Use: Sendable, Hashable {
        /// To read it.
        case reading
        /// To read it, and to write behind its end; it is made where there is none.
        case appending
        /// As `appending`, but never through a link, and waiting for nobody.
        case appendingHere
        /// To read from it and to write to it, as to a terminal.
        case talking
        /// To write to it; it is made, and may not be there before.
        case new
        /// To lock it; it is made where there is none.
        case locking
    }

    /// The number that the system knows it by.
    package let descriptor: Int32
    /// The path as it was given, or what stands for one in messages.
    package let path: String

    /// What is open already.
    package init(descriptor: Int32, named path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Opens a file.
    ///
    /// - Parameter permissions: Those of a file that is made, before the umask.
    package init(_ path: String, for use: Use, permissions: UInt32 = 0o644) throws(FileError) {
        let flags =
            switch use {
            case .reading: O_RDONLY
            case .talking: O_RDWR
            case .appending: O_RDWR | O_CREAT | O_APPEND
            case .appendingHere: O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK
            case .new: O_WRONLY | O_CREAT | O_EXCL
            case .locking: O_RDWR | O_CREAT
            }
        descriptor = open(path, flags | O_CLOEXEC, mode_t(permissions))
        self.path = path
        guard descriptor >= 0 else { throw FileError(path, isReading: use == .reading, errno: errno) }
    }

    /// Closes it; nothing else may be done with it then.
    package func close() { _ = systemClose(descriptor) }

    // MARK: What it is

    private var status: stat? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status : nil
    }

    /// Which file it is; nil when the system does not tell.
    package var identity: FileIdentity? { status.map { FileIdentity($0) } }

    /// The size in bytes of a regular file; nil for anything else.
    package var size: Int? { status.flatMap { $0.st_mode & S_IFMT == S_IFREG ? Int($0.st_size) : nil } }

    /// Who may read and write it; its owner alone when that is not to be had.
    package var permissions: UInt32 { status.map { UInt32($0.st_mode & 0o777) } ?? 0o600 }

    /// Whether both are one regular file.
    package func isSame(as other: OpenFile) -> Bool {
        size != nil && identity != nil && identity == other.identity
    }

    // MARK: Reading

    /// Reads from a place on, without moving where others read; none at the end.
    package func read(at offset: Int, into space: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        while true {
            let count = pread(descriptor, space.baseAddress, space.count, off_t(offset))
            if count >= 0 { return count }
            if errno != EINTR { throw FileError(path, isReading: true, errno: errno) }
        }
    }

    /// The first bytes, at most so many.
    package func head(_ count: Int) throws(FileError) -> [UInt8] {
        var head = [UInt8](repeating: 0, count: count)
        let found = head.withUnsafeMutableBytes { space in
            Result { () throws(FileError) in try read(at: 0, into: space) }
        }
        return Array(head.prefix(try found.get()))
    }

    /// Reads it chunk by chunk from its start, without moving where others read.
    ///
    /// - Parameter failed: The caller's error for one of the system's.
    package func forEachChunk<Failure: Error>(
        failed: (FileError) -> Failure, _ take: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        var offset = 0
        while true {
            let count: Int
            do throws(FileError) { count = try read(at: offset, into: buffer) } catch { throw failed(error) }
            guard count > 0 else { return }
            try take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += count
        }
    }

    // MARK: Writing

    /// Writes all bytes.
    package func write(_ bytes: some Collection<UInt8>) throws(FileError) {
        if let (_, code) = SystemCall.write(bytes, to: descriptor) {
            throw FileError(path, isReading: false, errno: code)
        }
    }

    /// Cuts it to a size in bytes.
    package func truncate(to size: Int) throws(FileError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw FileError(path, isReading: false, errno: errno) }
    }

    // MARK: Locking

    /// Takes its lock for as long as it is open.
    ///
    /// - Parameter isShared: Whether others may have a shared one at the same time.
    /// - Returns: Whether it was free.
    package func lock(isShared: Bool = false) throws(FileError) -> Bool {
        if flock(descriptor, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 { return true }
        guard errno == EWOULDBLOCK else { throw FileError(path, isReading: false, errno: errno) }
        return false
    }
}

private func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }
