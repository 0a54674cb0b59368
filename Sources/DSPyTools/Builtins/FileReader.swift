import Platform
import DSPyCore

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
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try FileReading.bytes(atPathWithoutLinks: real, limit: sizeLimit)
        } catch {
            switch error.reason {
            case .directory: throw ToolError("IsADirectoryError", "\(path) is a folder")
            case .special: throw ToolError("ValueError", "\(path) is no plain file")
            case .tooLarge: throw ToolError("ValueError", "\(path) has more than \(sizeLimit) bytes")
            case .permission: throw ToolError("PermissionError", "cannot read \(path): \(error.words)")
            case .missing: throw ToolError("FileNotFoundError", "cannot read \(path): \(error.words)")
            case .failed: throw ToolError("OSError", "cannot read \(path): \(error.words)")
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
