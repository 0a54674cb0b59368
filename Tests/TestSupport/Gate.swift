import Synchronization

/// A gate that tasks wait at until it is opened, or until they are cancelled.
package final class Gate: Sendable {
    private struct State {
        var isOpen: Bool
        var next = 0
        var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
        var cancelled: Set<Int> = []
        var arrived = 0
        var watching: [(count: Int, resume: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>

    /// A gate, closed unless told.
    package init(isOpen: Bool = false) { state = Mutex(State(isOpen: isOpen)) }

    /// How many wait.
    package var count: Int { state.withLock { $0.waiting.count } }

    /// Waits until so many have come to it, let through or not.
    package func reached(by count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.arrived < count { state.watching.append((count, continuation)) }
                return state.arrived >= count
            }
            if isThere { continuation.resume() }
        }
    }

    /// Lets all through, those who wait and those who come.
    package func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume(returning: true) }
    }

    /// Waits until it is open.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    package func pass() async throws {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        let isThrough = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (answer, watchers) = state.withLock { state in
                    state.arrived += 1
                    let answer: Bool? = state.cancelled.contains(id) ? false : state.isOpen ? true : nil
                    if answer == nil { state.waiting[id] = continuation }
                    let watchers = state.watching.filter { $0.count <= state.arrived }
                    state.watching.removeAll { $0.count <= state.arrived }
                    return (answer, watchers)
                }
                if let answer { continuation.resume(returning: answer) }
                for watcher in watchers { watcher.resume.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                state.cancelled.insert(id)
                return state.waiting.removeValue(forKey: id)
            }
            waiter?.resume(returning: false)
        }
        guard isThrough else { throw CancellationError() }
    }
}
