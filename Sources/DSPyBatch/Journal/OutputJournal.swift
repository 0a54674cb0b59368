import OrderedJSON
package import Platform

/// The output file as journal: locked, checked against what made it, its torn tail cut, open for appending.
package final class OutputJournal: Sendable {
    /// What to do with rows that are there already.
    package enum Policy: Sendable, Hashable {
        /// Refuse.
        case refuse
        /// Go on, and do failed rows again if asked; with `force`, whatever made the rows.
        case resume(redoFailed: Bool, force: Bool = false)
        /// Start anew.
        case overwrite
    }

    /// The file's path.
    package let path: String
    /// What it held.
    package let scan: JournalScan?
    /// Whether its rows came from another input, so that their places may have moved.
    package let inputHasChanged: Bool
    /// What a person should hear of how it was opened.
    package let notice: String?
    /// Notices what others do to the file; nil for what is no ordinary file.
    package let watch: JournalWatch?
    /// Where rows are appended.
    package let file: OpenFile

    /// Opens the output.
    ///
    /// - Parameters:
    ///   - manifest: What makes the rows now.
    ///   - input: The input, which may not be the output.
    /// - Throws: `BatchFailure`; the file is untouched then.
    package init(
        path: String, policy: Policy, manifest: Manifest, input: OpenFile?
    ) throws(BatchFailure) {
        self.path = path
        let file = try OpenFile.opened(path, for: .appending)
        self.file = file
        do throws(BatchFailure) {
            let before = Manifest.read(for: path)
            (scan, notice) = try Self.prepare(file, policy, manifest, input)
            inputHasChanged = scan != nil && before?.input != manifest.input
            watch = file.size.map { JournalWatch(file, size: $0) }
        } catch {
            file.close()
            throw error
        }
    }

    deinit { file.close() }

    private static func prepare(
        _ file: OpenFile, _ policy: Policy, _ manifest: Manifest, _ input: OpenFile?
    ) throws(BatchFailure) -> (JournalScan?, String?) {
        let path = file.path
        if let input, file.isSame(as: input) { throw .isInput(path: path) }
        guard let size = file.size else { return (nil, nil) }
        let isOurs: Bool
        do throws(FileError) { isOurs = try file.lock() } catch { throw BatchFailure(error) }
        guard isOurs else { throw .inUse(path: path, pid: Manifest.read(for: path)?.pid) }
        var (scan, notice) = (JournalScan?.none, String?.none)
        if size > 0 {
            switch policy {
            case .refuse: throw .exists(path: path)
            case .overwrite:
                notice = try earlierRows(file)
                try file.cut(to: 0)
            case .resume(_, let force):
                let found = try JournalScan(file)
                if let strange = found.strange {
                    throw .strange(path: path, StrangeLines(file, strange.first, strange.count, found))
                }
                notice = try whatMade(found, path, manifest, force: force)
                if found.torn > 0 { try file.cut(to: size - found.torn) }
                if found.lacksLineFeed { try file.append([0x0A]) }
                scan = found
            }
        }
        // A manifest that cannot be read was looked at above, where there are rows.
        if scan == nil, Manifest.isForeign(for: path) { throw .foreign(path: Manifest.path(for: path)) }
        for written in [path, Manifest.path(for: path)] { FileReplacement.removeLeftovers(of: written) }
        try manifest.write(for: path)
        return (scan, notice)
    }

    /// What to say of rows that are overwritten.
    private static func earlierRows(_ file: OpenFile) throws(BatchFailure) -> String {
        var rows = 0
        try file.forEachChunk { rows += $0.count { $0 == 0x0A } }
        return "\(file.path): \(rows) lines of an earlier run are overwritten (--force)"
    }

    /// Compares what made the rows with what makes them now.
    ///
    /// - Returns: What to say when they are taken all the same.
    private static func whatMade(
        _ scan: JournalScan, _ path: String, _ manifest: Manifest, force: Bool
    ) throws(BatchFailure) -> String? {
        guard let before = Manifest.read(for: path) else {
            if scan.isEmpty { return nil }
            guard force else { throw .unknownMaker(path: path, isThere: Manifest.isThere(for: path)) }
            return "\(path): taken as rows of this program, model and options (--force)"
        }
        let differences = manifest.differences(from: before)
        if differences.isEmpty { return nil }
        guard force else {
            let knowsRowsOtherwise = before.fingerprint["row keys"] != manifest.fingerprint["row keys"]
            throw knowsRowsOtherwise ? .otherKeys(path: path) : .mismatch(path: path, differences: differences)
        }
        return "\(path): goes on although it was made by another run (--force): \(differences.joined(separator: "; "))"
    }
}
