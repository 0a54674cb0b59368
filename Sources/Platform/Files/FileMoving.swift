#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Names of files, taken away or given to others.
package enum FileMoving {
    /// Gives a file another name in its file system; what had that name is gone.
    package static func move(_ path: String, to other: String) throws(FileError) {
        guard rename(path, other) == 0 else { throw FileError(path, isReading: false, errno: errno) }
    }

    /// Removes a file; nothing happens when there is none.
    package static func remove(_ path: String) { _ = unlink(path) }
}
