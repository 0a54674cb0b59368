import DSPyProgram
import Platform
import Console
import DSPyCore
import DSPyBatch
import Synchronization

/// The fields' raw text as it comes, each field on lines of its own.
final class TextView: RunView {
    private struct State {
        /// The field whose text came last.
        var current: String?
        var isAtLineStart = true
        var filter = EscapeFilter()
    }

    private let writer: LineWriter
    private let messages: Messages
    private let isTTY: Bool
    private let state = Mutex(State())

    /// A view; for a terminal, what it would obey is left out.
    init(_ writer: LineWriter, _ messages: Messages, isTTY: Bool) {
        self.writer = writer
        self.messages = messages
        self.isTTY = isTTY
    }

    func begin() async throws {}

    func take(_ event: RunEvent) async throws {
        guard case .field(let call, let change) = event else { return }
        switch change {
        case .delta(let field, let text, let isLast):
            try await show(text, of: "\(call.node)\u{0}\(call.number)\u{0}\(field)", isLast: isLast)
        case .reset(let field):
            messages.warn("\(call.node == "self" ? field : "\(call.node).\(field)") begins anew")
            try await show("", of: nil, isLast: true)
        }
    }

    private func show(_ text: String, of field: String?, isLast: Bool) async throws {
        let shown = state.withLock { state in
            var shown = ""
            if state.current != field, !state.isAtLineStart { shown = "\n" }
            state.current = field
            shown += isTTY ? state.filter.add(text) : text
            if isLast, isTTY { shown += state.filter.finish() }
            if let last = shown.utf8.last { state.isAtLineStart = last == 0x0A }
            return shown
        }
        if !shown.isEmpty { try await writer.write(Array(shown.utf8)) }
    }

    func end(_ outcome: Result<Prediction, any Error>) async throws {
        if !state.withLock({ $0.isAtLineStart }) { try await writer.write([0x0A]) }
    }
}
