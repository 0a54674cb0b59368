import Platform
import Console
import DSPyBatch

/// The two lines of a terminal, as wide as there is room: what says least goes first where it is narrow.
struct ProgressBar {
    private let figures: ProgressFigures
    private let style: TextStyle
    private let width: Int

    /// - Parameter width: How many columns the lines may take.
    init(_ figures: ProgressFigures, style: TextStyle, width: Int) {
        self.figures = figures
        self.style = style
        self.width = max(0, width)
    }

    /// The lines.
    var lines: [String] { [first, second] }

    /// How far it is, and how fast.
    private var first: String {
        let name = DisplayWidth.cut(Terminal.escaped(figures.name, keepsLines: false), to: max(12, width / 4))
        let forms = [(24, true, true), (24, false, true), (12, false, true), (0, false, true), (0, false, false)]
        var text = ""
        for (blocks, hasLongRate, hasName) in forms {
            text = first(name: hasName ? " batch \(name)" : "", blocks: blocks, hasLongRate: hasLongRate)
            if DisplayWidth.of(text) <= width { return text }
        }
        return DisplayWidth.cut(text, to: width)
    }

    private func first(name: String, blocks: Int, hasLongRate: Bool) -> String {
        var text = name
        let done = FigureText.grouped(figures.done)
        if let total = figures.counters.total, total > 0 {
            let share = min(1, Double(figures.done) / Double(total))
            if blocks > 0 { text += "  \(Self.blocks(share, width: blocks))" }
            text += "  \(Int(share * 100))%  \(done)/\(FigureText.grouped(total))"
        } else {
            text += "  \(done)"
        }
        text += "  · \(FigureText.decimal(figures.rate.rows))/s"
        if hasLongRate, let rate = figures.rate.rowsOfFiveMinutes { text += " (5m \(FigureText.decimal(rate))/s)" }
        if let rest = figures.rest { text += " · ETA \(FigureText.span(rest))" }
        return text + " · \(FigureText.clock(figures.seconds))"
    }

    /// What became of the rows, what goes on, and what it takes.
    private var second: String {
        var items = items
        func text(_ show: (Item) -> String) -> String { "   " + items.map(show).joined(separator: " · ") }
        while items.count > 1, DisplayWidth.of(text { $0.text }) > width {
            let least = items.indices.min { items[$0].weight < items[$1].weight } ?? 0
            items.remove(at: least)
        }
        if DisplayWidth.of(text { $0.text }) > width { return DisplayWidth.cut(text { $0.text }, to: width) }
        return text { $0.colour($0.text) }
    }

    private struct Item {
        let text: String
        /// Which stay where there is little room: the heaviest.
        let weight: Int
        var colour: (String) -> String = { $0 }
    }

    private var items: [Item] {
        let now = figures.counters
        let pace = PaceText(figures.pace)
        var items = [Item(text: "ok \(FigureText.grouped(now.ok))", weight: 8)]
        func add(_ name: String, _ count: Int, _ weight: Int, _ colour: @escaping (String) -> String = { $0 }) {
            if count > 0 {
                items.append(Item(text: "\(name) \(FigureText.grouped(count))", weight: weight, colour: colour))
            }
        }
        add("failed", now.failed, 9, style.red)
        add("bad", now.bad, 1)
        add("retried", now.retried, 3)
        add("cached", now.cached, 2)
        items.append(Item(text: "in flight \(pace.inFlight(rows: now.inFlight))", weight: 6))
        add("429s", pace.refusals, 4)
        if let wait = pace.wait { items.append(Item(text: wait, weight: 7, colour: style.yellow)) }
        if now.tokens > 0 {
            let rate = figures.rate.tokens > 0 ? " (\(FigureText.short(figures.rate.tokens))/s)" : ""
            items.append(Item(text: "\(FigureText.short(Double(now.tokens))) tok\(rate)", weight: 0))
        }
        if now.cost > 0 {
            let end = figures.expectedCost.map { " → ~$\(FigureText.dollars($0))" } ?? ""
            items.append(Item(text: "$\(FigureText.dollars(now.cost))\(end)", weight: 5))
        }
        return items
    }

    private static func blocks(_ share: Double, width: Int) -> String {
        let eighths = Int(share * Double(width * 8))
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        let full = String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
        return full + String(repeating: " ", count: max(0, width - full.count))
    }
}
