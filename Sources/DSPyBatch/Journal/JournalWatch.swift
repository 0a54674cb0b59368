import Platform
import Synchronization

/// Notices that somebody removes, replaces or cuts an output while it is being written.
package final class JournalWatch: Sendable {
    private struct State {
        var size: Int
        var next = ContinuousClock.now + pause
    }

    private let file: OpenFile
    private let state: Mutex<State>

    /// How long nobody looks after a look.
    private static let pause = Duration.seconds(1)

    /// A watch over an open file of this size.
    init(_ file: OpenFile, size: Int) {
        self.file = file
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
        guard let ours = file.identity, let size = file.size else {
            throw .file(path: file.path, reason: "cannot be looked at any more")
        }
        let there: FileIdentity
        do throws(FileError) {
            there = try FileIdentity(at: file.path)
        } catch {
            // What may not be looked at for a moment is not gone.
            guard error.reason == .missing else { return }
            throw lost("was removed")
        }
        if there != ours { throw lost("was replaced by another file") }
        let missing = state.withLock { $0.size } - size
        if missing > 0 {
            throw .file(
                path: file.path,
                reason: "was cut by somebody else while the batch ran: \(missing) bytes of finished rows are gone; "
                    + "--resume asks those rows again")
        }
    }

    /// The rows are still to be had from the open file: they are put beside.
    private func lost(_ what: String) -> BatchFailure {
        let path = file.path
        let rescue = "\(path).\(ThisProcess.number).rescued"
        var rows = 0
        do throws(BatchFailure) {
            let copy = try OpenFile.opened(rescue, for: .new, permissions: file.permissions)
            defer { copy.close() }
            try file.forEachChunk { (chunk) throws(BatchFailure) in
                rows += chunk.count { $0 == 0x0A }
                try copy.append(chunk)
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
