import Platform
/// Keeps predictions that leave an output because their rows are not in the input any more: they are paid for.
final class LeavingRows {
    /// The file that they are appended to.
    let path: String
    /// How many there were.
    private(set) var count = 0
    private var file: OpenFile?
    private let permissions: UInt32

    /// The rows that leave an output; whoever may not read that may not read them.
    init(of output: String, _ journal: OpenFile) {
        path = output + ".left"
        permissions = journal.permissions
    }

    deinit { file?.close() }

    /// The file, where nothing of somebody else stands: a link that came with the folder would lead anywhere.
    private func opened() throws(BatchFailure) -> OpenFile {
        let file = try OpenFile.opened(path, for: .appendingHere, permissions: permissions)
        let start = Array("{\"index\": ".utf8)
        guard let head = try? file.head(start.count), head.isEmpty || head == start else {
            file.close()
            throw .file(path: path, reason: "is there and holds no rows of a batch; move it away")
        }
        return file
    }

    /// Takes whole lines.
    func take(_ lines: [UInt8]) throws(BatchFailure) {
        let file: OpenFile
        if let known = self.file { file = known } else { file = try opened() }
        self.file = file
        try file.append(lines)
        count += lines.count { $0 == 0x0A }
    }
}
