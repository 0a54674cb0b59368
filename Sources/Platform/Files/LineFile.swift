import Synchronization
import Basics
package import OrderedJSON

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file beside a run that grows by lines of JSON: opened only where that loses nothing, locked, readable by its owner alone
/// (prompts can be private), and whole to its last line.
///
/// A line that cannot be written is told once, and none is written from then on: what stands in the file is what happened up
/// to there. The run itself loses nothing.
package final class LineFile: Sendable {
    /// What to do with lines that are there already.
    package enum Policy: Sendable, Hashable {
        case refuse, append, overwrite
    }

    /// Why it was not opened.
    package struct Refusal: Error, Sendable, CustomStringConvertible {
        /// Whether the file is there or in use; else the system refused.
        package let isTaken: Bool
        /// What is wrong and what to do.
        package let description: String
    }

    private struct State {
        let descriptor: Int32
        /// Whether what is there goes with the first line: a command that is refused before has lost nothing.
        var overwrites: Bool
        var hasFailed = false
    }

    private let what: String
    private let path: String
    private let escape: (@Sendable ([UInt8]) -> [UInt8])?
    private let failed: @Sendable (String) -> Void
    private let state: Mutex<State>

    /// Opens it.
    ///
    /// - Parameters:
    ///   - what: What it is, for messages: `recording`, `trace`.
    ///   - escaping: What bytes for a descriptor go through; nil for none.
    ///   - failed: Is told of the first line that could not be written.
    package init(
        _ what: String, at path: String, _ policy: Policy,
        escaping: (Int32) -> (@Sendable ([UInt8]) -> [UInt8])? = { _ in nil },
        failed: @escaping @Sendable (String) -> Void
    ) throws(Refusal) {
        // A named pipe that nobody reads is not waited for.
        let opened = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o600)
        guard opened >= 0 else {
            let reason = errno == ENXIO ? "nobody reads the pipe" : SystemCall.lastWords
            throw Refusal(isTaken: false, description: "cannot write the \(what) \(path): \(reason)")
        }
        do throws(Refusal) {
            try Self.prepare(opened, what, path, policy)
        } catch {
            close(opened)
            throw error
        }
        (self.what, self.path, self.failed) = (what, path, failed)
        escape = escaping(opened)
        state = Mutex(State(descriptor: opened, overwrites: policy == .overwrite))
    }

    deinit { state.withLock { _ = close($0.descriptor) } }

    private static func prepare(
        _ descriptor: Int32, _ what: String, _ path: String, _ policy: Policy
    ) throws(Refusal) {
        var info = stat()
        guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return }
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
            throw Refusal(isTaken: true, description: "the \(what) \(path) is in use by another process")
        }
        guard info.st_size > 0 else { return }
        switch policy {
        case .refuse:
            throw Refusal(isTaken: true, description: "the \(what) \(path) is not empty; --force overwrites it")
        case .overwrite: break
        case .append: endLastLine(descriptor, path, size: Int(info.st_size))
        }
    }

    /// Cuts a line that a killed run left half, and ends one that only lacks its line end.
    private static func endLastLine(_ descriptor: Int32, _ path: String, size: Int) {
        let reading = open(path, O_RDONLY | O_CLOEXEC)
        guard reading >= 0 else { return }
        defer { close(reading) }
        var tail: [UInt8] = []
        var start = size
        while start > 0, !tail.contains(0x0A) {
            let count = min(start, 1 << 16)
            var piece = [UInt8](repeating: 0, count: count)
            guard pread(reading, &piece, count, off_t(start - count)) == count else { return }
            start -= count
            tail = piece + tail
        }
        let last = tail.suffix(from: tail.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0)
        guard !last.isEmpty else { return }
        if (try? JSON(parsing: Array(last), options: .python)) != nil {
            _ = write(descriptor, "\n", 1)
        } else {
            _ = ftruncate(descriptor, off_t(size - last.count))
        }
    }

    /// Writes one line, whole or not at all.
    package func append(_ line: JSON) {
        var bytes: [UInt8] = []
        line.write(into: &bytes)
        bytes.append(0x0A)
        let content = escape?(bytes) ?? bytes
        let reason: String? = state.withLock { state in
            if state.overwrites {
                state.overwrites = false
                // What is no file cannot be cut, and need not be.
                _ = ftruncate(state.descriptor, 0)
            }
            guard !state.hasFailed, let reason = Self.put(content, to: state.descriptor) else { return nil }
            state.hasFailed = true
            return reason
        }
        if let reason { failed("the \(what) \(path) is not whole: \(reason); the run goes on") }
    }

    /// Writes all bytes; else takes back those that were written, and gives the reason.
    private static func put(_ bytes: [UInt8], to descriptor: Int32) -> String? {
        guard let (sent, code) = SystemCall.write(bytes, to: descriptor) else { return nil }
        var info = stat()
        if sent > 0, fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG {
            _ = ftruncate(descriptor, info.st_size - off_t(sent))
        }
        return SystemCall.words(for: code)
    }
}
