import Synchronization

/// A value behind a lock: the one place that names the lock in use.
final class Locked<Value>: Sendable {
    private let mutex: Mutex<Value>

    /// A value that only `withLock` reaches.
    init(_ value: sending Value) {
        mutex = Mutex(value)
    }

    /// Runs the body alone; it must not wait for anything.
    func withLock<Result>(_ body: (inout sending Value) throws -> sending Result) rethrows -> sending Result {
        try mutex.withLock(body)
    }
}
