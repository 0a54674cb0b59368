#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A fresh folder that is gone, with everything in it, when nobody holds it any more.
package final class TemporaryFolder: Sendable {
    /// The folder cannot be made or written to.
    package struct Failure: Error {
        /// The errno.
        package var code: Int32
    }

    /// Its absolute path.
    package let path: String

    /// Makes a folder.
    package init() throws {
        var name = Array("/tmp/dspy-swift-test-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else { throw Failure(code: errno) }
        path = name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } } ?? ""
    }

    deinit { Self.remove(path) }

    /// Writes a file and gives its path back.
    @discardableResult
    package func write(_ text: String, to name: String, mode: UInt32 = 0o600) throws -> String {
        let file = path + "/" + name
        guard let handle = fopen(file, "w") else { throw Failure(code: errno) }
        fputs(text, handle)
        fclose(handle)
        chmod(file, mode_t(mode))
        return file
    }

    /// What stands in the folder, sorted.
    package var names: [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func remove(_ path: String) {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name == "." || name == ".." { continue }
                if entry.pointee.d_type == UInt8(DT_DIR) {
                    remove(path + "/" + name)
                } else {
                    unlink(path + "/" + name)
                }
            }
            closedir(folder)
        }
        rmdir(path)
    }
}
