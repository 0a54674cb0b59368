#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Whole files out of memory, checked to the last byte.
package enum FileWriting {
    /// Puts a file in the place of what stands at a path, in one step: a reader sees the old content or the new one.
    ///
    /// A link is followed, the permissions of an existing file are kept, and a path that is no ordinary file (a pipe, a
    /// device) is written to directly.
    package static func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
        if FileReading.isDirectory(path) { throw FileError(path, isReading: false, reason: .directory) }
        if FileReading.exists(path), !FileReading.isRegularFile(path) { return try write(bytes, directlyTo: path) }
        let target = resolved(path)
        let temporary = "\(target).\(getpid())-\(UInt32.random(in: .min ... .max)).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileError(path, isReading: false, errno: errno) }
        do throws(SystemCall.Failure) {
            try fill(descriptor, with: bytes)
            if let mode = permissions(of: target) { _ = chmod(temporary, mode) }
            guard rename(temporary, target) == 0 else { throw SystemCall.Failure(code: errno) }
        } catch {
            _ = unlink(temporary)
            throw FileError(path, isReading: false, errno: error.code)
        }
    }

    private static func write(_ bytes: [UInt8], directlyTo path: String) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path, isReading: false, errno: errno) }
        defer { _ = close(descriptor) }
        do throws(SystemCall.Failure) {
            try SystemCall.writeAll(Terminal.escaping(for: descriptor)?(bytes) ?? bytes, to: descriptor)
        } catch {
            throw FileError(path, isReading: false, errno: error.code)
        }
    }

    /// Writes, syncs and closes; a full disk may only show at the last of them.
    private static func fill(_ descriptor: Int32, with bytes: [UInt8]) throws(SystemCall.Failure) {
        do throws(SystemCall.Failure) {
            try SystemCall.writeAll(bytes, to: descriptor)
            guard fsync(descriptor) == 0 || errno == EINVAL else { throw SystemCall.Failure(code: errno) }
        } catch {
            _ = close(descriptor)
            throw error
        }
        guard close(descriptor) == 0 else { throw SystemCall.Failure(code: errno) }
    }

    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    private static func permissions(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
    }
}
