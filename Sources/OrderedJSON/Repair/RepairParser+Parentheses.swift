extension RepairParser {
    /// A Python tuple as an array, or the one value that parentheses only group.
    mutating func parseParenthesized() throws(RepairFailure) -> JSON {
        let isTuple = isExplicitTuple
        index += 1
        let items = try parseArray(until: ")")
        return isTuple || items.count != 1 ? .array(items) : items[0]
    }

    /// Whether the parenthesis here holds a comma at its own level, or nothing.
    private var isExplicitTuple: Bool {
        var nesting = Nesting()
        var hasContent = false
        var place = index + 1
        while place < text.count {
            let character = text[place]
            let wasTop = nesting.isTop
            switch nesting.read(character) {
            case .escape, .quoted: break
            case .quote: hasContent = hasContent || wasTop
            case .other:
                if wasTop {
                    if character == ")" { return !hasContent }
                    if character == "," { return true }
                    if !character.isPythonSpace { hasContent = true }
                }
                nesting.count(character)
            }
            place += 1
        }
        return !hasContent
    }

    /// Whether a parenthesis outside any value is a value of its own rather than prose: alone on its lines, and
    /// opening on something a value begins with.
    var parenthesisCanStartValue: Bool {
        var place = index - 1
        while place >= 0, text[place] != "\n", text[place] != "\r" {
            guard text[place].isPythonSpace else { return false }
            place -= 1
        }
        guard startsLikeValue(at: index + pastSpace(1)) else { return false }
        var nesting = Nesting()
        place = index + 1
        while place < text.count {
            let character = text[place]
            if case .other = nesting.read(character) {
                if character == ")", nesting.isTop {
                    let trailer = text[(place + 1)...].first { $0 == "\n" || $0 == "\r" || !$0.isPythonSpace }
                    return trailer == nil || trailer == "\n" || trailer == "\r"
                }
                nesting.count(character, belowZero: true)
            }
            place += 1
        }
        return true
    }

    private func startsLikeValue(at place: Int) -> Bool {
        guard place < text.count else { return false }
        let first = text[place]
        if first.isQuote || Optional(first).isOne(of: "){[(-.") || first.isPythonDigit { return true }
        return ["true", "null", "none", "false"].contains { word in
            slice(place, place + word.utf8.count).map(\.lowered).elementsEqual(word.unicodeScalars)
        }
    }
}

/// Follows quotes and brackets through a text.
private struct Nesting {
    enum Reading {
        case escape, quoted, quote, other
    }

    private var parentheses = 0
    private var brackets = 0
    private var braces = 0
    private var quote: Unicode.Scalar?
    private var isEscaped = false

    /// Whether no bracket is open.
    var isTop: Bool { parentheses == 0 && brackets == 0 && braces == 0 }

    mutating func read(_ character: Unicode.Scalar) -> Reading {
        if character == "\\" {
            isEscaped.toggle()
            return .escape
        }
        defer { isEscaped = false }
        if let open = quote {
            if character == open, !isEscaped { quote = nil }
            return .quoted
        }
        guard character.isQuote, !isEscaped else { return .other }
        quote = character
        return .quote
    }

    mutating func count(_ character: Unicode.Scalar, belowZero: Bool = false) {
        switch character {
        case "(": parentheses += 1
        case ")": if belowZero || parentheses > 0 { parentheses -= 1 }
        case "[": brackets += 1
        case "]": if brackets > 0 { brackets -= 1 }
        case "{": braces += 1
        case "}": if braces > 0 { braces -= 1 }
        default: break
        }
    }
}
