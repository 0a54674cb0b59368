extension RepairParser {
    /// The value of the whole text: the only one, or an array of those found one after the other.
    mutating func parse() throws(RepairFailure) -> JSON {
        let first = try parseValue()
        guard index < text.count else { return first }
        var found = [first]
        while index < text.count {
            context.leaveAll()
            deferred.removeAll()
            let isListed = isAfterOrBeforeComma
            let value = try parseValue()
            guard value.isTruthy else {
                index += 1
                continue
            }
            // The same shape again is an update of the last value; a value that says nothing gives way.
            let last = found[found.count - 1]
            if (!isListed && last.hasSameShape(as: value)) || !last.isTruthy { found.removeLast() }
            found.append(value)
        }
        return found.count == 1 ? found[0] : .array(found)
    }

    private var isAfterOrBeforeComma: Bool {
        if character(pastSpace()) == "," { return true }
        var place = index - 1
        while place >= 0, text[place].isPythonSpace { place -= 1 }
        return place >= 0 && text[place] == ","
    }

    /// The next value, inside whatever place is open; the empty string when there is none.
    mutating func parseValue() throws(RepairFailure) -> JSON {
        guard deferred.isEmpty else {
            let places = deferred
            deferred.removeAll()
            for place in places { context.enter(place) }
            defer { for _ in places { context.leave() } }
            return try parseValue()
        }
        var maybeLostBrace = index == 0 && context.isEmpty
        while let character = character() {
            switch character {
            case "{", "[":
                if isFollowedByMoreThanComma, let value = try plainJSON() { return value }
                index += 1
                return try character == "{" ? parseObject() : .array(parseArray(until: "]"))
            case "(" where !context.isEmpty || parenthesisCanStartValue:
                return try parseParenthesized()
            case "(":
                break
            case _ where !context.isEmpty && (character.isQuote || character.isPythonLetter):
                return try parseString()
            case _ where !context.isEmpty && (character.isPythonDigit || character == "-" || character == "."):
                return try parseNumber()
            case "#", "/":
                guard context.isEmpty else {
                    skipComment()
                    return ""
                }
                while self.character().isOne(of: "#/") {
                    skipComment()
                    skipSpace()
                }
                maybeLostBrace = false
                continue
            default:
                if maybeLostBrace, character.isQuote {
                    maybeLostBrace = false
                    if let value = objectWithoutBrace(quote: character) { return value }
                }
            }
            index += 1
        }
        return ""
    }
}

extension JSON {
    /// Python's truth of a value.
    var isTruthy: Bool {
        switch self {
        case .null: false
        case .bool(let value): value
        case .int(let value): value != 0
        case .bigInt: true
        case .double(let value): value != 0
        case .string(let text): !text.isEmpty
        case .array(let items): !items.isEmpty
        case .object(let object): !object.isEmpty
        }
    }

    /// Whether both are of one Python type, down to every key and item.
    func hasSameShape(as other: JSON) -> Bool {
        switch (self, other) {
        case (.null, .null), (.bool, .bool), (.double, .double), (.string, .string): true
        case (.int, .int), (.int, .bigInt), (.bigInt, .int), (.bigInt, .bigInt): true
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.hasSameShape(as: $1) }
        case (.object(let left), .object(let right)):
            left.count == right.count
                && left.allSatisfy { key, value in right[key].map { value.hasSameShape(as: $0) } ?? false }
        default: false
        }
    }

    /// Whether this is a string, an array or an object without content.
    var isEmptyContainer: Bool {
        switch self {
        case .string(let text): text.isEmpty
        case .array(let items): items.isEmpty
        case .object(let object): object.isEmpty
        default: false
        }
    }
}
