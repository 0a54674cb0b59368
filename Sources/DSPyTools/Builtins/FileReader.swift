import DSPyCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads files below one folder, and absolute paths below others, as far as they are granted.
///
/// A path is resolved first, with all its links; the result must lie below a granted folder. It is then
/// opened name by name from the root without following links, so that a link that appears meanwhile leads nowhere.
struct FileReader: Sendable {
    private let folder: String
    private let grants: Grants
    private let sizeLimit: Int

    /// A reader.
    init(folder: String, grants: Grants, sizeLimit: Int) {
        self.folder = folder
        self.grants = grants
        self.sizeLimit = sizeLimit
    }

    /// The text of a file; bytes that are not UTF-8 are replaced.
    ///
    /// - Throws: `ToolError`: `PermissionError` (outside, or not granted), `FileNotFoundError`, `IsADirectoryError`,
    ///   `ValueError` (no plain file, too large, a NUL in the path).
    func read(_ path: String, for tool: String) throws(ToolError) -> String {
        guard let root = SystemPath.resolved(folder) else {
            throw ToolError("FileNotFoundError", "there is no folder \(folder)")
        }
        guard !path.utf8.contains(0) else { throw ToolError("ValueError", "a path cannot hold a NUL character") }
        guard !path.isEmpty else { throw ToolError("ValueError", "the path is empty") }
        // Before anything is granted the answer is the same whether there is such a file or not.
        let mayReadSome =
            grants.allows(.read(root)) || isGranted(path)
            || grants.folders.contains { SystemPath.isPath($0, below: root) }
        guard mayReadSome else { throw .denied("tool `\(tool)` needs \(Capability.read(root))") }
        let outside = ToolError.denied("\(path) is outside of the folder that `\(tool)` may read")
        guard staysInside(path, root) || isGranted(path) else { throw outside }
        guard let real = SystemPath.resolved(SystemPath.joined(path, in: root)) else {
            throw ToolError("FileNotFoundError", "there is no file \(path)")
        }
        guard SystemPath.isPath(real, below: root) || isGranted(real) else { throw outside }
        guard grants.allows(.read(real)) else {
            throw .denied("tool `\(tool)` needs \(Capability.read(root)) to read \(path)")
        }
        return try content(real, named: path)
    }

    /// Whether an absolute path lies in one of the granted folders.
    private func isGranted(_ path: String) -> Bool {
        path.hasPrefix("/") && !path.contains("/../")
            && grants.folders.contains { SystemPath.isPath(path, below: $0) }
    }

    /// Whether a path, before any link in it is followed, names something in the folder.
    private func staysInside(_ path: String, _ root: String) -> Bool {
        if path.hasPrefix("/") { return SystemPath.isPath(path, below: root) && !path.contains("/../") }
        var depth = 0
        for part in path.split(separator: "/") where part != "." {
            depth += part == ".." ? -1 : 1
            if depth < 0 { return false }
        }
        return true
    }

    private func content(_ real: String, named path: String) throws(ToolError) -> String {
        let descriptor = Self.openWithoutLinks(real)
        guard descriptor >= 0 else {
            let kind = errno == EACCES || errno == EPERM ? "PermissionError" : "FileNotFoundError"
            throw ToolError(kind, "cannot read \(path): \(SystemPath.reason(errno))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw ToolError("OSError", "cannot read \(path)") }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw ToolError("IsADirectoryError", "\(path) is a folder")
        default: throw ToolError("ValueError", "\(path) is no plain file")
        }
        let tooLarge = ToolError("ValueError", "\(path) has more than \(sizeLimit) bytes")
        guard status.st_size <= sizeLimit else { throw tooLarge }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = chunk.withUnsafeMutableBytes { Self.get(descriptor, $0) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ToolError("OSError", "cannot read \(path): \(SystemPath.reason(errno))") }
            if count == 0 { break }
            bytes += chunk[..<count]
            guard bytes.count <= sizeLimit else { throw tooLarge }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func get(_ descriptor: Int32, _ space: UnsafeMutableRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.read(descriptor, space.baseAddress, space.count)
        #else
            Darwin.read(descriptor, space.baseAddress, space.count)
        #endif
    }

    /// Opens a path that holds no links; -1 where there is one now.
    private static func openWithoutLinks(_ path: String) -> Int32 {
        var folder = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        let names = path.split(separator: "/")
        guard !names.isEmpty else { return folder }
        for (place, name) in names.enumerated() {
            // A fifo without a writer would block, a device may do anything: neither may happen before it is looked at.
            let isLast = place == names.count - 1
            let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | (isLast ? O_NONBLOCK | O_NOCTTY : O_DIRECTORY)
            let next = openat(folder, String(name), flags)
            let code = errno
            close(folder)
            errno = code
            guard next >= 0 else { return -1 }
            folder = next
        }
        return folder
    }
}
