#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The files of one command line, each with what it is there for: no two of them may be one file when something is written
/// to it.
///
/// To be asked before anything is opened for writing. Files are told apart by what they are, not by how their paths are
/// spelt; of one that is not there yet the place counts where it would be made. Devices, terminals, pipes and folders may
/// stand for several.
package struct FileRoles: Sendable {
    /// What is done to a file.
    package enum Use: Sendable, Hashable { case read, written }

    private enum Identity: Hashable {
        case file(FileIdentity)
        case place(folder: FileIdentity, name: String)
    }

    private struct Entry {
        let role: String
        /// The path as it was given; nil for an open descriptor.
        let path: String?
        let use: Use
        let identity: Identity
        /// Whether it is one of the three streams that every process has, which may all be one file.
        var isStandard = false

        /// `/dev/stderr` means whatever the stream is, on purpose.
        var namesStream: Bool { path.map(FileReading.isDescriptor) ?? isStandard }
    }

    private var entries: [Entry] = []

    /// The three streams of the process, and nothing else.
    package init() {
        let streams: [(String, Use)] = [
            ("standard input", .read), ("standard output", .written), ("standard error", .written),
        ]
        for (descriptor, (role, use)) in streams.enumerated() {
            guard let identity = Self.identity(of: Int32(descriptor)) else { continue }
            entries.append(Entry(role: role, path: nil, use: use, identity: identity, isStandard: true))
        }
    }

    /// Adds a file; nothing for nil, or for `-`, which is no file.
    package mutating func add(_ role: String, _ path: String?, _ use: Use) {
        guard let path, path != "-", let identity = Self.identity(of: path) else { return }
        entries.append(Entry(role: role, path: path, use: use, identity: identity))
    }

    /// Adds what a descriptor leads to.
    package mutating func add(_ role: String, descriptor: Int32, _ use: Use) {
        guard let identity = Self.identity(of: descriptor) else { return }
        entries.append(Entry(role: role, path: nil, use: use, identity: identity))
    }

    /// What is wrong: the first two that are one file; nil when none are.
    package var clash: String? {
        var known: [Identity: [Entry]] = [:]
        for entry in entries {
            for other in known[entry.identity] ?? [] where Self.clash(other, entry) {
                let path = (entry.path ?? other.path).map { ", \($0)" } ?? ""
                return "\(other.role) and \(entry.role) are one file\(path); give each a file of its own"
            }
            known[entry.identity, default: []].append(entry)
        }
        return nil
    }

    private static func clash(_ left: Entry, _ right: Entry) -> Bool {
        (left.use == .written || right.use == .written) && !(left.namesStream && right.namesStream)
    }

    // MARK: Identity

    private static func identity(of descriptor: Int32) -> Identity? {
        var info = stat()
        return fstat(descriptor, &info) == 0 ? identity(info) : nil
    }

    /// A link is followed, also one whose end is not there yet.
    private static func identity(of path: String) -> Identity? {
        var path = path
        for _ in 0..<40 {
            var info = stat()
            if stat(path, &info) == 0 { return identity(info) }
            let (folder, name) = parts(of: path)
            guard let end = target(ofLink: path) else {
                guard !name.isEmpty, stat(folder, &info) == 0 else { return nil }
                return .place(folder: FileIdentity(info), name: name)
            }
            path = end.hasPrefix("/") ? end : folder + "/" + end
        }
        return nil
    }

    private static func identity(_ info: stat) -> Identity? {
        guard info.st_mode & S_IFMT == S_IFREG else { return nil }
        return .file(FileIdentity(info))
    }

    private static func parts(of path: String) -> (folder: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: 0x2F) else { return (".", path) }
        let folder = path[..<slash]
        return (folder.isEmpty ? "/" : String(folder), String(path[path.utf8.index(after: slash)...]))
    }

    private static func target(ofLink path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink(path, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }
}
