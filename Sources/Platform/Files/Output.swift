import Synchronization

/// A stream that is written whole and checked: no byte is lost in silence.
///
/// One write(2) per call unless buffered, so lines of several tasks never mix. After a failure every further call fails
/// in the same way.
package final class Output: Sendable {
    /// The data a command gives; a terminal gets no text that it would obey.
    package static let standard = Output(descriptor: 1, escapes: Terminal.isTTY(1))
    /// Everything said to people; no text in it is one that a terminal would obey, wherever it goes.
    package static let error = Output(descriptor: 2, escapes: true)

    /// The file descriptor written to; the caller closes it.
    package let descriptor: Int32
    private let bufferSize: Int
    private let escapes: Bool
    private let state = Mutex(State())

    private struct State {
        var buffer: [UInt8] = []
        var failure: OutputError?
    }

    /// A stream over an open descriptor.
    ///
    /// - Parameters:
    ///   - bufferSize: Bytes wait until so many have come or `flush` is called; none wait without it.
    ///   - escapes: Whether texts go through `Terminal.escaped`.
    package init(descriptor: Int32, bufferSize: Int = 0, escapes: Bool = false) {
        self.descriptor = descriptor
        self.bufferSize = bufferSize
        self.escapes = escapes
    }

    /// Writes a text.
    package func write(_ text: String) throws(OutputError) { try write(drawn: escapes ? Terminal.escaped(text) : text) }

    /// Writes a text and a line end.
    package func writeLine(_ text: String = "") throws(OutputError) { try write(text + "\n") }

    /// Writes a text as it is: one with colours or movements of our own, in which all that others wrote is escaped already.
    package func write(drawn text: String) throws(OutputError) { try write(Array(text.utf8)) }

    /// Writes bytes.
    package func write(_ bytes: [UInt8]) throws(OutputError) {
        try state.withLock { (state) throws(OutputError) in
            if let failure = state.failure { throw failure }
            guard bufferSize > 0 || !state.buffer.isEmpty else { return try send(bytes, &state) }
            state.buffer += bytes
            if state.buffer.count >= bufferSize { try sendBuffer(&state) }
        }
    }

    /// Writes what waits in the buffer.
    package func flush() throws(OutputError) {
        try state.withLock { (state) throws(OutputError) in
            if let failure = state.failure { throw failure }
            try sendBuffer(&state)
        }
    }

    private func sendBuffer(_ state: inout State) throws(OutputError) {
        defer { state.buffer.removeAll(keepingCapacity: true) }
        try send(state.buffer, &state)
    }

    private func send(_ bytes: [UInt8], _ state: inout State) throws(OutputError) {
        do throws(SystemCall.Failure) {
            try SystemCall.writeAll(bytes, to: descriptor)
        } catch {
            let failure = OutputError(error)
            state.failure = failure
            throw failure
        }
    }
}
