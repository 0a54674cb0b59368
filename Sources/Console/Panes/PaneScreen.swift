/// Draws a block of lines at the end of a terminal's text again and again, one write for each frame.
///
/// No library and no alternate screen: the cursor goes up to the block's first line, each line is cleared to its end, and
/// the terminal shows the frame at once where it knows synchronised output (mode 2026).
package struct PaneScreen: Sendable {
    /// The lines that stand there now, without colours.
    private var drawn: [String] = []

    /// A screen on which nothing is drawn.
    package init() {}

    /// What to write to show a frame in place of the last one.
    ///
    /// - Parameters:
    ///   - notes: Lines that stay above the block from now on.
    ///   - columns: How many columns the terminal has now; it may have been resized.
    package mutating func frame(_ lines: [String], above notes: [String] = [], columns: Int) -> String {
        var text = "\u{1B}[?2026h" + backToTop(columns: columns)
        for line in notes { text += line + "\u{1B}[K\r\n" }
        for line in lines { text += line + "\u{1B}[K\r\n" }
        // What is left of a taller frame.
        text += "\u{1B}[J\u{1B}[?2026l"
        drawn = lines.map { EscapeFilter.stripped($0) }
        return text
    }

    /// What to write to put a text in place of the block; only the text when none was drawn.
    ///
    /// The text goes over the block line by line: a terminal may keep what is cleared at once in its history.
    package mutating func end(with text: String, columns: Int) -> String {
        guard !drawn.isEmpty else { return text }
        var shown = "\u{1B}[?2026h" + backToTop(columns: columns)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let last = lines.popLast() ?? ""
        for line in lines {
            // Behind a full row the cursor still stands on its last character.
            let isFull = Self.rows(of: EscapeFilter.stripped(String(line)), columns: columns).last == columns
            shown += line + (isFull ? "" : "\u{1B}[K") + "\r\n"
        }
        drawn = []
        return shown + last + "\u{1B}[J\u{1B}[?2026l"
    }

    /// Goes to the first line of the block; lines that a narrower terminal has broken count more than once.
    private func backToTop(columns: Int) -> String {
        let rows = drawn.reduce(0) { $0 + Self.rows(of: $1, columns: columns).count }
        return rows > 0 ? "\r\u{1B}[\(rows)A" : "\r"
    }

    /// How many rows a line takes, and how many columns of the last one.
    private static func rows(of line: String, columns: Int) -> (count: Int, last: Int) {
        var (count, last) = (1, 0)
        for character in line {
            let width = DisplayWidth.of(character)
            if last + width > columns { (count, last) = (count + 1, 0) }
            last += width
        }
        return (count, last)
    }
}
