/// The header fields of an answer, found by name without regard to case.
package struct HTTPHeaders: Sendable {
    /// The fields in the order they came.
    package private(set) var fields: [(name: String, value: String)]

    /// Header fields.
    package init(_ fields: [(name: String, value: String)] = []) {
        self.fields = fields
    }

    /// The first value of a field, or nil.
    package subscript(name: String) -> String? {
        let wanted = name.lowercased()
        return fields.first { $0.name.lowercased() == wanted }?.value
    }

    /// Appends `name: value` as it stands on the wire; anything else is ignored.
    mutating func append(line: String) {
        guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return }
        let value = line[line.utf8.index(after: colon)...]
        fields.append((String(line[..<colon]), String(value.trimmed)))
    }
}

extension StringProtocol {
    /// The text without white space and line breaks at both ends.
    var trimmed: SubSequence {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
        while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
        return rest
    }
}
