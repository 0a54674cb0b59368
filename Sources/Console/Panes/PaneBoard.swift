/// Panes in a grid that fits a terminal: two columns from 72 characters of width, four from 144, else one below the other.
package struct PaneBoard: Sendable {
    /// The panes in their order.
    package var panes: [Pane]

    /// A board of panes that have no text yet.
    package init(labels: [String]) { panes = labels.map { Pane(label: $0) } }

    private static let separator = " │ "

    /// How many panes stand beside each other.
    package static func columns(width: Int, panes: Int) -> Int {
        let most = width >= 144 ? 4 : width >= 72 ? 2 : 1
        return max(1, min(most, panes))
    }

    /// The lines of a frame; none is wider than `width - 1`, and there are at most `height - 1`, so that nothing scrolls.
    package mutating func lines(width: Int, height: Int, style: TextStyle) -> [String] {
        guard !panes.isEmpty else { return [] }
        let columns = Self.columns(width: width, panes: panes.count)
        let rows = (panes.count + columns - 1) / columns
        let paneWidth = max(1, (width - 1 - (columns - 1) * Self.separator.count) / columns)
        // A blank line stands between two rows where there is room for it.
        let room = max(rows, height - 1)
        let gap = room >= rows * 3 + rows - 1 ? 1 : 0
        var lines: [String] = []
        for row in 0..<rows {
            let places = row * columns..<min(panes.count, (row + 1) * columns)
            let most = max(1, (room - gap * (rows - 1)) / rows)
            let needed = places.map { panes[$0].fullHeight(width: paneWidth) }.max() ?? 1
            let paneHeight = max(1, min(most, max(needed, 2)))
            var blocks: [[String]] = []
            for place in places {
                blocks.append(panes[place].lines(width: paneWidth, height: paneHeight, style: style))
            }
            if row > 0, gap > 0 { lines.append("") }
            for line in 0..<paneHeight {
                // Without the spaces at the end a narrower terminal has less to break.
                let all = blocks.map { $0[line] }.joined(separator: style.dim(Self.separator))
                lines.append(String(all.reversed().drop { $0 == " " }.reversed()))
            }
        }
        return Array(lines.prefix(room))
    }

    /// Notes that the branches that have not ended never will.
    package mutating func stop() {
        for place in panes.indices where panes[place].state != .done && panes[place].state != .failed {
            panes[place].state = .stopped
        }
    }

    /// All texts whole, each under its label.
    package func fullText(_ style: TextStyle) -> String {
        panes.filter { !$0.text.isEmpty || $0.state == .failed }.map { pane in
            let end = pane.text.isEmpty || pane.text.hasSuffix("\n") ? "" : "\n"
            let title = pane.label + (pane.state == .done ? ":" : " (\(pane.state.rawValue)):")
            return "\(style.bold(title))\n\(pane.text)\(end)"
        }.joined(separator: "\n")
    }
}
