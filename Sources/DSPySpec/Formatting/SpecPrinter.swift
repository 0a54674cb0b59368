import OrderedJSON

/// Prints positioned JSON in canonical form with the comments that stand between its parts.
struct SpecPrinter {
    private let comments: [CommentScanner.Comment]

    init(comments: [CommentScanner.Comment]) { self.comments = comments }

    /// The whole text.
    mutating func text(of json: PositionedJSON) -> String {
        noteCommentsBetweenKeys(in: json)
        let before = comments(from: 0, to: json.start.offset).map { $0.text + "\n" }.joined()
        let after = comments(from: json.end.offset, to: .max).map { $0.text + "\n" }.joined()
        return before + value(json, indent: 0, key: nil) + "\n" + after
    }

    private func comments(from start: Int, to end: Int) -> [CommentScanner.Comment] {
        comments.filter { $0.offset >= start && $0.offset < end }
    }

    private func value(_ json: PositionedJSON, indent: Int, key: String?) -> String {
        let hasComments = !comments(from: json.start.offset, to: json.end.offset).isEmpty
        if !hasComments, let flat = flat(json, indent: indent, key: key) { return flat }
        switch json {
        case .object(let object): return self.object(object, indent: indent, key: key)
        case .array(let items, let range): return array(items, range: range, indent: indent, key: key)
        default: return json.json.text()
        }
    }

    /// The value on one line, if it is short and simple enough.
    private func flat(_ json: PositionedJSON, indent: Int, key: String?) -> String? {
        switch json {
        case .scalar, .string: return json.json.text()
        case .array(let items, _):
            // Lines of instructions and nested nodes read better below one another.
            if key == "instructions" || key == "steps" && items.contains(where: { $0.object != nil }) {
                return items.isEmpty ? "[]" : nil
            }
        case .object(let object):
            if object.members.isEmpty { return "{}" }
            if indent == 0 { return nil }
        }
        let text = Self.spaced(ordered(json, key: key))
        let room = SpecFormatter.width - indent * 2 - (key.map { $0.utf8.count + 4 } ?? 0)
        return text.unicodeScalars.count <= min(room, 88) && !Self.isNested(json) ? text : nil
    }

    /// Objects inside objects are broken, so that each key stands on a line of its own.
    private static func isNested(_ json: PositionedJSON) -> Bool {
        switch json {
        case .object(let object):
            object.members.contains { $0.value.object.map { !$0.members.isEmpty } ?? false || isNested($0.value) }
        case .array(let items, _):
            items.count > 1 && items.contains { $0.object != nil } || items.contains(where: isNested)
        default: false
        }
    }

    private static func spaced(_ json: JSON) -> String {
        switch json {
        case .object(let object):
            object.isEmpty
                ? "{}"
                : "{ "
                    + object.members.map { "\(JSON.string($0.key).text()): \(spaced($0.value))" }.joined(
                        separator: ", ") + " }"
        case .array(let items): "[" + items.map(spaced).joined(separator: ", ") + "]"
        default: json.text()
        }
    }

    private func ordered(_ json: PositionedJSON, key: String?) -> JSON {
        switch json {
        case .object(let object):
            .object(JSONObject(members(object, key: key).map { ($0.key, ordered($0.value, key: $0.key)) }))
        case .array(let items, _): .array(items.map { ordered($0, key: nil) })
        default: json.json
        }
    }

    // MARK: Order

    private static let free: Set<String> = [
        "fields", "types", "defaults", "lms", "in", "config", "settings", "tools", "cases", "inputs", "outputs",
        "instructions", "demos", "with", "adapter", "lm",
    ]

    /// The members of a node in the order of the table; all other objects keep their own.
    private func members(_ object: PositionedObject, key: String?) -> [PositionedMember] {
        let isNode = key.map { !Self.free.contains($0) } ?? true
        guard isNode, object.members.contains(where: { SpecKeys.kinds.contains($0.key) }) else { return object.members }
        let order = Dictionary(uniqueKeysWithValues: SpecKeys.all.enumerated().map { ($1.name, $0) })
        return object.members.enumerated()
            .sorted { (order[$0.element.key] ?? .max, $0.offset) < (order[$1.element.key] ?? .max, $1.offset) }
            .map(\.element)
    }

