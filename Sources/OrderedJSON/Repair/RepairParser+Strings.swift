extension RepairParser {
    /// A string, quoted or bare; a bare word may also be a literal, and a fence inside quotes any value.
    mutating func parseString() throws(RepairFailure) -> JSON {
        if character().isOne(of: "#/") {
            // At the top a value follows the comment, elsewhere nothing does.
            if context.isEmpty { return try parseValue() }
            skipComment()
            return ""
        }
        while let next = character(), !next.isQuote, !next.isPythonAlphanumeric { index += 1 }
        guard let first = character() else { return "" }
        if let simple = simpleString() { return .string(simple) }

        var string = RepairString()
        if let value = try openString(&string, first: first) { return value }
        let last = readBody(&string)
        return .string(finish(&string, last: last))
    }

    /// A string that is well-formed and followed by what may follow it.
    private mutating func simpleString() -> String? {
        guard character() == "\"", let end = text[(index + 1)...].firstIndex(of: "\"") else { return nil }
        let content = text[(index + 1)..<end]
        guard !content.contains(where: { $0 == "\\" || $0 == "\n" || $0 == "\r" }) else { return nil }
        let next = text[(end + 1)...].first { !$0.isPythonSpace }
        let fits =
            switch context.current {
            case .key: next == ":"
            case .value: next == nil || next == "," || next == "}"
            case .array: next == nil || next == "," || next == "]"
            case nil: next == nil
            }
        guard fits else { return nil }
        index = end + 1
        return String(String.UnicodeScalarView(content))
    }

    /// Finds out how the string begins; a value means there is nothing more to read.
    private mutating func openString(
        _ string: inout RepairString, first: Unicode.Scalar
    ) throws(RepairFailure) -> JSON? {
        switch first {
        case "'":
            string.opening = "'"
            string.closing = "'"
        case "“":
            string.opening = "“"
            string.closing = "”"
        case _ where first.isPythonAlphanumeric:
            if context.current != .key, let literal = literal() { return literal }
            string.isBare = true
        default: break
        }
        if !string.isBare { index += 1 }
        if character() == "`", let value = try fencedValue(), value != false { return value }
        guard character() == string.opening else { return nil }
        return openDoubledQuote(&string)
    }

    /// Decides what a second opening quote means.
    private mutating func openDoubledQuote(_ string: inout RepairString) -> JSON? {
        let next = character(1)
        let endsEmpty =
            switch context.current {
            case .key: next == ":"
            case .value: next == "," || next == "}"
            case .array: next == "," || next == "]"
            case nil: false
            }
        if endsEmpty {
            index += 1
            return ""
        }
        if next == string.opening { return "" }
        let end = find(string.closing, from: 1)
        if character(end + 1) == string.closing {
            string.isDoubled = true
            index += 1
            return nil
        }
        if character(end) == string.closing, context.current == .value, !isSpaceOnly(until: end) {
            // Three quotes on a line: the first two begin the string and a quotation inside it.
            let outer = find(string.closing, from: end + 1)
            let after = character(pastSpace(outer + 1))
            if character(outer) == string.closing, after == nil || after.isOne(of: ",}") {
                string.append(string.opening.value)
                string.hasOpenInnerQuote = true
                index += 1
                return nil
            }
        }
        let following = character(pastSpace(1))
        if following.isQuote || following.isOne(of: "{[") {
            index += 1
            return ""
        }
        if !following.isOne(of: ",]}") { index += 1 }
        return nil
    }

    /// `true`, `false`, `null` or `None` in any case, as a whole word.
    private mutating func literal() -> JSON? {
        for (word, value) in [("true", true), ("false", false), ("null", nil), ("none", nil)] as [(String, JSON)] {
            let end = index + word.utf8.count
            guard slice(index, end).map(\.lowered).elementsEqual(word.unicodeScalars) else { continue }
            let next = end < text.count ? text[end] : nil
            guard next == nil || next.isSpace || next.isOne(of: ",)]}") else { continue }
            index = end
            return value
        }
        return nil
    }

    /// The value inside a fence that begins here and is closed somewhere.
    private mutating func fencedValue() throws(RepairFailure) -> JSON? {
        guard slice(index, index + 7).elementsEqual("```json".unicodeScalars) else { return nil }
        let end = index + find("`", from: 7)
        guard slice(end, end + 3).elementsEqual("```".unicodeScalars) else { return nil }
        index += 7
        return try parseValue()
    }

    private mutating func finish(_ string: inout RepairString, last: Unicode.Scalar?) -> String {
        if string.isBare, context.current == .key, last.isSpace {
            // A bare word before a space is a key only if a separator follows, else a remark.
            skipSpace()
            guard character().isOne(of: ":,") else { return "" }
        }
        if last == string.closing {
            index += 1
        } else {
            string.dropTrailingSpace()
        }
        if string.isBare || string.content.last == 0x0A { string.dropTrailingSpace() }
        return string.text
    }
}
