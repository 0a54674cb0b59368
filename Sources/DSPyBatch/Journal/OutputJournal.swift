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
    /// Whether its rows came from another input, so that their places may have moved.
    package let inputHasChanged: Bool
    let descriptor: Int32

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
            let before = Manifest.read(for: path)
            scan = try Self.prepare(path, descriptor, policy, manifest, input)
            inputHasChanged = scan != nil && before?.input != manifest.input
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
}
