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

    /// The rows that leave an output.
    init(of output: String) { path = output + ".left" }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Takes whole lines.
    func take(_ lines: [UInt8]) throws(BatchFailure) {
        if descriptor < 0 { descriptor = try FileAccess.open(path, O_WRONLY | O_CREAT | O_APPEND) }
        try FileAccess.write(descriptor, path, lines)
        count += lines.count { $0 == 0x0A }
    }
}
