/// The system gave no thread.
package struct ThreadError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The system's number for why.
    package let errno: Int32

    package init(errno: Int32) { self.errno = errno }

    /// What happened.
    package var description: String { "no thread could be started (errno \(errno))" }
}
