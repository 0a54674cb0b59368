import OrderedJSON

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file of one JSON value per line, read without Foundation.
enum GoldenFile {
    /// The values of `Tests/Golden/<name>`.
    static func lines(_ name: String, file: String = #filePath) -> [JSON] {
        let tests = file.split(separator: "/").dropLast(2).joined(separator: "/")
        return lines(at: "/" + tests + "/Golden/" + name)
    }

    /// The values of a file anywhere; none when there is no such file.
    static func lines(at path: String) -> [JSON] {
        guard let bytes = bytes(at: path) else { return [] }
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap {
            try? JSON(parsing: Array($0), options: .python)
        }
    }

    /// The content of an environment variable.
    static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    private static func bytes(at path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { return content }
            content.append(contentsOf: chunk[..<count])
        }
    }
}
