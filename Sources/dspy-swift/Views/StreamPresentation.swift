import DSPyProgram
import Basics
import Platform
import Console
import DSPyCore
import DSPyBatch
import DSPyClients
import DSPySpec
import OrderedJSON

/// What a streamed run is shown on: the labels of its calls, and the views that use them.
struct StreamPresentation {
    let labels: NodeNames
    private let ready: ReadyProgram
    private let messages: Messages
    private let terminal: Terminal

    /// A stage for a program.
    ///
    /// - Throws: `Failure` for a field that no call has.
    init(
        _ arguments: ParsedArguments, _ ready: ReadyProgram, _ messages: Messages, _ module: any Module
    ) throws {
        do {
            labels = try NodeNames(module, ready.checked, chosen: arguments.all("stream-field"))
        } catch let field as NodeNames.UnknownField {
            throw Failure(
                .usage,
                "--stream-field \(field.name): no call has this output; there are "
                    + field.known.joined(separator: ", ") + Spelling.hint(for: field.name, among: field.known))
        }
        self.ready = ready
        self.messages = messages
        terminal = Terminal(descriptor: 1, noColour: arguments.bool("no-color"))
    }

    /// The view of a mode.
    ///
    /// - Parameter finalText: What stands in place of panes at the end.
    func view(
        _ mode: StreamMode, inputs: [String], usage: UsageTracker,
        finalText: @escaping @Sendable (Prediction) throws -> String
    ) throws -> any RunView {
        let mode = mode.resolved(labels, terminal)
        // Panes draw, and take care of texts themselves.
        let writer = LineWriter(descriptor: 1, escape: mode == .panes ? nil : Terminal.escaping(for: 1))
        switch mode {
        case .auto, .text: return TextView(writer, messages, labels, terminal)
        case .tagged: return TaggedView(writer, messages, labels, isTTY: terminal.isTTY)
        case .panes: return PanesView(writer, messages, labels, style: terminal.style, finalText: finalText)
        case .ndjson, .sse:
            let fingerprint = try ProgramFingerprint.parts(of: ready.checked, ready.models)["program"]?.string ?? ""
            let head = EventView.Head(spec: ready.checked.name, fingerprint: fingerprint, inputs: inputs)
            let prices = ready.models.prices
            return EventView(writer, labels, head, isSSE: mode == .sse) {
                let counts = usage.byModel
                return (counts, counts.isEmpty ? nil : prices.cost(of: counts))
            }
        }
    }
}
