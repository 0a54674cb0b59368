package import Platform

/// What journals do with files, with the errors of a batch.
extension OpenFile {
    /// Opens a file.
    static func opened(_ path: String, for use: Use, permissions: UInt32 = 0o644) throws(BatchFailure) -> OpenFile {
        do throws(FileError) {
            return try OpenFile(path, for: use, permissions: permissions)
        } catch { throw BatchFailure(error) }
    }

    /// Reads it chunk by chunk from its start.
    func forEachChunk(_ take: (UnsafeRawBufferPointer) throws(BatchFailure) -> Void) throws(BatchFailure) {
        try forEachChunk(failed: { BatchFailure($0) }, take)
    }

    /// Writes all bytes behind what is written already.
    func append(_ bytes: some Collection<UInt8>) throws(BatchFailure) {
        do throws(FileError) { try write(bytes) } catch { throw BatchFailure(error) }
    }

    /// Cuts it to a size in bytes.
    func cut(to size: Int) throws(BatchFailure) {
        do throws(FileError) { try truncate(to: size) } catch { throw BatchFailure(error) }
    }

    /// Puts a new content in a file's place, whole or not at all.
    static func replace(
        _ path: String, _ fill: (OpenFile) throws(BatchFailure) -> Void
    ) throws(BatchFailure) {
        try FileReplacement.replace(path, failed: { BatchFailure($0) }) { (descriptor, name) throws(BatchFailure) in
            try fill(OpenFile(descriptor: descriptor, named: name))
        }
    }
}

extension BatchFailure {
    /// A file that cannot be opened, read or written.
    init(_ error: FileError) { self = .file(path: error.path, reason: error.words) }

    /// Output that cannot be written.
    package init(_ error: OutputError) {
        switch error {
        case .closedPipe: self = .closedPipe
        case .failed(let code): self = .file(path: "the output", reason: SystemCall.words(for: code))
        }
    }
}
