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
    /// Whether its rows came from another input, so that their places may have moved.
    package let inputHasChanged: Bool
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

    /// Rewrites the file without rows that were repaired, and in the order of the input if asked; whole or not at all.
    ///
    /// - Parameter places: Where rows of an earlier run stand now, by their hash.
    package func tidy(sorted: Bool, places: [UInt64: [RowPlace]] = [:]) throws(BatchFailure) {
        guard FileAccess.size(descriptor) != nil else { return }
        // Only a resumed run can have repaired rows.
        guard sorted || self.scan != nil else { return }
        let scan = try JournalScan(descriptor, path, redoFailed: false)
        guard sorted || !scan.repaired.isEmpty || !places.isEmpty else { return }
        var places = places
        var kept: [(index: Int, offset: Int, length: Int, place: RowPlace?)] = []
        var offset = 0
        var splitter = LineSplitter(limit: .max - 1)
        try FileAccess.read(descriptor, path) { chunk in
            splitter.add(chunk) { line in
                defer { offset += line.length + 1 }
                guard let json = try? JSON(parsing: line.bytes, options: .python),
                    let record = JournalScan.record(line.bytes), record.isOK || !scan.repaired.contains(record.key)
                else { return }
                let place = places[record.key]?.popLast()
                kept.append((place?.index ?? json["index"]?.int ?? 0, offset, line.length + 1, place))
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
                buffer += row.place.map { $0.renumbered(line) } ?? line
                if buffer.count > 1 << 18 {
                    try FileAccess.write(target, name, buffer)
                    buffer.removeAll(keepingCapacity: true)
                }
            }
            try FileAccess.write(target, name, buffer)
        }
    }
}

/// Where a row stands in the input of now.
package struct RowPlace: Sendable, Hashable {
    /// Its place among the rows, from 0.
    package let index: Int
    /// The line it starts on, from 1.
    package let line: Int

    /// The line of a journal with this place in it; an id that is only a line number moves along.
    func renumbered(_ bytes: [UInt8]) -> [UInt8] {
        guard case .object(var record)? = try? JSON(parsing: Array(bytes.dropLast()), options: .python) else {
            return bytes
        }
        if record["id"]?.string == record["line"]?.int.map(String.init) { record["id"] = .string(String(line)) }
        record["index"] = .int(index)
        record["line"] = .int(line)
        var moved: [UInt8] = []
        JSON.object(record).write(into: &moved, style: .python)
        return moved + [0x0A]
    }
}
