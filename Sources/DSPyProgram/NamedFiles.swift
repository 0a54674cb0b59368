import Synchronization

/// The files that a program is made of, noted while it is read.
package final class NamedFiles: Sendable {
    private let list = Mutex<[String]>([])

    /// None yet.
    package init() {}

    /// Takes note of one.
    package func note(_ path: String) { list.withLock { $0.append(path) } }

    /// All of them, its own first.
    package var paths: [String] { list.withLock { $0 } }
}
