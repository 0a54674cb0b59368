import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Notices that somebody removes, replaces or cuts an output while it is being written.
package final class JournalWatch: Sendable {
    private struct State {
        var size: Int
        var next = ContinuousClock.now + pause
    }

    private let path: String
    private let descriptor: Int32
    private let state: Mutex<State>

    /// How long nobody looks after a look.
    private static let pause = Duration.seconds(1)

    /// A watch over an open file of this size.
    init(_ path: String, _ descriptor: Int32, size: Int) {
        self.path = path
        self.descriptor = descriptor
        state = Mutex(State(size: size))
    }

    /// Takes note of bytes that were appended, and looks now and then.
    func wrote(_ count: Int) throws(BatchFailure) {
        let mustLook = state.withLock { state in
            state.size += count
            let now = ContinuousClock.now
            guard now >= state.next else { return false }
            state.next = now + Self.pause
            return true
        }
        if mustLook { try look() }
    }

    /// Looks whether the file is still there, the same one, and whole.
    @inline(never)
    func look() throws(BatchFailure) {
        var (ours, there) = (stat(), stat())
        guard fstat(descriptor, &ours) == 0 else { throw FileAccess.failure(path) }
        if stat(path, &there) != 0 {
            guard errno == ENOENT || errno == ENOTDIR else { return }
            throw lost("was removed")
        }
        if there.st_ino != ours.st_ino || there.st_dev != ours.st_dev { throw lost("was replaced by another file") }
        let missing = state.withLock { $0.size } - Int(ours.st_size)
        if missing > 0 {
            throw .file(
                path: path,
                reason: "was cut by somebody else while the batch ran: \(missing) bytes of finished rows are gone; "
                    + "--resume asks those rows again")
        }
    }

    /// The rows are still to be had from the open file: they are put beside.
    private func lost(_ what: String) -> BatchFailure {
        let rescue = "\(path).\(getpid()).rescued"
        var rows = 0
        do throws(BatchFailure) {
            let copy = try FileAccess.open(
                rescue, O_WRONLY | O_CREAT | O_EXCL, mode: FileAccess.mode(descriptor))
            defer { close(copy) }
            try FileAccess.read(descriptor, path) { (chunk) throws(BatchFailure) in
                rows += chunk.count { $0 == 0x0A }
                try FileAccess.write(copy, rescue, chunk)
            }
        } catch {
            return .file(path: path, reason: "\(what) while the batch ran, and its rows cannot be kept: \(error)")
        }
        return .file(
            path: path,
            reason: "\(what) while the batch ran; its \(rows) rows are kept in \(rescue): move that to \(path), and "
                + "--resume goes on with them")
    }
}
