import Synchronization

/// Says each warning once, however many rows it concerns.
final class WarningFilter: Sendable {
    private let messages: Messages
    private let seen = Mutex<Set<String>>([])

    init(_ messages: Messages) { self.messages = messages }

    /// Says a warning, unless it was said before.
    func warn(_ text: String) {
        let isNew = seen.withLock { seen in seen.count < 100 && seen.insert(text).inserted }
        if isNew { messages.warn(text) }
    }
}
