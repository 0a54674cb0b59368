public import OrderedJSON

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The recorded cases of the reference.
public enum Golden {
    /// The folder named by `DSPY_GOLDEN`, else the copy in this package.
    public static let folder: String = environment("DSPY_GOLDEN") ?? repository + "/Tests/Golden"

    /// The top folder of this package.
    public static let repository: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/")
    }()

    /// An environment variable, unless it is unset or empty.
    public static func environment(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }

    /// The text of a file; nil when there is none.
    public static func text(of path: String) -> String? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The lines of a JSONL file of the folder, one value each; nil when the folder lacks the file.
    public static func cases(_ name: String) throws -> [JSON]? {
        guard let text = text(of: folder + "/" + name) else { return nil }
        return try text.utf8.split(separator: 0x0A).map { line in
            try JSON(parsing: String(decoding: line, as: UTF8.self))
        }
    }
}
