extension RepairParser {
    /// Braces that gave no member though something stood inside: an object with escaped quotes, or a set of values.
    mutating func insteadOfEmpty(_ object: JSONObject, start: Int) throws(RepairFailure) -> JSON? {
        guard object.isEmpty, index - start > 2 else { return nil }
        let body = slice(start, index - 1)
        if character(-1) == "}", Self.withoutComments(body).allSatisfy(\.isPythonSpace) { return nil }

        let attempt = Array(slice(start - 1, index + 1))
        var content = attempt.dropFirst()
        if content.last == "}" { content.removeLast() }
        content = content.drop(while: \.isPythonSpace)
        if Self.hasEscapedKey(content) {
            let repaired = Self.withoutQuoteEscapes(attempt)
            let rest = slice(index + 1, text.count)
            text = slice(0, start - 1) + repaired + rest
            return try reread(from: start) { (parser) throws(RepairFailure) in try parser.parseObject() }
        }
        let plain = Self.withoutComments(content)
        guard plain.contains(where: { !$0.isPythonSpace }), !Self.hasColonOutsideQuotes(plain) else { return nil }
        return try reread(from: start) { (parser) throws(RepairFailure) in .array(try parser.parseArray(until: "]")) }
    }

    private mutating func reread(
        from start: Int, _ read: (inout RepairParser) throws(RepairFailure) -> JSON
    ) throws(RepairFailure) -> JSON {
        index = start
        context.enter(.key)
        defer { context.leave() }
        let value = try read(&self)
        deferred.append(.key)
        return value
    }

    private static func hasEscapedKey(_ content: ArraySlice<Unicode.Scalar>) -> Bool {
        ["\"", "'"].contains { (quote: Unicode.Scalar) in
            content.starts(with: ["\\", quote])
                && content.indices.contains { content[$0...].starts(with: ["\\", quote, ":"]) }
        }
    }

    private static func withoutQuoteEscapes(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        for (place, character) in text.enumerated() {
            let next = place + 1 < text.count ? text[place + 1] : nil
            if character == "\\", next == "\"" || next == "'" { continue }
            result.append(character)
        }
        return result
    }

    private static func withoutComments(_ body: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var quote: Unicode.Scalar?
        var isEscaped = false
        var place = body.startIndex
        while place < body.endIndex {
            let character = body[place]
            let next = place + 1 < body.endIndex ? body[place + 1] : nil
            if character == "\\" {
                isEscaped.toggle()
            } else {
                if let open = quote {
                    if character == open, !isEscaped { quote = nil }
                } else if character.isQuote, !isEscaped {
                    quote = character
                } else if character == "#" || (character == "/" && next == "/") {
                    isEscaped = false
                    place += character == "/" ? 2 : 1
                    while place < body.endIndex, body[place] != "\n", body[place] != "\r" { place += 1 }
                    continue
                } else if character == "/", next == "*" {
                    isEscaped = false
                    place += 2
                    while place < body.endIndex - 1, body[place] != "*" || body[place + 1] != "/" { place += 1 }
                    place = min(place + 2, body.endIndex)
                    continue
                }
                isEscaped = false
            }
            result.append(character)
            place += 1
        }
        return result
    }

    private static func hasColonOutsideQuotes(_ content: [Unicode.Scalar]) -> Bool {
        var quote: Unicode.Scalar?
        var isEscaped = false
        for character in content.drop(while: \.isPythonSpace) {
            if character == "\\" {
                isEscaped.toggle()
                continue
            }
            if let open = quote {
                if character == open, !isEscaped { quote = nil }
            } else if character.isQuote, !isEscaped {
                quote = character
            } else if character == ":", !isEscaped {
                return true
            }
            isEscaped = false
        }
        return false
    }

    /// A bracket where a key should stand goes on with the array that is the last member's value.
    mutating func extendLastArray(of object: inout JSONObject) throws(RepairFailure) -> Bool {
        guard let (key, value) = object.members.last, !key.isEmpty, case .array(let items) = value else { return false }
        index += 1
        let more = try parseArray(until: "]")
        object[key] = .array(Self.extended(items, with: more))
        skipSpaceAndComments()
        if character() == "," { index += 1 }
        skipSpaceAndComments()
        return true
    }

    /// Rows stay rows: loose values behind rows of one length are grouped into such rows.
    private static func extended(_ items: [JSON], with more: [JSON]) -> [JSON] {
        let lengths = Set(items.compactMap { $0.array?.count })
        guard lengths.count == 1, let width = lengths.first, width > 0 else {
            if more.count == 1, case .array(let inner) = more[0] { return items + inner }
            return items + more
        }
        var rows = items
        let loose = Array(items[(items.lastIndex { $0.array != nil }.map { $0 + 1 } ?? 0)...])
        if loose.count.isMultiple(of: width) {
            rows.removeLast(loose.count)
            for start in stride(from: 0, to: loose.count, by: width) {
                rows.append(.array(Array(loose[start..<start + width])))
            }
        }
        if more.isEmpty { return rows }
        return more.allSatisfy { $0.array != nil } ? rows + more : rows + [.array(more)]
    }
}
