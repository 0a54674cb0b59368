import Synchronization

/// Pieces of an answer between the tasks that write them and the one thread that sends them.
final class AnswerPipe: Sendable {
    /// What the thread gets.
    enum Taken {
        /// So many bytes.
        case bytes(Int)
        /// Nothing yet; `attend` will be called when there is something.
        case nothing
        /// All was taken.
        case end
        /// It ends in the middle.
        case broken
    }

    private struct State {
        var bytes: [UInt8] = []
        /// How many of them were taken.
        var taken = 0
        var hasBegun = false
        /// Whether the thread waits to be told.
        var isAwaited = true
        var isFinished = false
        var isClosed = false
        var replacement: Answer?
        var note: String?
        var senders: [(id: Int, resume: CheckedContinuation<Void, Never>)] = []
        var nextID = 0

        var waiting: Int { bytes.count - taken }
    }

    /// How many bytes may wait before their writers do.
    private let bound: Int
    private let attend: @Sendable () -> Void
    private let state = Mutex(State())

    /// - Parameter attend: Is called when there is something to do for a thread that found nothing, the first time too.
    init(bound: Int = 64 << 10, attend: @escaping @Sendable () -> Void = {}) {
        self.bound = bound
        self.attend = attend
    }

    // MARK: Writers

    /// Takes a piece, and waits while more than the bound are not sent.
    func send(_ piece: [UInt8]) async throws {
        if try put(piece) { try await room() }
    }

    /// - Returns: Whether the writer has to wait.
    private func put(_ piece: [UInt8]) throws -> Bool {
        let (isClosed, isFull, tells) = state.withLock { state -> (Bool, Bool, Bool) in
            if state.isClosed { return (true, false, false) }
            state.hasBegun = true
            state.bytes += piece
            defer { state.isAwaited = false }
            return (false, state.waiting > bound, state.isAwaited)
        }
        if isClosed { throw CancellationError() }
        if tells { attend() }
        return isFull
    }

    private func room() async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isFree = state.withLock { state in
                    if Task.isCancelled || state.isClosed || state.waiting <= bound { return true }
                    state.senders.append((id, continuation))
                    return false
                }
                if isFree { continuation.resume() }
            }
        } onCancel: {
            let sender = state.withLock { state in
                state.senders.firstIndex { $0.id == id }.map { state.senders.remove(at: $0).resume }
            }
            sender?.resume()
        }
        try Task.checkCancellation()
        if state.withLock({ $0.isClosed }) { throw CancellationError() }
    }

    /// Puts another answer in the place of this one; false once it has begun.
    func replace(with answer: Answer) -> Bool {
        let (isReplaced, tells) = state.withLock { state -> (Bool, Bool) in
            guard !state.hasBegun, !state.isFinished else { return (false, false) }
            state.replacement = answer
            state.isFinished = true
            defer { state.isAwaited = false }
            return (true, state.isAwaited)
        }
        if tells { attend() }
        return isReplaced
    }

    /// What went wrong, for the log.
    var note: String? {
        get { state.withLock { $0.note } }
        set { state.withLock { $0.note = newValue } }
    }

    /// No more pieces come.
    func finish() {
        let tells = state.withLock { state in
            state.hasBegun = true
            state.isFinished = true
            defer { state.isAwaited = false }
            return state.isAwaited
        }
        if tells { attend() }
    }

    // MARK: The thread

    /// The answer that was given instead.
    var replacement: Answer? { state.withLock { $0.replacement } }

    /// Whether nothing waits to be sent, so that a ping breaks into nothing.
    var isSilent: Bool { state.withLock { $0.waiting == 0 && !$0.isFinished && !$0.isClosed } }

    /// Adds a piece of the connection's own.
    func ping(_ piece: [UInt8]) { _ = try? put(piece) }

    /// Takes as many bytes as there are and the buffer holds.
    func take(into buffer: UnsafeMutableRawBufferPointer) -> Taken {
        let (taken, senders) = state.withLock { state -> (Taken, [CheckedContinuation<Void, Never>]) in
            if state.isClosed { return (.broken, []) }
            let count = min(state.waiting, buffer.count)
            guard count > 0 else {
                if state.isFinished { return (.end, []) }
                state.isAwaited = true
                return (.nothing, [])
            }
            state.bytes.withUnsafeBytes { bytes in
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[state.taken..<state.taken + count]))
            }
            state.taken += count
            if state.taken == state.bytes.count {
                state.bytes.removeAll(keepingCapacity: state.bytes.count <= 16 << 10)
                state.taken = 0
            }
            guard state.waiting <= bound, !state.senders.isEmpty else { return (.bytes(count), []) }
            defer { state.senders = [] }
            return (.bytes(count), state.senders.map(\.resume))
        }
        for sender in senders { sender.resume() }
        return taken
    }

    /// Nobody reads any more.
    func close() {
        let senders = state.withLock { state in
            state.isClosed = true
            (state.bytes, state.taken) = ([], 0)
            defer { state.senders = [] }
            return state.senders
        }
        for sender in senders { sender.resume.resume() }
    }

    /// What nobody took.
    var drained: [UInt8] { state.withLock { Array($0.bytes[$0.taken...]) } }
}
