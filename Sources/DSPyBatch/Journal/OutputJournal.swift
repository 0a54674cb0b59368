import OrderedJSON

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The output file as journal: locked, checked against what made it, its torn tail cut, open for appending.
package final class OutputJournal: Sendable {
    /// What to do with rows that are there already.
    package enum Policy: Sendable, Hashable {
        /// Refuse.
        case refuse
        /// Go on, and do failed rows again if asked.
        case resume(redoFailed: Bool)
        /// Start anew.
        case overwrite
    }

    /// The file's path.
    package let path: String
    /// What it held.
    package let scan: JournalScan?
    private let descriptor: Int32

    /// Where rows are appended.
    package var fileDescriptor: Int32 { descriptor }

    /// Opens the output.
    ///
    /// - Parameters:
    ///   - manifest: What makes the rows now.
    ///   - input: The descriptor of the input, which may not be the output.
    /// - Throws: `BatchFailure`; the file is untouched then.
    package init(
        path: String, policy: Policy, manifest: Manifest, input: Int32?
    ) throws(BatchFailure) {
        self.path = path
        let descriptor = try FileAccess.open(path, O_RDWR | O_CREAT | O_APPEND)
        self.descriptor = descriptor
        do throws(BatchFailure) {
            scan = try Self.prepare(path, descriptor, policy, manifest, input)
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    private static func prepare(
        _ path: String, _ descriptor: Int32, _ policy: Policy, _ manifest: Manifest, _ input: Int32?
    ) throws(BatchFailure) -> JournalScan? {
        if let input, FileAccess.isSame(input, descriptor) { throw .isInput(path: path) }
        guard let size = FileAccess.size(descriptor) else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw errno == EWOULDBLOCK
                ? .inUse(path: path, pid: Manifest.read(for: path)?.pid) : FileAccess.failure(path)
        }
        var scan: JournalScan?
        if size > 0 {
            switch policy {
            case .refuse: throw .exists(path: path)
            case .overwrite:
                guard ftruncate(descriptor, 0) == 0 else { throw FileAccess.failure(path) }
            case .resume(let redoFailed):
                if let before = Manifest.read(for: path) {
                    let differences = manifest.differences(from: before)
                    guard differences.isEmpty else { throw .mismatch(path: path, differences: differences) }
                }
                let found = try JournalScan(descriptor, path, redoFailed: redoFailed)
                guard found.strange.isEmpty else {
                    throw .file(
                        path: path, reason: "line \(found.strange[0]) is no row of a batch; --force overwrites the file"
                    )
                }
                if found.torn > 0, ftruncate(descriptor, off_t(size - found.torn)) != 0 {
                    throw FileAccess.failure(path)
                }
                if found.lacksLineFeed { try FileAccess.write(descriptor, path, [0x0A]) }
                scan = found
            }
        }
        try manifest.write(for: path)
        return scan
    }

    /// Rewrites the file without rows that were repaired, and in the order of the input if asked; whole or not at all.
    package func tidy(sorted: Bool) throws(BatchFailure) {
        guard FileAccess.size(descriptor) != nil else { return }
        // Only a resumed run can have repaired rows.
        guard sorted || self.scan != nil else { return }
        let scan = try JournalScan(descriptor, path, redoFailed: false)
        guard sorted || !scan.repaired.isEmpty else { return }
        var kept: [(index: Int, offset: Int, length: Int)] = []
        var offset = 0
        var splitter = LineSplitter(limit: .max - 1)
        try FileAccess.read(descriptor, path) { chunk in
            splitter.add(chunk) { line in
                defer { offset += line.length + 1 }
                guard let json = try? JSON(parsing: line.bytes, options: .python),
                    let record = JournalScan.record(line.bytes), record.isOK || !scan.repaired.contains(record.key)
                else { return }
                kept.append((json["index"]?.int ?? 0, offset, line.length + 1))
            }
        }
        if sorted { kept.sort { $0.index < $1.index } }
        let source = descriptor
        try FileAccess.replace(path) { (target, name) throws(BatchFailure) in
            var buffer: [UInt8] = []
            for row in kept {
                var line = [UInt8](repeating: 0, count: row.length)
                let count = line.withUnsafeMutableBytes { pread(source, $0.baseAddress, row.length, off_t(row.offset)) }
                guard count == row.length else { throw FileAccess.failure(name) }
                buffer += line
                if buffer.count > 1 << 18 {
                    try FileAccess.write(target, name, buffer)
                    buffer.removeAll(keepingCapacity: true)
                }
            }
            try FileAccess.write(target, name, buffer)
        }
    }
}
