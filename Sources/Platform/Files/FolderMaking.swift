#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Folders that nobody but this user may look into.
package enum FolderMaking {
    /// Makes a folder and those above it.
    ///
    /// - Parameter passesOver: Whether one that may not be made is passed over: it may be there all the same, out of sight.
    package static func make(_ path: String, passesOver: Bool = false) throws(FileError) {
        var place = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            place += "/" + part
            guard mkdir(place, 0o700) != 0, errno != EEXIST else { continue }
            if passesOver, errno == EROFS || errno == EACCES { continue }
            throw FileError(place, isReading: false, errno: errno)
        }
    }
}
