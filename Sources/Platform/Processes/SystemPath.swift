#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Paths as the system sees them.
package enum SystemPath {
    /// The absolute path without links, or nil when there is no such file.
    package static func resolved(_ path: String) -> String? {
        guard !path.isEmpty, !path.utf8.contains(0), let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }

    /// Whether a path, resolved, is a folder or lies below it.
    package static func isPath(_ path: String, below folder: String) -> Bool {
        if path == folder || folder == "/" { return true }
        return path.utf8.starts(with: (folder + "/").utf8)
    }

    /// A path that starts at a folder unless it is absolute.
    package static func joined(_ path: String, in folder: String?) -> String {
        guard let folder, !path.hasPrefix("/") else { return path }
        return folder.hasSuffix("/") ? folder + path : folder + "/" + path
    }
}
