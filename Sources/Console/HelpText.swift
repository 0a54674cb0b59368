/// Lays out help in columns.
enum HelpText {
    /// Two columns; a left cell that is too long gets a line of its own.
    static func columns(_ rows: [(String, String)], width: Int) -> [String] {
        let longest = rows.map(\.0.count).filter { $0 <= 30 }.max() ?? 0
        let indent = longest + 4
        var lines: [String] = []
        for (left, right) in rows {
            let wrapped = wrap(right, width: max(24, width - indent))
            var first = "  " + left
            if left.count > longest || wrapped.isEmpty {
                lines.append(first)
                first = ""
            }
            for (place, line) in wrapped.enumerated() {
                let start = place == 0 ? first : ""
                lines.append(start + String(repeating: " ", count: indent - start.count) + line)
            }
        }
        return lines
    }

    /// Breaks a paragraph at spaces; a word longer than the width stays whole.
    static func wrap(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " " + word
        }
        return line.isEmpty ? lines : lines + [line]
    }

    /// A text for a cell of a Markdown table.
    static func cell(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }

    /// A phrase as the beginning of a sentence.
    static func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
