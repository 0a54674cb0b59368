import DSPyProgram
import Console

/// How a run is shown while it goes on.
enum StreamMode: String, CaseIterable {
    case auto, text, tagged, ndjson, sse, panes

    /// What `auto` means: panes or raw text on a terminal, raw text or tagged lines in a pipe.
    ///
    /// - Parameter labels: The fields that are shown, by the calls they come from.
    func resolved(_ labels: NodeNames, isTTY: Bool) -> StreamMode {
        guard self == .auto else { return self }
        if isTTY { return labels.nodes.count > 1 ? .panes : .text }
        return labels.fieldCount == 1 ? .text : .tagged
    }
}
