package import Synchronization

/// A value behind a lock that several owners share; where one type owns it, `Mutex` will do.
package final class Locked<Value>: Sendable {
    @usableFromInline let mutex: Mutex<Value>

    /// A value that only `withLock` reaches.
    @inlinable
    package init(_ value: sending Value) {
        mutex = Mutex(value)
    }

    /// Runs the body alone; it must not wait for anything.
    ///
    /// Specialised where it is called, and a function of its own there: what the body needs would else stay in the frame of every row
    /// that waits ("What a row costs", docs/architecture.md).
    @inlinable
    @inline(never)
    package func withLock<Result>(_ body: (inout sending Value) throws -> sending Result) rethrows -> sending Result {
        try mutex.withLock(body)
    }
}
