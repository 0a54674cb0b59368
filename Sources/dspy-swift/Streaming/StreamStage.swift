import Console
import DSPyCore
import DSPyBatch
import DSPyClients
import DSPySpec
import OrderedJSON

/// What a streamed run is shown on: the labels of its calls, and the views that use them.
struct StreamStage {
    let labels: StreamLabels
    private let program: CheckedProgram
    private let choice: ModelChoice
    private let messages: Messages
    private let terminal: Terminal

    /// A stage for a program.
    ///
    /// - Throws: `Failure` for a field that no call has.
    init(
        _ arguments: ParsedArguments, _ program: CheckedProgram, _ choice: ModelChoice, _ messages: Messages,
        _ module: any Module
    ) throws {
        labels = try StreamLabels(module, program, chosen: arguments.all("stream-field"))
        self.program = program
        self.choice = choice
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
        let mode = mode.resolved(labels, isTTY: terminal.isTTY)
        // Panes draw, and take care of texts themselves.
        let writer = LineWriter(descriptor: 1, escape: mode == .panes ? nil : Terminal.escaping(for: 1))
        switch mode {
        case .auto, .text: return TextView(writer, messages, isTTY: terminal.isTTY)
        case .tagged: return TaggedView(writer, messages, labels, isTTY: terminal.isTTY)
        case .panes: return PanesView(writer, messages, labels, style: terminal.style, finalText: finalText)
        case .ndjson, .sse:
            let fingerprint = try ProgramFingerprint.parts(of: program, choice)["program"]?.string ?? ""
            let head = EventView.Head(spec: program.name, fingerprint: fingerprint, inputs: inputs)
            let prices = choice.prices
            return EventView(writer, labels, head, isSSE: mode == .sse) {
                let counts = usage.byModel
                return (counts, counts.isEmpty ? nil : prices.cost(of: counts))
            }
        }
    }
}
