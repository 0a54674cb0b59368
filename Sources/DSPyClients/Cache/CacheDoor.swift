import CSQLite

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Opens the cache's file for the threads of this process, sets a broken one aside, and says once why there is none.
package final class CacheDoor: Sendable {
    private struct State {
        /// Counts the files that were set aside: a thread with an older one opens anew.
        var generation = 0
        var isOff = false
        var hasWarned = false
    }

    /// An open file, and which one it is.
    struct Opened {
        var file: CacheFile
        var generation: Int
        var inode: UInt64
    }

    /// The path of the file.
    package let path: String
    private let warn: @Sendable (String) -> Void
    private let state = Locked(State())

    /// A way to the file at a path.
    package init(path: String, warn: @escaping @Sendable (String) -> Void) {
        self.path = path
        self.warn = warn
    }

    /// Whether the file cannot be used.
    var isOff: Bool { state.withLock { $0.isOff } }
    /// Which file is in use, counted from 0.
    var generation: Int { state.withLock { $0.generation } }

    /// Opens the file, and makes it when it is not there; a broken one is set aside first.
    func open() throws(SQLiteError) -> Opened {
        let lock = try lockFolder()
        defer { close(lock) }
        do {
            return try opened()
        } catch {
            guard error.isDamage else { throw error }
            try setAside(error)
            return try opened()
        }
    }

    private func opened() throws(SQLiteError) -> Opened {
        // Made here, so that nobody else may read it; SQLite gives its other files the same rights.
        let descriptor = Self.make(path)
        guard descriptor >= 0 else { throw systemError("cannot open \"\(path)\"") }
        close(descriptor)
        let file = try CacheFile(path: path)
        return Opened(file: file, generation: generation, inode: Self.inode(of: path))
    }

    /// Sets a file aside in which damage was found; the next `open` makes a new one.
    func report(_ error: SQLiteError, in opened: Opened) {
        guard let lock = try? lockFolder() else { return }
        defer { close(lock) }
        // Another thread or process may have done it already.
        if generation == opened.generation, Self.inode(of: path) == opened.inode { try? setAside(error) }
        state.withLock { if $0.generation == opened.generation { $0.generation += 1 } }
    }

    /// Goes on without the file; says why, once.
    func turnOff(_ error: SQLiteError) {
        state.withLock { $0.isOff = true }
        warnOnce("answers are not kept in \"\(path)\": \(error)")
    }

    /// Says something about the file unless something was said before.
    func warnOnce(_ text: String) {
        let isFirst = state.withLock { state in
            defer { state.hasWarned = true }
            return !state.hasWarned
        }
        if isFirst { warn(text) }
    }

    private func setAside(_ error: SQLiteError) throws(SQLiteError) {
        let other = "\(path).corrupt-\(time(nil))"
        guard rename(path, other) == 0 else { throw systemError("cannot set the broken cache \"\(path)\" aside") }
        for suffix in ["-wal", "-shm"] { rename(path + suffix, other + suffix) }
        warn("the cache \"\(path)\" cannot be read (\(error.message)); it is now \"\(other)\", and a new one is made")
    }

    /// Makes the folder and takes the lock that guards opening and setting aside.
    private func lockFolder() throws(SQLiteError) -> Int32 {
        var place = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/").dropLast() {
            place += "/" + part
            if mkdir(place, 0o700) != 0 && errno != EEXIST && errno != EROFS && errno != EACCES {
                throw systemError("cannot make the folder \"\(place)\"")
            }
        }
        let descriptor = Self.make(path + ".lock")
        guard descriptor >= 0 else { throw systemError("cannot write in the folder of \"\(path)\"") }
        // Nobody holds it for longer than opening takes; a process that was stopped there must not stop this one.
        for _ in 0..<500 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
            usleep(10_000)
        }
        close(descriptor)
        throw SQLiteError(code: SQLITE_BUSY, message: "another process holds \"\(path).lock\"")
    }

    private static func make(_ path: String) -> Int32 {
        #if canImport(Glibc)
            Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        #else
            Darwin.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        #endif
    }

    private static func inode(of path: String) -> UInt64 {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_ino) : 0
    }

    private func systemError(_ text: String) -> SQLiteError {
        SQLiteError(code: SQLITE_CANTOPEN, message: "\(text): \(FileBytes.reason)")
    }
}
