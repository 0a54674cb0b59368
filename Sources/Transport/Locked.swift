import Synchronization

/// A value behind a lock that several owners share.
///
/// Each target has its own: as a generic of another target, inlined into the functions of waiting rows, it led Swift 6.3.1's optimiser to
/// free memory of a task in the wrong order.
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
