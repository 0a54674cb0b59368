import DSPyProgram
import Platform
import Basics
import Console
import DSPyCore
import DSPyBatch
import OrderedJSON
import Synchronization

/// One pane for each call, growing side by side in a terminal; at the end the texts stand there whole.
final class PanesView: RunView {
    private struct State {
        var board: PaneBoard
        var screen = PaneScreen()
        var isDirty = true
        /// Messages that are to stand above the panes.
        var notes: [String] = []
        var firstDelta: [String: ContinuousClock.Instant] = [:]
        /// The field that a pane's text ends with.
        var field: [String: String] = [:]
        var tools = ToolNotes()
    }

    /// At most so many frames in a second.
    private static let framesPerSecond = 30

    private let writer: LineWriter
    private let messages: Messages
    private let labels: NodeNames
    private let style: TextStyle
    private let finalText: @Sendable (Prediction) throws -> String
    private let places: [String: Int]
    private let state: Mutex<State>
    private let ticker = Mutex<Task<Void, Never>?>(nil)
    private let resize = Mutex<SignalWatch?>(nil)

    /// A view.
    ///
    /// - Parameter finalText: What stands in place of the panes at the end.
    init(
        _ writer: LineWriter, _ messages: Messages, _ labels: NodeNames, style: TextStyle,
        finalText: @escaping @Sendable (Prediction) throws -> String
    ) {
        self.writer = writer
        self.messages = messages
        self.labels = labels
        self.style = style
        self.finalText = finalText
        let names = labels.nodes.map(\.name)
        places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
        state = Mutex(
            State(
                board: PaneBoard(
                    labels: labels.nodes.map { node in
                        labels.title(of: node.name)
                            ?? (node.name == "self" ? node.fields.joined(separator: ", ") : node.name)
                    })))
    }

    func begin() async throws {
        // A line that came in between would shift the panes.
        messages.divert { [weak self] line in
            self?.state.withLock { state in
                state.notes.append(line)
                state.isDirty = true
            }
        }
        let watch = Signals.notify(.windowSize) { [weak self] in self?.state.withLock { $0.isDirty = true } }
        resize.withLock { $0 = watch }
        let task = Task { [weak self] in
            while !Task.isCancelled {
                try? await self?.draw()
                try? await Task.sleep(for: .seconds(1) / Self.framesPerSecond)
            }
        }
        ticker.withLock { $0 = task }
    }

    func take(_ event: RunEvent) async throws {
        state.withLock { state in
            switch event {
            case .callStart(let call, _): change(&state, call) { $0.state = .waiting }
            case .callEnd(let call, let usage, let failure):
                change(&state, call) { pane in
                    pane.state = failure == nil ? .done : .failed
                    let counted = usage.values.compactMap { $0["completion_tokens"]?.int }.reduce(0, +)
                    if counted > 0 { pane.tokens = counted }
                }
            case .model(let call, .restart): change(&state, call) { $0.state = .retrying }
            case .field(let call, .delta(let field, let text, _)): add(text, of: field, to: call, &state)
            case .field(let call, .reset):
                state.field[call.node] = nil
                change(&state, call) { $0.clear() }
            default: break
            }
        }
        // Messages stand above the panes.
        if let line = state.withLock({ $0.tools.line(for: event) }) { messages.progress(line) }
    }

    private func change(_ state: inout State, _ call: PredictorCall, _ body: (inout Pane) -> Void) {
        guard let place = places[call.node] else { return }
        body(&state.board.panes[place])
        state.isDirty = true
    }

    private func add(_ text: String, of field: String, to call: PredictorCall, _ state: inout State) {
        guard !text.isEmpty else { return }
        let now = ContinuousClock.now
        let first = state.firstDelta[call.node] ?? now
        state.firstDelta[call.node] = first
        var shown = text
        let hasSeveral = labels.nodes.first { $0.name == call.node }.map { $0.fields.count > 1 } ?? false
        if hasSeveral, state.field[call.node] != field {
            shown = (state.field[call.node] == nil ? "" : "\n") + "\(field): " + text
        }
        state.field[call.node] = field
        change(&state, call) { pane in
            pane.state = .streaming
            pane.tokens += 1
            let time = (now - first).inSeconds
            if time > 0.2 { pane.rate = Double(pane.tokens) / time }
            pane.append(shown)
        }
    }

    private func draw() async throws {
        let frame: String? = state.withLock { state in
            guard state.isDirty else { return nil }
            state.isDirty = false
            let (columns, rows) = Terminal.size(1)
            let lines = state.board.lines(width: columns, height: rows, style: style)
            defer { state.notes = [] }
            return state.screen.frame(lines, above: state.notes, columns: columns)
        }
        if let frame { try await writer.write(Array(frame.utf8)) }
    }

    func end(_ outcome: Result<Prediction, any Error>) async throws {
        let task = ticker.withLock { $0 }
        task?.cancel()
        await task?.value
        resize.withLock { $0?.cancel() }
        try await draw()
        messages.divert(nil)
        let text = try state.withLock { state in
            switch outcome {
            case .success(let prediction):
                return state.screen.end(with: try finalText(prediction), columns: Terminal.columns(1))
            case .failure:
                // Nothing that was seen is lost, whatever went wrong.
                state.board.stop()
                return state.screen.end(with: state.board.fullText(style), columns: Terminal.columns(1))
            }
        }
        try await writer.write(Array(text.utf8))
    }
}
