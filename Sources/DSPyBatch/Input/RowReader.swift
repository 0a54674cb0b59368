import Basics
import Platform
import DSPyCore
import Synchronization

/// Reads rows from a descriptor on a thread of its own, a bounded number ahead of who takes them.
package final class RowReader: Sendable {
    private struct State {
        var rows: [BatchRow] = []
        var isEnded = false
        var isCancelled = false
        var failure: InputFailure?
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let room: BlockingSignal

    /// How many rows may wait.
    private static let capacity = 512
    /// How many bytes are read at once, and how many of them become rows before anybody may take those: a large piece of
    /// short lines would be thousands of rows.
    private static let (chunk, slice) = (1 << 18, 1 << 14)

    /// Starts reading; the descriptor stays the caller's.
    ///
    /// - Parameter tell: Hears what was found out about how the input is written.
    package init(descriptor: Int32, parser: RowParser, tell: @escaping @Sendable (String) -> Void = { _ in }) {
        let room = BlockingSignal()
        self.room = room
        let code = SystemThread.start { [self] in read(descriptor, parser, tell) }
        if code != 0 {
            state.withLock { state in
                state.isEnded = true
                state.failure = InputFailure(code: code)
            }
        }
    }

    /// Everything that is ready, at least one row; empty at the end of the input.
    ///
    /// - Throws: `InputFailure` when reading failed.
    package func next() async throws(InputFailure) -> [BatchRow] {
        while true {
            let taken: [BatchRow]? = state.withLock { state in
                guard !state.rows.isEmpty || state.isEnded else { return nil }
                defer { state.rows = [] }
                return state.rows
            }
            if let taken {
                room.signal()
                if taken.isEmpty, let failure = state.withLock({ $0.failure }) { throw failure }
                return taken
            }
            await wait()
            if state.withLock({ $0.isCancelled && $0.rows.isEmpty }) { return [] }
        }
    }

    /// Waits for rows, or the end of them.
    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if !state.rows.isEmpty || state.isEnded || state.isCancelled { return true }
                    state.waiting = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            wake { $0.isCancelled = true }
        }
    }

    /// Stops reading as soon as the thread looks up.
    package func stop() {
        wake { $0.isCancelled = true }
        room.signal()
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiting = state.withLock { state in
            change(&state)
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    private func read(_ descriptor: Int32, _ parser: RowParser, _ tell: (String) -> Void) {
        var parser = parser
        var told = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunk, alignment: 16)
        defer { buffer.deallocate() }
        while waitForRoom() {
            let count: Int
            var failure: InputFailure?
            do throws(SystemCall.Failure) {
                count = try SystemCall.readSome(from: descriptor, into: buffer)
            } catch {
                (count, failure) = (0, InputFailure(code: error.code))
            }
            if count == 0 {
                let rest = parser.end()
                parser.notices.dropFirst(told).forEach(tell)
                if let fault = parser.fault { failure = failure ?? InputFailure(fault) }
                return end(rest, failure)
            }
            var place = 0
            while place < count, waitForRoom() {
                let end = min(place + Self.slice, count)
                let rows = parser.add(UnsafeRawBufferPointer(rebasing: buffer[place..<end]))
                parser.notices.dropFirst(told).forEach(tell)
                told = parser.notices.count
                if let fault = parser.fault { return self.end([], InputFailure(fault)) }
                if !rows.isEmpty { wake { $0.rows += rows } }
                place = end
            }
        }
    }

    private func end(_ rows: [BatchRow], _ failure: InputFailure?) {
        wake { state in
            state.rows += rows
            state.isEnded = true
            state.failure = failure
        }
    }

    /// The rows that come next, without taking them; empty at the end of the input, or when reading failed.
    package func peek() async -> [BatchRow] {
        await wait()
        return state.withLock { $0.rows }
    }

    /// Waits until fewer rows wait than may; false when nobody wants any more.
    ///
    /// A regular file would be read whole if nobody held the reader back.
    private func waitForRoom() -> Bool {
        while state.withLock({ $0.rows.count >= Self.capacity && !$0.isCancelled }) { room.wait() }
        return !state.withLock { $0.isCancelled }
    }
}
