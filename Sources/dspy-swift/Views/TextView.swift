import DSPyProgram
import Platform
import Console
import DSPyCore
import DSPyBatch
import Synchronization

/// The fields' text as it comes, each field on lines of its own; where there are several, each with its label before it.
final class TextView: RunView {
    private struct State {
        /// The field whose text came last.
        var current: String?
        var isAtLineStart = true
        var filter = EscapeFilter()
        var tools = ToolNotes()
    }

    private let writer: LineWriter
    private let messages: Messages
    private let labels: NodeNames
    private let isTTY: Bool
    private let style: TextStyle
    private let state = Mutex(State())

    /// A view; for a terminal, what it would obey is left out.
    init(_ writer: LineWriter, _ messages: Messages, _ labels: NodeNames, _ terminal: Terminal) {
        self.writer = writer
        self.messages = messages
        self.labels = labels
        isTTY = terminal.isTTY
        style = terminal.style
    }

    func begin() async throws {}

    func take(_ event: RunEvent) async throws {
        guard case .field(let call, let change) = event else {
            guard let line = state.withLock({ $0.tools.line(for: event) }) else { return }
            // On a terminal it would stand in the middle of a field's line.
            if isTTY { try await show("", of: nil, isLast: true) }
            messages.progress(line)
            return
        }
        switch change {
        case .delta(let field, let text, let isLast):
            let key = "\(call.node)\u{0}\(call.number)\u{0}\(field)"
            // The empty end of a field is no reason to begin it anew.
            guard !text.isEmpty || state.withLock({ $0.current == key }) else { return }
            let label = labels.fieldCount > 1 ? labels.tag(call.node, field) : nil
            try await show(text, of: key, label: label, isLast: isLast)
        case .reset(let field):
            messages.warn("\(call.node == "self" ? field : "\(call.node).\(field)") begins anew")
            try await show("", of: nil, isLast: true)
        }
    }

    private func show(_ text: String, of field: String?, label: String? = nil, isLast: Bool) async throws {
        let shown = state.withLock { state in
            var shown = ""
            if state.current != field {
                if !state.isAtLineStart { shown = "\n" }
                if let label { shown += style.bold(label + ":") + " " }
            }
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
