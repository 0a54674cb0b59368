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

    /// Takes whole lines.
    func take(_ lines: [UInt8]) throws(BatchFailure) {
        if descriptor < 0 { descriptor = try FileAccess.open(path, O_WRONLY | O_CREAT | O_APPEND, mode: mode) }
        try FileAccess.write(descriptor, path, lines)
        count += lines.count { $0 == 0x0A }
    }
}
