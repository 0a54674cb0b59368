import Basics
import DSPyCore
import OrderedJSON

/// Says in one line what a tool was asked and what it answered.
struct ToolNotes {
    /// The most characters of a result, and of one argument.
    private static let most = (result: 200, argument: 60)

    /// Calls that have not ended, by their ids.
    private var open: [String: String] = [:]

    /// The line for a tool that has ended; nil for any other event, and for what only ends an agent.
    mutating func line(for event: RunEvent) -> String? {
        switch event {
        case .toolStart(let id, let name, let arguments):
            let shown = arguments.members.map { key, value in
                "\(key.pythonString)=\(value.plainJSON.text().shortened(to: Self.most.argument))"
            }
            open[id] = "\(name)(\(shown.joined(separator: ", ")))"
            return nil
        case .toolEnd(let id, let name, let outcome):
            let call = open.removeValue(forKey: id) ?? name
            guard !["finish", "submit"].contains(name) else { return nil }
            switch outcome {
            case .success(let result):
                let json = result.plainJSON
                return "\(call) -> \(Self.flat(json.string ?? json.text()))"
            case .failure(let error): return "\(call) failed: \(Self.flat("\(error)"))"
            }
        default: return nil
        }
    }

    /// A text on one line, cut where it is long.
    private static func flat(_ text: String) -> String {
        // No more is looked at than can be shown.
        let start = text.unicodeScalars.prefix(most.result * 4)
        let words = String(String.UnicodeScalarView(start)).split(whereSeparator: \.isWhitespace)
        let line = words.joined(separator: " ")
        let isWhole = start.endIndex == text.unicodeScalars.endIndex
        guard !line.isEmpty else { return "(nothing)" }
        // A cut between spaces leaves too little to tell.
        return isWhole ? line.shortened(to: most.result) : line.shortened(to: most.result - 1) + "…"
    }
}
