#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Finds the file behind a program's name, as a shell would.
package enum Executable {
    /// The path of a program: itself when it has a slash, else the first of its name in `PATH`; nil when there is none.
    ///
    /// - Parameters:
    ///   - folder: Where a relative path starts.
    ///   - path: What to search in place of `PATH`.
    ///
    /// Entries of `PATH` that are not absolute are passed over: they would mean another file in every folder.
    package static func find(_ program: String, folder: String? = nil, path: String? = nil) -> String? {
        guard !program.isEmpty, !program.utf8.contains(0) else { return nil }
        if program.utf8.contains(UInt8(ascii: "/")) {
            let path = SystemPath.joined(program, in: folder)
            return isExecutable(path) ? path : nil
        }
        let search = path ?? Environment.value("PATH") ?? "/usr/local/bin:/usr/bin:/bin"
        for entry in search.split(separator: ":") where entry.hasPrefix("/") {
            let path = "\(entry)/\(program)"
            if isExecutable(path) { return path }
        }
        return nil
    }

    private static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}
