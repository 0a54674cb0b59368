import Platform
/// One branch of a run as a pane shows it: a header, and the end of its text.
package struct Pane: Sendable {
    /// What the branch does.
    package enum State: String, Sendable {
        case waiting, streaming, retrying, done, failed, stopped
    }

    package let label: String
    /// What it does.
    package var state = State.waiting
    /// How many tokens came, as far as is known.
    package var tokens = 0
    /// How many come in a second; nil before that is known.
    package var rate: Double?
    /// Its whole text, as it is shown.
    package private(set) var text = ""
    private var wrapped = WrappedText(width: 1)
    private var filter = EscapeFilter()

    /// A pane without text.
    package init(label: String) { self.label = Terminal.escaped(label, keepsLines: false) }

    /// Appends to its text; what a terminal would obey is left out.
    package mutating func append(_ piece: String) {
        let shown = filter.add(piece)
        text += shown
        wrapped.append(shown)
    }

    /// Throws its text away.
    package mutating func clear() {
        text = ""
        filter = EscapeFilter()
        wrapped = WrappedText(width: wrapped.width)
    }

    /// Its lines, `height` of them and each `width` columns wide: the header, then the end of the text.
    package mutating func lines(width: Int, height: Int, style: TextStyle) -> [String] {
        if wrapped.width != max(1, width) { wrapped = WrappedText(text, width: width) }
        var lines = [header(width: width, style: style)]
        for line in wrapped.lines.suffix(max(0, height - 1)) { lines.append(Self.padded(line, to: width)) }
        while lines.count < height { lines.append(String(repeating: " ", count: width)) }
        return lines
    }

    /// How many lines it would take to show all of it.
    package mutating func fullHeight(width: Int) -> Int {
        if wrapped.width != max(1, width) { wrapped = WrappedText(text, width: width) }
        return wrapped.lines.count + 1
    }

    /// `label · streaming · 120 tok · 41 tok/s`, cut where there is no room.
    private func header(width: Int, style: TextStyle) -> String {
        var facts = [state.rawValue]
        if tokens > 0 { facts.append("\(tokens) tok") }
        if let rate { facts.append("\(Int(rate.rounded())) tok/s") }
        let name = DisplayWidth.cut(label, to: width)
        var rest = ""
        for fact in facts where DisplayWidth.of(name + rest) + fact.count + 3 <= width { rest += " · " + fact }
        let space = String(repeating: " ", count: max(0, width - DisplayWidth.of(name + rest)))
        let colour =
            switch state {
            case .failed: style.red
            case .done: style.green
            case .retrying, .stopped: style.yellow
            case .waiting, .streaming: style.cyan
            }
        return style.bold(name) + colour(rest) + space
    }

    private static func padded(_ line: String, to width: Int) -> String {
        let line = DisplayWidth.cut(line, to: width)
        return line + String(repeating: " ", count: max(0, width - DisplayWidth.of(line)))
    }
}
