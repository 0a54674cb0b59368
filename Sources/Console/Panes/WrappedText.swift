/// Text that grows at its end, cut into lines of a width; only the last line is ever cut anew.
///
/// Lines break at spaces and beside wide characters, but not before a closing mark or behind an opening one; where that is
/// not possible, anywhere. No line is wider than the width, but for a character that is wider by itself.
package struct WrappedText: Sendable {
    /// How many columns a line may take.
    package let width: Int
    /// The lines so far.
    package private(set) var lines: [String] = []
    /// What the last line was cut from, so that it can grow.
    private var open = ""

    /// An empty text.
    package init(width: Int) { self.width = max(1, width) }

    package init(_ text: String, width: Int) {
        self.init(width: width)
        append(text)
    }

    /// Appends to the text.
    package mutating func append(_ text: String) {
        guard !text.isEmpty else { return }
        if !lines.isEmpty { lines.removeLast() }
        // Parts of one character may come one after the other.
        let all = open + text
        var parts = all.split(separator: "\n", omittingEmptySubsequences: false)[...]
        let last = parts.popLast() ?? ""
        for part in parts { _ = cut(part) }
        open = cut(last)
    }

    /// Cuts one line of the text; gives what the last of its lines was cut from.
    private mutating func cut(_ text: Substring) -> String {
        var start = text.startIndex
        var (place, used) = (start, 0)
        /// The last place of this line where it may break, if there is one.
        var space: String.Index?
        var before: (character: Character, columns: Int)?
        while place < text.endIndex {
            let character = text[place]
            let columns = character == "\t" ? 1 : DisplayWidth.of(character)
            let next = text.index(after: place)
            if let before, before.columns == 2 || columns == 2, !Self.closing.contains(character),
                !Self.opening.contains(before.character)
            {
                space = place
            }
            if used + columns > width, place > start {
                if character == " " {
                    // A space at the edge is the break itself.
                    lines.append(shown(text[start..<place]))
                    (start, place, used, space, before) = (next, next, 0, nil, nil)
                    continue
                }
                let end = space ?? place
                lines.append(shown(text[start..<end]))
                (start, place, used, space, before) = (end, end, 0, nil, nil)
                continue
            }
            used += columns
            if character == " " { space = next }
            before = (character, columns)
            place = next
        }
        lines.append(shown(text[start...]))
        return String(text[start...])
    }

    /// Marks that do not stand at the start of a line.
    ///
    /// - Source: JIS X 4051, the characters that may not begin a line, as far as they are common.
    private static let closing = Set("、。，．・：；？！゛゜ヽヾゝゞ々ー…‥）〕］｝〉》」』】〜～％,.:;?!)]}”’ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ")
    /// Marks that do not stand at the end of a line.
    private static let opening = Set("（〔［｛〈《「『【([{“‘")

    private func shown(_ line: Substring) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line.contains("\t") ? String(line.map { $0 == "\t" ? " " : $0 }) : String(line)
    }
}