    // MARK: Broken over lines

    /// The comments that belong to a part: those above it, and the one behind it on its line.
    private struct Attached {
        var above: [String] = []
        var behind: String?
    }

    private func object(_ object: PositionedObject, indent: Int, key: String?) -> String {
        let parts = object.members.map { (start: $0.keyRange.lowerBound.offset, end: $0.value.end.offset) }
        let (attached, dangling) = attach(parts, within: object.range)
        let places = Dictionary(
            object.members.enumerated().map { ($1.keyRange.lowerBound.offset, $0) },
            uniquingKeysWith: { first, _ in first })
        let ordered = members(object, key: key)
        let margin = String(repeating: "  ", count: indent + 1)
        var lines: [String] = []
        for (number, member) in ordered.enumerated() {
            let comments = attached[places[member.keyRange.lowerBound.offset] ?? 0]
            lines += comments.above.map { margin + $0 }
            let comma = number < ordered.count - 1 ? "," : ""
            let value = self.value(member.value, indent: indent + 1, key: member.key)
            lines.append(
                "\(margin)\(JSON.string(member.key).text()): \(value)\(comma)\(comments.behind.map { "  " + $0 } ?? "")"
            )
        }
        lines += dangling.map { margin + $0 }
        return "{\n\(lines.joined(separator: "\n"))\n\(String(repeating: "  ", count: indent))}"
    }

    private func array(_ items: [PositionedJSON], range: Range<TextPosition>, indent: Int, key: String?) -> String {
        let (attached, dangling) = attach(items.map { ($0.start.offset, $0.end.offset) }, within: range)
        let margin = String(repeating: "  ", count: indent + 1)
        var lines: [String] = []
        for (number, item) in items.enumerated() {
            lines += attached[number].above.map { margin + $0 }
            let comma = number < items.count - 1 ? "," : ""
            let behind = attached[number].behind.map { "  " + $0 } ?? ""
            lines.append("\(margin)\(value(item, indent: indent + 1, key: nil))\(comma)\(behind)")
        }
        lines += dangling.map { margin + $0 }
        return "[\n\(lines.joined(separator: "\n"))\n\(String(repeating: "  ", count: indent))]"
    }

    private func attach(
        _ parts: [(start: Int, end: Int)], within range: Range<TextPosition>
    ) -> (parts: [Attached], dangling: [String]) {
        var attached = parts.map { _ in Attached() }
        var dangling: [String] = []
        for comment in comments(from: range.lowerBound.offset, to: range.upperBound.offset) {
            if let place = parts.firstIndex(where: { comment.offset >= $0.start && comment.offset < $0.end }) {
                // A value prints the comments inside it; one between a key and its value goes above the key.
                if ownedByKeys[comment.offset] == parts[place].start { attached[place].above.append(comment.text) }
                continue
            }
            let before = parts.lastIndex { $0.end <= comment.offset }
            if comment.isTrailing, let before, attached[before].behind == nil, comment.text.hasPrefix("//") {
                attached[before].behind = comment.text
            } else if let next = parts.firstIndex(where: { $0.start > comment.offset }) {
                attached[next].above.append(comment.text)
            } else {
                dangling.append(comment.text)
            }
        }
        return (attached, dangling)
    }

    /// Comments between a key and its value, with the place of the key; found when printing starts.
    private var ownedByKeys: [Int: Int] = [:]

    private mutating func noteCommentsBetweenKeys(in json: PositionedJSON) {
        for member in json.members {
            for comment in comments(from: member.keyRange.upperBound.offset, to: member.value.start.offset) {
                ownedByKeys[comment.offset] = member.keyRange.lowerBound.offset
            }
            noteCommentsBetweenKeys(in: member.value)
        }
        for item in json.array ?? [] { noteCommentsBetweenKeys(in: item) }
    }
}
