/// The header fields of an answer, found by name without regard to case.
///
/// Of a good answer hardly anybody asks for one, so the lines are kept as they came until somebody does.
package struct HTTPHeaders: Sendable {
    private var given: [(name: String, value: String)]
    private var wire: [UInt8] = []

    /// Header fields.
    package init(_ fields: [(name: String, value: String)] = []) {
        given = fields
    }

    /// The fields in the order they came.
    package var fields: [(name: String, value: String)] {
        given + wire.split(separator: UInt8(ascii: "\n")).compactMap(Self.field)
    }

    /// The first value of a field, or nil.
    package subscript(name: String) -> String? {
        let wanted = name.lowercased()
        return fields.first { $0.name.lowercased() == wanted }?.value
    }

    /// The fields whose names contain a text in small letters; without them, next to nothing is done.
    func fields(containing part: StaticString) -> [(name: String, value: String)] {
        let isThere = wire.withUnsafeBytes { wire in
            var place = 0
            while place + part.utf8CodeUnitCount <= wire.count {
                var length = 0
                // Capitals and small letters differ in one bit; what else this takes for equal only costs a look.
                while length < part.utf8CodeUnitCount, wire[place + length] | 0x20 == part.utf8Start[length] | 0x20 {
                    length += 1
                }
                if length == part.utf8CodeUnitCount { return true }
                place += 1
            }
            return false
        }
        guard isThere || !given.isEmpty else { return [] }
        let part = "\(part)"
        return fields.filter { $0.name.lowercased().start(of: part) != nil }
    }

    /// Appends a line as it came, `name: value` with its line feed; anything else is ignored.
    mutating func append(line: UnsafeRawBufferPointer) { wire.append(contentsOf: line) }

    private static func field(_ line: ArraySlice<UInt8>) -> (name: String, value: String)? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let value = String(decoding: line[(colon + 1)...], as: UTF8.self)
        return (String(decoding: line[..<colon], as: UTF8.self), String(value.trimmed))
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
