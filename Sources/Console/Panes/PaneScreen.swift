/// Draws a block of lines at the end of a terminal's text again and again, one write for each frame.
///
/// No library and no alternate screen: the cursor goes up to the block's first line, each line is cleared to its end, and
/// the terminal shows the frame at once where it knows synchronised output (mode 2026).
package struct PaneScreen: Sendable {
    /// How wide the lines are that stand there now, without colours.
    private var widths: [Int] = []

    /// A screen on which nothing is drawn.
    package init() {}

    /// What to write to show a frame in place of the last one.
    ///
    /// - Parameter columns: How many columns the terminal has now; it may have been resized.
    package mutating func frame(_ lines: [String], columns: Int) -> String {
        var text = "\u{1B}[?2026h" + backToTop(columns: columns)
        for line in lines { text += line + "\u{1B}[K\r\n" }
        // What is left of a taller frame.
        text += "\u{1B}[J\u{1B}[?2026l"
        widths = lines.map { DisplayWidth.of(Terminal.sanitized($0)) }
        return text
    }

    /// What to write to take the block away; nothing when none was drawn.
    package mutating func end(columns: Int) -> String {
        guard !widths.isEmpty else { return "" }
        defer { widths = [] }
        return backToTop(columns: columns) + "\u{1B}[J"
    }

    /// Goes to the first line of the block; lines that a narrower terminal has broken count more than once.
    private func backToTop(columns: Int) -> String {
        let rows = widths.reduce(0) { $0 + max(1, ($1 + columns - 1) / max(1, columns)) }
        return rows > 0 ? "\r\u{1B}[\(rows)A" : "\r"
    }
}
