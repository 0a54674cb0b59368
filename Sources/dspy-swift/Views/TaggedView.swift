import DSPyProgram
import Platform
import Console
import DSPyCore
import DSPyBatch
import Synchronization

/// Whole lines, `branch<TAB>text`, as each branch completes them.
final class TaggedView: RunView {
    private let writer: LineWriter
    private let messages: Messages
    private let labels: NodeNames
    private let isTTY: Bool
    /// The unfinished line of each field.
    private let open = Mutex<[String: String]>([:])

    init(_ writer: LineWriter, _ messages: Messages, _ labels: NodeNames, isTTY: Bool) {
        self.writer = writer
        self.messages = messages
        self.labels = labels
        self.isTTY = isTTY
    }

    func begin() async throws {}

    func take(_ event: RunEvent) async throws {
        guard case .field(let call, let change) = event else { return }
        switch change {
        case .delta(let field, let text, let isLast):
            let tag = labels.tag(call.node, field)
            let key = "\(tag)\u{0}\(call.number)"
            let lines = open.withLock { open in
                var lines = ((open[key] ?? "") + text).split(separator: "\n", omittingEmptySubsequences: false)
                open[key] = isLast ? nil : lines.popLast().map { String($0) }
                return lines
            }
            var shown = ""
            for line in lines { shown += "\(tag)\t\(isTTY ? Terminal.escaped(String(line)) : String(line))\n" }
            if !shown.isEmpty { try await writer.write(Array(shown.utf8)) }
        case .reset(let field):
            let tag = labels.tag(call.node, field)
            open.withLock { $0["\(tag)\u{0}\(call.number)"] = nil }
            messages.warn("\(tag) begins anew")
        }
    }

    func end(_ outcome: Result<Prediction, any Error>) async throws {
        let rest = open.withLock { $0.sorted { $0.key < $1.key } }
        var shown = ""
        for (key, line) in rest where !line.isEmpty {
            shown += "\(key.prefix { $0 != "\u{0}" })\t\(isTTY ? Terminal.escaped(line) : line)\n"
        }
        if !shown.isEmpty { try await writer.write(Array(shown.utf8)) }
    }
}
