import OrderedJSON

/// The text of a node as a prompt shows it: as the file has it, but without titles, which are for people alone.
struct NodeText {
    let source: SpecSource

    /// The text of a node.
    func text(of node: PositionedJSON) -> String {
        if let signature = node.string { return signature }
        var text: [UInt8] = []
        var place = node.start.offset
        for (start, end) in titles(in: node, as: .node) where place <= start && start < end {
            text += source.bytes[place..<start]
            place = end
        }
        return String(decoding: text + source.bytes[place..<node.end.offset], as: UTF8.self)
    }

    /// Where titles stand, each with the comma that goes with it; out of order only where a key is repeated.
    private func titles(in json: PositionedJSON, as role: NodeRole) -> [(start: Int, end: Int)] {
        var places: [(start: Int, end: Int)] = []
        let members = json.members
        for (number, member) in members.enumerated() {
            if role != .node || member.key != "title" {
                places += titles(in: member.value, as: role.member(member.key))
            } else if number + 1 < members.count {
                places.append((member.keyRange.lowerBound.offset, members[number + 1].keyRange.lowerBound.offset))
            } else {
                let before = number > 0 ? members[number - 1].value.end : member.keyRange.lowerBound
                places.append((before.offset, member.value.end.offset))
            }
        }
        for item in json.array ?? [] { places += titles(in: item, as: role.item) }
        return places
    }
}
