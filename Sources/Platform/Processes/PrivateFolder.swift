#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A fresh temporary folder that nobody else may look into; `remove` takes it away.
package final class PrivateFolder: Sendable {
    /// Its path without links.
    package let path: String

    /// Makes a folder; nil when the system refuses.
    package init?() {
        let base = Environment.value("TMPDIR") ?? "/tmp"
        var name = Array("\(base)/dspy-swift-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil,
            let path = SystemPath.resolved(
                String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
        else { return nil }
        self.path = path
    }

    deinit { remove() }

    /// Removes it and all that is in it; links are removed, not followed.
    package func remove() { Self.remove(path) }

    private static func remove(_ path: String) {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    bytes.baseAddress.map { String(cString: $0.assumingMemoryBound(to: CChar.self)) } ?? "."
                }
                if name == "." || name == ".." { continue }
                var status = stat()
                let child = path + "/" + name
                if lstat(child, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                    chmod(child, 0o700)
                    remove(child)
                } else {
                    unlink(child)
                }
            }
            closedir(folder)
        }
        rmdir(path)
    }
}
