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
    @inlinable
    package func withLock<Result>(_ body: (inout sending Value) throws -> sending Result) rethrows -> sending Result {
        try mutex.withLock(body)
    }
}
