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
    /// As ``FileReplacement`` does it; a path that is no ordinary file (a pipe, a device) is written to directly.
    package static func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
        if FileReading.isDirectory(path) { throw FileError(path, isReading: false, reason: .directory) }
        if FileReading.exists(path), !FileReading.isRegularFile(path) { return try write(bytes, directlyTo: path) }
        try FileReplacement.replace(path, failed: { $0 }) { (descriptor, _) throws(FileError) in
            do throws(SystemCall.Failure) {
                try SystemCall.writeAll(bytes, to: descriptor)
            } catch {
                throw FileError(path, isReading: false, errno: error.code)
            }
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
}
