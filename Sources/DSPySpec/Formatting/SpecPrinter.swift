import OrderedJSON

/// Prints positioned JSON in canonical form with the comments that stand between its parts.
struct SpecPrinter {
    private let bytes: [UInt8]
    private let comments: CommentTable

    /// - Parameter bytes: The text that the JSON was read from.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        comments = CommentTable(CommentScanner.comments(in: bytes))
    }

    /// The whole text.
    func text(of json: PositionedJSON) -> String {
        let before = comments.between(0, json.start.offset).map { $0.text + "\n" }.joined()
        let after = comments.between(json.end.offset, .max).map { $0.text + "\n" }.joined()
        return before + value(json, as: .node, indent: 0, key: nil) + "\n" + after
    }

    private func value(_ json: PositionedJSON, as role: NodeRole, indent: Int, key: String?) -> String {
        let hasComments = !comments.between(json.start.offset, json.end.offset).isEmpty
        if !hasComments, let flat = flat(json, as: role, indent: indent, key: key) { return flat }
        switch json {
        case .object(let object): return self.object(object, as: role, indent: indent)
        case .array(let items, let range): return array(items, as: role, range: range, indent: indent)
        default: return scalar(json)
        }
    }

    /// A string in one spelling; a number stays as it is written, since no other spelling holds more of it.
    private func scalar(_ json: PositionedJSON) -> String {
        guard case .scalar(_, let range) = json else { return json.json.text() }
        return String(decoding: bytes[range.lowerBound.offset..<range.upperBound.offset], as: UTF8.self)
    }

    /// The value on one line, if it is short and simple enough.
    private func flat(_ json: PositionedJSON, as role: NodeRole, indent: Int, key: String?) -> String? {
        switch json {
        case .scalar, .string: return scalar(json)
        case .array(let items, _):
            if items.isEmpty { return "[]" }
            // Lines of instructions and nested nodes read better below one another.
            if key == "instructions" || role == .nodes && items.contains(where: { $0.object != nil }) { return nil }
        case .object(let object):
            if object.members.isEmpty { return "{}" }
            if indent == 0 { return nil }
        }
        let room = SpecFormatter.width - indent * 2 - (key.map { $0.unicodeScalars.count + 4 } ?? 0)
        // What is written that wide does not get narrower.
        guard !Self.isNested(json), Self.isShort(json) else { return nil }
        let text = spaced(json, as: role)
        return text.unicodeScalars.count <= min(room, 88) ? text : nil
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

    /// Whether a value has so few parts that it could fit a line.
    private static func isShort(_ json: PositionedJSON) -> Bool {
        var parts = 0
        func count(_ json: PositionedJSON) {
            parts += 1
            guard parts < SpecFormatter.width else { return }
            for member in json.members { count(member.value) }
            for item in json.array ?? [] { count(item) }
        }
        count(json)
        return parts < SpecFormatter.width
    }

    private func spaced(_ json: PositionedJSON, as role: NodeRole) -> String {
        switch json {
        case .object(let object):
            let members = members(object, as: role).map {
                "\(JSON.string($0.key).text()): \(spaced($0.value, as: role.member($0.key)))"
            }
            return members.isEmpty ? "{}" : "{ \(members.joined(separator: ", ")) }"
        case .array(let items, _): return "[" + items.map { spaced($0, as: role.item) }.joined(separator: ", ") + "]"
        default: return scalar(json)
        }
    }

    // MARK: Order

    private static let order = Dictionary(uniqueKeysWithValues: SpecKeys.all.enumerated().map { ($1.name, $0) })

    /// The members of a node in the order of the table; all other objects keep their own.
    private func members(_ object: PositionedObject, as role: NodeRole) -> [PositionedMember] {
        guard role == .node else { return object.members }
        return object.members.enumerated()
            .sorted {
                (Self.order[$0.element.key] ?? .max, $0.offset) < (Self.order[$1.element.key] ?? .max, $1.offset)
            }
            .map(\.element)
    }

    // MARK: Broken over lines

    private func object(_ object: PositionedObject, as role: NodeRole, indent: Int) -> String {
        let attached = comments.attached(
            to: object.members.map { member in
                CommentTable.Part(
                    start: member.keyRange.lowerBound.offset, head: member.keyRange.upperBound.offset,
                    value: member.value.start.offset, end: member.value.end.offset)
            }, within: object.range)
        let ordered = members(object, as: role)
        let margin = String(repeating: "  ", count: indent + 1)
        var lines: [String] = []
        for (number, member) in ordered.enumerated() {
            let own = attached.parts[member.keyRange.lowerBound.offset]
            lines += (own?.above ?? []).map { margin + $0 }
            let value = value(
                member.value, as: role.member(member.key), indent: indent + 1, key: member.key)
            let comma = number < ordered.count - 1 ? "," : ""
            let behind = (own?.behind).map { "  " + $0 } ?? ""
            lines.append("\(margin)\(JSON.string(member.key).text()): \(value)\(comma)\(behind)")
        }
        lines += attached.dangling.map { margin + $0 }
        return "{\n\(lines.joined(separator: "\n"))\n\(String(repeating: "  ", count: indent))}"
    }

    private func array(
        _ items: [PositionedJSON], as role: NodeRole, range: Range<TextPosition>, indent: Int
    ) -> String {
        let attached = comments.attached(
            to: items.map { item in
                let start = item.start.offset
                return CommentTable.Part(start: start, head: start, value: start, end: item.end.offset)
            }, within: range)
        let margin = String(repeating: "  ", count: indent + 1)
        var lines: [String] = []
        for (number, item) in items.enumerated() {
            let own = attached.parts[item.start.offset]
            lines += (own?.above ?? []).map { margin + $0 }
            let comma = number < items.count - 1 ? "," : ""
            let behind = (own?.behind).map { "  " + $0 } ?? ""
            lines.append("\(margin)\(value(item, as: role.item, indent: indent + 1, key: nil))\(comma)\(behind)")
        }
        lines += attached.dangling.map { margin + $0 }
        return "[\n\(lines.joined(separator: "\n"))\n\(String(repeating: "  ", count: indent))]"
    }
}
