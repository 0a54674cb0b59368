import Console
import DSPyProgram
import Platform

/// How a run is shown while it goes on.
enum StreamMode: String, CaseIterable {
    case auto, text, tagged, ndjson, sse, panes

    /// What `auto` means: panes or text on a terminal, text or tagged lines in a pipe and on a terminal that cannot draw.
    ///
    /// - Parameter labels: The fields that are shown, by the calls they come from.
    func resolved(_ labels: NodeNames, _ terminal: Terminal) -> StreamMode {
        guard self == .auto else { return self }
        if terminal.isTTY, labels.nodes.count == 1 { return .text }
        if terminal.draws { return .panes }
        return labels.fieldCount == 1 ? .text : .tagged
    }
}
