import Synchronization

/// Items from several senders to one reader, in the order they came; senders wait while the reader is behind.
package final class StreamChannel<Element: Sendable>: Sendable {
    private struct State {
        var items: [Element] = []
        var senders: [(id: Int, item: Element, resume: CheckedContinuation<Bool, Never>)] = []
        var reader: CheckedContinuation<Element?, any Error>?
        var end: Result<Void, any Error>?
        var isClosed = false
        var nextID = 0
        /// Senders cancelled before they could queue.
        var cancelled: Set<Int> = []
    }

    private enum Outcome { case sent, refused, waits }

    private let limit: Int
    private let state = Mutex(State())

    /// A channel in which so many items may wait.
    package init(limit: Int = 16) { self.limit = limit }

    /// Hands an item over, once there is room.
    ///
    /// - Throws: `CancellationError` when the task was cancelled or nobody reads any more.
    package func send(_ item: Element) async throws {
        if !Task.isCancelled, offer(item) == .sent { return }
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let isSent = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                switch offer(item, (id, continuation)) {
                case .sent: continuation.resume(returning: true)
                case .refused: continuation.resume(returning: false)
                case .waits: break
                }
            }
        } onCancel: {
            let sender = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                guard let place = state.senders.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.senders.remove(at: place).resume
            }
            sender?.resume(returning: false)
        }
        state.withLock { _ = $0.cancelled.remove(id) }
        guard isSent else { throw CancellationError() }
    }

    /// Hands an item over if there is room, else queues the sender; without a sender nothing is queued.
    private func offer(_ item: Element, _ sender: (id: Int, resume: CheckedContinuation<Bool, Never>)? = nil) -> Outcome
    {
        let (outcome, reader) = state.withLock { state -> (Outcome, CheckedContinuation<Element?, any Error>?) in
            if state.isClosed || sender.map({ state.cancelled.contains($0.id) }) ?? false { return (.refused, nil) }
            if let reader = state.reader {
                state.reader = nil
                return (.sent, reader)
            }
            if state.items.count < limit, state.senders.isEmpty {
                state.items.append(item)
                return (.sent, nil)
            }
            if let sender { state.senders.append((sender.id, item, sender.resume)) }
            return (.waits, nil)
        }
        reader?.resume(returning: item)
        return outcome
    }

    /// No more items come; those that wait are still read.
    package func finish(_ end: Result<Void, any Error>) {
        let reader = state.withLock { state -> CheckedContinuation<Element?, any Error>? in
            if state.end == nil { state.end = end }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(with: end.map { nil })
    }

    /// Nobody reads any more.
    package func close() {
        let senders = state.withLock { state in
            state.isClosed = true
            state.items = []
            defer { state.senders = [] }
            return state.senders
        }
        for sender in senders { sender.resume.resume(returning: false) }
    }

    /// The next item; nil at the end, and after it.
    package func next() async throws -> Element? {
        if !Task.isCancelled, let result = take() { return try result.get() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
                if let result = take(continuation) { continuation.resume(with: result) }
            }
        } onCancel: {
            let reader = state.withLock { state in
                defer { state.reader = nil }
                return state.reader
            }
            reader?.resume(throwing: CancellationError())
        }
    }

    /// The items that wait already, none when there are none.
    package func waiting() -> [Element] {
        let (items, senders) = state.withLock { state in
            let senders = state.senders.prefix(limit)
            state.senders.removeFirst(senders.count)
            defer { state.items = senders.map(\.item) }
            return (state.items, senders)
        }
        for sender in senders { sender.resume.resume(returning: true) }
        return items
    }

    /// The next item, or the end; nil, with the reader noted, when there is none yet.
    private func take(_ reader: CheckedContinuation<Element?, any Error>? = nil) -> Result<Element?, any Error>? {
        let (result, sender) = state.withLock {
            state -> (Result<Element?, any Error>?, CheckedContinuation<Bool, Never>?) in
            if !state.items.isEmpty {
                let item = state.items.removeFirst()
                guard !state.senders.isEmpty else { return (.success(item), nil) }
                let sender = state.senders.removeFirst()
                state.items.append(sender.item)
                return (.success(item), sender.resume)
            }
            if let end = state.end {
                // An error is told once.
                state.end = .success(())
                return (end.map { nil }, nil)
            }
            state.reader = reader
            return (nil, nil)
        }
        sender?.resume(returning: true)
        return result
    }
}
