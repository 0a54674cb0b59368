#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What tells that a file was written anew.
package struct FileStamp: Sendable, Hashable {
    private var identity: FileIdentity?
    private var size: Int64 = 0
    private var seconds: Int = 0
    private var nanoseconds: Int = 0

    /// The stamp of a file; of one that is not there, always the same.
    package init(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        identity = FileIdentity(status)
        size = Int64(status.st_size)
        #if canImport(Darwin)
            (seconds, nanoseconds) = (status.st_mtimespec.tv_sec, status.st_mtimespec.tv_nsec)
        #else
            (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        #endif
    }
}
