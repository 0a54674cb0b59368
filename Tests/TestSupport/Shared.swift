import Synchronization

/// A value behind a lock that several owners share.
package final class Shared<Value>: Sendable {
    private let mutex: Mutex<Value>

    /// A value that only `withLock` reaches.
    package init(_ value: sending Value) {
        mutex = Mutex(value)
    }

    /// Runs the body alone; it must not wait for anything.
    package func withLock<Result>(_ body: (inout sending Value) throws -> sending Result) rethrows -> sending Result {
        try mutex.withLock(body)
    }
}
