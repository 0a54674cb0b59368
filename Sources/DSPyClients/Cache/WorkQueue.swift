import Basics
import Dispatch

/// Work that many tasks hand to one thread; adding never waits.
final class WorkQueue<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        /// How many items the thread waits for; nil while it works.
        var wanted: Int?
        var isUrgent = false
        var isClosed = false
    }

    private let state = Locked(State())
    private let wake = DispatchSemaphore(value: 0)
    private let limit: Int

    /// A queue that takes no more than `limit` items at once.
    init(limit: Int = .max) { self.limit = limit }

    /// Adds an item; an urgent one is not kept waiting for company.
    ///
    /// - Returns: Whether it was taken: not when the queue is full or closed.
    @discardableResult
    func add(_ item: Item, isUrgent: Bool = false) -> Bool {
        let (isTaken, wakes) = state.withLock { state -> (Bool, Bool) in
            guard !state.isClosed, isUrgent || state.items.count < limit else { return (false, false) }
            state.items.append(item)
            if isUrgent { state.isUrgent = true }
            guard let wanted = state.wanted, isUrgent || state.items.count >= wanted else { return (true, false) }
            state.wanted = nil
            return (true, true)
        }
        if wakes { wake.signal() }
        return isTaken
    }

    /// Takes no further items; the thread gets those that are there, and then ends.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.wanted = nil
        }
        wake.signal()
    }

    /// Waits for that many items, an urgent one, or a time.
    ///
    /// - Returns: Whether there is, or may yet be, something to do.
    @discardableResult
    func wait(for count: Int, until deadline: DispatchTime) -> Bool {
        while true {
            let answer = state.withLock { state -> Bool? in
                if state.items.count >= count || state.isUrgent || state.isClosed { return !state.items.isEmpty }
                state.wanted = count
                return nil
            }
            if let answer { return answer }
            guard wake.wait(timeout: deadline) == .timedOut else { continue }
            state.withLock { $0.wanted = nil }
            return true
        }
    }

    /// All items that are there.
    func takeAll() -> [Item] {
        state.withLock { state in
            let items = state.items
            state.items = []
            state.isUrgent = false
            return items
        }
    }
}
