import Synchronization

/// Where messages go instead of standard error, for as long as somebody draws there.
final class MessageRedirect: Sendable {
    private let current = Mutex<(@Sendable (String) -> Void)?>(nil)

    /// Takes lines; nil when they go to standard error.
    var take: (@Sendable (String) -> Void)? {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }
}
