import OrderedJSON
import TestSupport

/// What `--stream=ndjson` or `sse` wrote, and every breach of the laws of events.
struct StreamedEvents {
    /// The events in order.
    private(set) var events: [JSON] = []
    /// What broke a law.
    private(set) var breaches: [String] = []
    private var ledger = FieldLedger()
    private var open: Set<String> = []
    /// The call that told a field last.
    private var tellers: [Substring: String] = [:]

    /// Reads the lines of one run.
    init(lines: String) {
        var number = 0
        for line in lines.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            guard let event = try? JSON(parsing: String(line)), event.object != nil else {
                breaches.append("not an object: \(line.debugDescription)")
                continue
            }
            take(event, &number)
        }
        if !lines.hasSuffix("\n") { breaches.append("the last line has no end") }
        breaches += ledger.breaches
        guard let last = events.last, last["type"] == "result" || last["type"] == "error" else {
            breaches.append("the last event is neither a result nor an error")
            return
        }
        if last["type"] == "result" { compare(last["output"] ?? .null) }
    }

    /// Reads server-sent events; they must end with `[DONE]`.
    init(sse text: String) {
        let blocks = text.split(separator: "\n\n", omittingEmptySubsequences: false).map(String.init)
        var lines = ""
        for block in blocks.dropLast(2) { lines += block.dropFirst("data: ".count) + "\n" }
        self.init(lines: lines)
        if blocks.suffix(2) != ["data: [DONE]", ""] { breaches.append("the end is not [DONE]") }
        breaches += blocks.dropLast().filter { !$0.hasPrefix("data: ") }.map { "no data: \($0)" }
    }

    /// The types of the events, neighbours of one type once.
    var types: [String] {
        events.reduce(into: []) { types, event in
            let type = event["type"]?.string ?? "?"
            if types.last != type { types.append(type) }
        }
    }

    /// The text of each `node#call.field` since its last reset.
    var texts: [String: String] { ledger.texts }

    /// The events of a type.
    func all(_ type: String) -> [JSON] { events.filter { $0["type"]?.string == type } }

    private mutating func take(_ event: JSON, _ number: inout Int) {
        let type = event["type"]?.string ?? "?"
        if events.isEmpty != (type == "start") { breaches.append("\(type) at \(events.count)") }
        if ["result", "error"].contains(events.last?["type"]?.string ?? "") {
            breaches.append("\(type) after the end")
        }
        events.append(event)
        guard type != "start" else { return }
        let next = event["seq"]?.int ?? -1
        if next <= number { breaches.append("seq \(next) after \(number)") }
        number = next
        guard let node = event["node"]?.string, let call = event["call"]?.int else { return }
        let key = "\(node)#\(call)"
        switch type {
        case "node_start": if !open.insert(key).inserted { breaches.append("\(key) starts twice") }
        case "node_end": if open.remove(key) == nil { breaches.append("\(key) ends without a start") }
        default: if !open.contains(key) { breaches.append("\(type) outside of \(key)") }
        }
        let field = key + "." + (event["field"]?.string ?? "")
        if type == "delta" { tellers[Substring(event["field"]?.string ?? "")] = field }
        if type == "delta" { ledger.delta(field, event["text"]?.string ?? "", isLast: event["last"] == true) }
        if type == "reset" { ledger.reset(field) }
    }

    /// Compares the texts with the values of the result, of which there is one for every field of the last calls.
    private mutating func compare(_ output: JSON) {
        breaches += open.map { "\($0) never ends" }
        breaches += ledger.missing(Array(ledger.texts.keys))
        for (key, text) in ledger.texts {
            let parts = key.split(separator: "#")
            let field = parts[1].drop { $0 != "." }.dropFirst()
            let place = parts[0] == "self" ? [] : parts[0].split(separator: ".")
            let node = place.reduce(output) { $0[String($1)] ?? .null }
            // The outputs of a run of steps are those of the last one.
            let isLast = tellers[field] == key
            guard let value = node[String(field)] ?? (isLast ? output[String(field)] : nil) else { continue }
            if let string = value.string {
                if string != text {
                    breaches.append("\(key) is \(string.debugDescription), told was \(text.debugDescription)")
                }
            } else if (try? JSON(parsing: text)) != value, text.lowercased() != value.text() {
                breaches.append("\(key) is \(value.text()), told was \(text)")
            }
        }
    }
}
