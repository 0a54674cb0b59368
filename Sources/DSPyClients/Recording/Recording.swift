import Basics
package import DSPyCore
import OrderedJSON

/// A recording in memory: answers found again by what was asked.
///
/// Of a request that was recorded several times the answers come in their order; then the last one again and again.
package final class Recording: Sendable {
    private struct Key: Hashable {
        var model: String?
        var messages: [JSON]
        var options: JSONObject
    }

    /// The models that were recorded, in the order in which they were first asked.
    package let models: [String]
    private let name: String
    private let exchanges: [RecordedExchange]
    private let places: [Key: [Int]]
    private let used = Locked<[Key: Int]>([:])

    /// Reads a recording.
    ///
    /// - Throws: `LMError` (`configuration`) with the line in it.
    package convenience init(path: String) throws(LMError) {
        try self.init(
            parsing: try FileBytes.read(path, for: "recording", isPlain: !Self.isDescriptor(path)), name: path)
    }

    /// A shell's `<(…)` is waited for; a pipe or a device of another name may never end.
    private static func isDescriptor(_ path: String) -> Bool {
        path == "/dev/stdin" || path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/self/fd/")
    }

    /// Reads the lines of a recording.
    package init(parsing bytes: [UInt8], name: String) throws(LMError) {
        self.name = name
        var exchanges: [RecordedExchange] = []
        var places: [Key: [Int]] = [:]
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        where !line.isEmpty {
            let exchange: RecordedExchange
            do {
                exchange = try RecordedExchange(try JSON(parsing: Array(line), options: .python))
            } catch let error as JSONError {
                throw LMError(.configuration, "\(name):\(index + 1): \(error.message)")
            } catch {
                throw LMError(.configuration, "\(name):\(index + 1): \(error)")
            }
            for model in [exchange.model, nil] {
                let key = Key(model: model, messages: exchange.messages, options: exchange.options)
                places[key, default: []].append(exchanges.count)
            }
            exchanges.append(exchange)
        }
        self.exchanges = exchanges
        var seen: Set<String> = []
        models = exchanges.map(\.model).filter { !$0.isEmpty && seen.insert($0).inserted }
        self.places = places
    }

    /// The next answer to a request, from the same model if it was recorded with it, else from any.
    ///
    /// - Throws: the recorded failure; `LMError` (`unanswered`) that shows the nearest recorded request.
    func answer(_ asked: RecordedExchange) throws(LMError) -> LMResponse {
        for model in [asked.model, nil] {
            let key = Key(model: model, messages: asked.messages, options: asked.options)
            guard let places = places[key] else { continue }
            let turn = used.withLock { used in
                let turn = used[key, default: 0]
                used[key] = turn + 1
                return turn
            }
            return try exchanges[places[min(turn, places.count - 1)]].outcome.get()
        }
        throw LMError(.unanswered, difference(from: asked), model: asked.model)
    }

    private func difference(from asked: RecordedExchange) -> String {
        let lines = Self.lines(asked)
        var best: (place: Int, common: Int)?
        for (place, exchange) in exchanges.enumerated() {
            let common = zip(lines, Self.lines(exchange)).prefix { $0.0.text == $0.1.text }.count
            if common > best?.common ?? -1 { best = (place, common) }
        }
        guard let best else { return "the recording \"\(name)\" is empty" }
        let recorded = Self.lines(exchanges[best.place])
        let start =
            "no recorded answer for this request; the nearest is request \(best.place + 1) of \"\(name)\", which "
        guard best.common < lines.count || best.common < recorded.count else {
            let (now, then) = (
                JSON.object(asked.options).text(.python), JSON.object(exchanges[best.place].options).text(.python)
            )
            return start + "has other options: \(then.shortened(to: 300)) instead of \(now.shortened(to: 300))"
        }
        func shown(_ lines: [(place: String, text: String)]) -> String {
            best.common < lines.count ? "\"\(lines[best.common].text.shortened(to: 160))\"" : "nothing"
        }
        let place = (best.common < lines.count ? lines : recorded)[best.common].place
        return start + "differs first in \(place): recorded \(shown(recorded)), asked \(shown(lines))"
    }

    private static func lines(_ exchange: RecordedExchange) -> [(place: String, text: String)] {
        var lines: [(place: String, text: String)] = []
        for (number, message) in exchange.messages.enumerated() {
            let role = message["role"]?.string ?? "?"
            let text = message["content"]?.string ?? message["content"]?.text() ?? ""
            for (line, text) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                lines.append(("message \(number + 1) (\(role)), line \(line + 1)", String(text)))
            }
            if let calls = message["tool_calls"] { lines.append(("message \(number + 1) (tool calls)", calls.text())) }
        }
        return lines
    }
}
