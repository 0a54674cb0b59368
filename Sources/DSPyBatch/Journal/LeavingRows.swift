#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Keeps predictions that leave an output because their rows are not in the input any more: they are paid for.
final class LeavingRows {
    /// The file that they are appended to.
    let path: String
    /// How many there were.
    private(set) var count = 0
    private var descriptor: Int32 = -1
    private let mode: mode_t

    /// The rows that leave an output; whoever may not read that may not read them.
    init(of output: String, _ journal: Int32) {
        path = output + ".left"
        mode = FileAccess.mode(journal)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The file, where nothing of somebody else stands: a link that came with the folder would lead anywhere.
    private func opened() throws(BatchFailure) -> Int32 {
        let descriptor = try FileAccess.open(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK, mode: mode)
        let start = Array("{\"index\": ".utf8)
        var head = [UInt8](repeating: 0, count: start.count)
        let count = pread(descriptor, &head, head.count, 0)
        guard count == 0 || count == head.count && head == start else {
            close(descriptor)
            throw .file(path: path, reason: "is there and holds no rows of a batch; move it away")
        }
        return descriptor
    }

    /// Takes whole lines.
    func take(_ lines: [UInt8]) throws(BatchFailure) {
        if descriptor < 0 { descriptor = try opened() }
        try FileAccess.write(descriptor, path, lines)
        count += lines.count { $0 == 0x0A }
    }
}
