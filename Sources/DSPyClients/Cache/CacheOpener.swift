import Basics
import Platform
import CSQLite

/// Opens the cache's file for the threads of this process, sets a broken one aside, and says once why there is none.
package final class CacheOpener: Sendable {
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
        var identity: FileIdentity?
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
        defer { lock.close() }
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
        try Self.opened(path) { "cannot open \"\(path)\": \($0.words)" }.close()
        let file = try CacheFile(path: path)
        return Opened(file: file, generation: generation, identity: try? FileIdentity(at: path))
    }

    /// Sets a file aside in which damage was found; the next `open` makes a new one.
    func report(_ error: SQLiteError, in opened: Opened) {
        guard let lock = try? lockFolder() else { return }
        defer { lock.close() }
        // Another thread or process may have done it already.
        if generation == opened.generation, (try? FileIdentity(at: path)) == opened.identity { try? setAside(error) }
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
        let other = "\(path).corrupt-\(SystemClock.seconds)"
        do throws(FileError) { try FileMoving.move(path, to: other) } catch {
            throw Self.failure("cannot set the broken cache \"\(path)\" aside: \(error.words)")
        }
        for suffix in ["-wal", "-shm"] { try? FileMoving.move(path + suffix, to: other + suffix) }
        warn("the cache \"\(path)\" cannot be read (\(error.message)); it is now \"\(other)\", and a new one is made")
    }

    /// Makes the folder and takes the lock that guards opening and setting aside.
    private func lockFolder() throws(SQLiteError) -> OpenFile {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        do throws(FileError) { try FolderMaking.make(folder, passesOver: true) } catch {
            throw Self.failure("cannot make the folder \"\(error.path)\": \(error.words)")
        }
        let file = try Self.opened(path + ".lock") { "cannot write in the folder of \"\(path)\": \($0.words)" }
        // Nobody holds it for longer than opening takes; a process that was stopped there must not stop this one.
        for _ in 0..<500 {
            if (try? file.lock()) ?? false { return file }
            SystemThread.sleep(.milliseconds(10))
        }
        file.close()
        throw SQLiteError(code: SQLITE_BUSY, message: "another process holds \"\(path).lock\"")
    }

    private static func opened(_ path: String, _ words: (FileError) -> String) throws(SQLiteError) -> OpenFile {
        do throws(FileError) {
            return try OpenFile(path, for: .locking, permissions: 0o600)
        } catch { throw failure(words(error)) }
    }

    private static func failure(_ text: String) -> SQLiteError { SQLiteError(code: SQLITE_CANTOPEN, message: text) }
}
