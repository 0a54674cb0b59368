extension RepairParser {
    /// The items behind an opening bracket or parenthesis, as far as they can be read as such.
    mutating func parseArray(until closing: Unicode.Scalar) throws(RepairFailure) -> [JSON] {
        try nested { (parser) throws(RepairFailure) in try parser.readItems(until: closing) }
    }

    private mutating func readItems(until closing: Unicode.Scalar) throws(RepairFailure) -> [JSON] {
        let isMemberValue = context.current == .value
        context.enter(.array)
        defer { context.leave() }
        var items: [JSON] = []
        while true {
            skipSpaceAndComments()
            guard let next = character(), next != closing, next != "}" else { break }
            if next == "," {
                index += 1
                continue
            }
            let value: JSON
            if !next.isQuote {
                value = try parseValue()
            } else if isKey(quote: next) {
                // Scalars, then a key: the array was never closed, and the object around it goes on.
                if isMemberValue, !items.isEmpty, items.allSatisfy({ $0.array == nil && $0.object == nil }) {
                    return items
                }
                value = try parseObject()
            } else {
                value = try parseString()
            }
            if value.isEmptyContainer, character() != closing, character() != "," {
                index += 1
            } else if value != "..." || character(-1) != "." {
                items.append(value)
            }
        }
        index += 1
        return items
    }

    private func isKey(quote: Unicode.Scalar) -> Bool {
        character(pastSpace(find(quote, from: 1) + 1)) == ":"
    }
}
