extension RepairParser {
    /// The members behind an opening brace, or what else the text turns out to be.
    mutating func parseObject() throws(RepairFailure) -> JSON {
        try nested { (parser) throws(RepairFailure) in
            let start = parser.index
            let object = try parser.readMembers()
            if let other = try parser.insteadOfEmpty(object, start: start) { return other }
            return .object(try parser.continued(object))
        }
    }

    private mutating func readMembers() throws(RepairFailure) -> JSONObject {
        var object = JSONObject()
        let isMemberValue = context.current == .value
        while true {
            skipSpaceAndComments()
            guard let next = character(), next != "}" else { break }
            if next == "," {
                index += 1
                continue
            }
            if next == ":" { index += 1 }
            let (key, keyStart) = try parseKey(in: &object)
            if context.isInArray, !isMemberValue, object.contains(key), startsAnotherObject(keyStart: keyStart) {
                text.insert("{", at: keyStart)
                index = keyStart - 1
                break
            }
            skipSpaceAndComments()
            guard let separator = character(), separator != "}" else { continue }
            index += 1
            object[key] = try parseMemberValue()
            if character().isOne(of: ",'\"") { index += 1 }
            if character() == "]", context.isInArray {
                index -= 1
                break
            }
        }
        index += 1
        return object
    }

    private mutating func parseKey(in object: inout JSONObject) throws(RepairFailure) -> (String, start: Int) {
        context.enter(.key)
        defer { context.leave() }
        var key = ""
        var start = index
        while let next = character() {
            start = index
            if next == "[", key.isEmpty, try extendLastArray(of: &object) { continue }
            guard case .string(let text) = try parseString() else { throw .unreadable }
            key = text
            if !key.isEmpty { break }
            skipSpaceAndComments()
            if character() == ":" || character() == "}" { break }
        }
        return (key, start)
    }

    private mutating func parseMemberValue() throws(RepairFailure) -> JSON {
        context.enter(.value)
        defer { context.leave() }
        skipSpaceAndComments()
        if character() == "," || character() == "}" { return "" }
        return try parseValue()
    }

    /// Whether a key that the object has already opens the next object of an array rather than replacing a value: it
    /// does unless it is a well-formed further member.
    private func startsAnotherObject(keyStart: Int) -> Bool {
        var before = keyStart - index - 1
        while character(before).isSpace { before -= 1 }
        return !(character(keyStart - index).isQuote && character(before) == "," && character(pastSpace()) == ":")
    }

    /// What follows a closed object: a surplus brace, or at the top further members behind a comma.
    private mutating func continued(_ object: JSONObject) throws(RepairFailure) -> JSONObject {
        guard context.isEmpty else {
            if character() == "}", context.current == .array { index += 1 }
            return object
        }
        var object = object
        skipSpace()
        guard character() == "," else { return object }
        index += 1
        skipSpace()
        guard character().isQuote else { return object }
        if case .object(let more) = try parseObject() {
            for (key, value) in more { object[key] = value }
        }
        return object
    }
}
