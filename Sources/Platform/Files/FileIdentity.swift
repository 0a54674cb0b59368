#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Which file it is, however its path is spelt.
package struct FileIdentity: Sendable, Hashable {
    /// The device that it is on.
    package let device: UInt64
    /// Its number there.
    package let inode: UInt64

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }

    /// The file that a path leads to.
    ///
    /// - Throws: `FileError`, `.missing` where there is none.
    package init(at path: String) throws(FileError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileError(path, isReading: true, errno: errno) }
        self.init(status)
    }
}
